//! A version of a framework, with its own standards, scale and outcomes (D12).

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{FrameworkId, FrameworkVersionId};

/// A version of a framework, with its own standards, scale and outcomes (D12).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "framework_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FrameworkVersionId,
    pub framework_id: FrameworkId,
    /// Which edition, e.g. 2024.
    pub edition: String,
    /// Where it comes from.
    pub source: String,
    /// Whether standards are rated; else they are answered in words.
    pub rated: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
