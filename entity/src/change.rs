//! The change feed: every write appends here, in its own transaction.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, AuthorityId};

/// One change of one row. `position` orders them; PostgreSQL readers stop below the oldest running transaction.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub position: i64,
    /// Transaction that wrote it (PostgreSQL's 64-bit transaction id; 0 on SQLite, where writers queue).
    pub transaction_id: i64,
    pub authority_id: Option<AuthorityId>,
    /// Table of the row.
    pub noun: String,
    pub noun_id: Uuid,
    /// `created`, `updated` or `removed`.
    pub kind: String,
    pub account_id: Option<AccountId>,
    pub at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
