//! The audit: who did what, and who read which child's record. It holds ids, never names.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, AuthorityId, SessionId};

/// One audited act. Rows are written unchained in the act's own transaction; one sealer chains them afterwards.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub position: i64,
    /// Transaction that wrote it (PostgreSQL's 64-bit transaction id; 0 on SQLite).
    pub transaction_id: i64,
    pub authority_id: Option<AuthorityId>,
    pub account_id: Option<AccountId>,
    pub session_id: Option<SessionId>,
    pub request_id: String,
    /// The mutation, or `read`, or a command's name.
    pub act: String,
    /// Table of the row acted on.
    pub noun: String,
    pub noun_id: Option<Uuid>,
    /// Further ids, e.g. of the pupils read.
    #[sea_orm(column_type = "JsonBinary")]
    pub detail: Json,
    pub at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
