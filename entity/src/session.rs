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
}

impl ActiveModelBehavior for ActiveModel {}
