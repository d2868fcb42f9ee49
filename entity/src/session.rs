//! A signed-in browser or device. Only the hash of its token is kept.

use chrono::{DateTime, Utc};
use domain::access;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AccountId, SessionId};

/// A signed-in browser or device. Only the hash of its token is kept.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub account_id: AccountId,
    /// Browser or device.
    pub kind: Coded<access::SessionKind>,
    /// SHA-256 of the token, hex.
    #[sea_orm(unique)]
    pub token_hash: String,
    /// What its owner calls the device.
    pub device_name: Option<String>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When it was ended.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Photos that its phone, at its last pull, still held and the server lacked.
    pub unsent_photos: Option<i32>,
    /// The same of answers.
    pub unsent_answers: Option<i32>,
    /// Whether its device is to remove all that it holds: it was ended by somebody in charge.
    pub wipes: bool,
    /// The session that ends when this one is first used.
    pub replaces_id: Option<SessionId>,
}

impl ActiveModelBehavior for ActiveModel {}
