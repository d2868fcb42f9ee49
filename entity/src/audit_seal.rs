//! The seal over the audit: a hash chain in feed order, written by one sealer.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// One link: the hash of the audit row together with the link before.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_seal")]
pub struct Model {
    /// Place in the chain, from 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub link: i64,
    /// The audit row it seals.
    #[sea_orm(unique)]
    pub audit_position: i64,
    /// SHA-256 of the link before and the row, hex.
    pub hash: String,
    pub sealed_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
