//! A partnership of schools within an authority (S11).

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AuthorityId, PartnershipId};

/// A partnership of schools within an authority (S11).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partnership")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartnershipId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    /// Short name.
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
