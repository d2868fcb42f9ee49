//! A link that works once: an invitation or a reset.

use chrono::{DateTime, Utc};
use domain::access;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AccountId, LinkId};

/// A link that works once: an invitation or a reset.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LinkId,
    pub account_id: AccountId,
    /// What it is for.
    pub purpose: Coded<access::LinkPurpose>,
    /// SHA-256 of the token, hex.
    #[sea_orm(unique)]
    pub token_hash: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
