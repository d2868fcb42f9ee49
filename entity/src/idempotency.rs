//! Answers to mutations by key: the same key from the same account answers as the first time.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::AccountId;

/// One key of one account, with what was asked and what came of it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of mutation and input, hex.
    pub request_sha256: String,
    /// What it made or changed.
    pub node_id: Uuid,
    pub at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
