//! Work to be done after a commit: verify a file, make renditions, sweep.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::JobId;

/// One job. Written in the transaction that needs it; run by a worker that leases it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    /// What to do, e.g. `verify_file`.
    pub kind: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
    /// `waiting`, `done` or `failed`.
    pub state: String,
    /// Not before this instant; a lease moves it into the future.
    pub run_at: DateTime<Utc>,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
