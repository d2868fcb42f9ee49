//! A local authority: the tenant that everything belongs to.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::AuthorityId;

/// A local authority: the tenant that everything belongs to.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "local_authority")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuthorityId,
    /// Three-digit code of the Department for Education.
    #[sea_orm(unique)]
    pub code: String,
    /// Name.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
