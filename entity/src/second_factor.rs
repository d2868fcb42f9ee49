//! What an account signs in with beside its password: one-time codes by time (RFC 6238).

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::AccountId;

/// The second factor of an account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// The secret that codes are made from, encrypted under the server's own.
    #[sea_orm(column_type = "Text")]
    pub sealed_secret: String,
    /// The 30 seconds, counted from 1970, of the last code that was taken: it and those before are worth nothing now.
    pub last_step: i64,
    /// When it was set up.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
