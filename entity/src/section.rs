//! A section of a framework version.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{FrameworkVersionId, SectionId};

/// A section of a framework version.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "section")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SectionId,
    pub framework_version_id: FrameworkVersionId,
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Place.
    pub position: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
