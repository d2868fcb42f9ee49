//! Someone who can sign in.

use chrono::{DateTime, Utc};
use domain::access;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::AccountId;

/// Someone who can sign in.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    /// E-mail in lower case: the name to sign in with.
    #[sea_orm(unique)]
    pub email: String,
    /// Name as others see it.
    pub name: String,
    /// Argon2id, in PHC form; none until one is chosen.
    pub password_hash: Option<String>,
    /// May it sign in?
    pub state: Coded<access::AccountState>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
