//! Tables that were told to those who may count and not see: each stands until its term ends.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::AuthorityId;

/// A table as it was first told in a term.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disclosure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub authority_id: AuthorityId,
    /// The number of the term.
    #[sea_orm(primary_key, auto_increment = false)]
    pub term: i64,
    /// The census and the dimensions of the table.
    #[sea_orm(primary_key, auto_increment = false)]
    pub question: String,
    /// Its cells, disturbed.
    #[sea_orm(column_type = "JsonBinary")]
    pub cells: Json,
    /// When it was counted.
    pub at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
