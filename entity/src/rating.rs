//! A rating of a version's scale (S195).

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{FrameworkVersionId, RatingId};

/// A rating of a version's scale (S195).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rating")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RatingId,
    pub framework_version_id: FrameworkVersionId,
    /// Code.
    pub code: String,
    /// Label.
    pub label: String,
    /// Place in the scale, best first.
    pub position: i32,
    /// Whether it calls for improvement.
    pub falls_short: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
