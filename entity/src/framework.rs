//! A framework that visits are made by.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::FrameworkId;

/// A framework that visits are made by.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "framework")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FrameworkId,
    /// Short name.
    #[sea_orm(unique)]
    pub code: String,
    /// Name.
    pub name: String,
    /// Who publishes it.
    pub owner: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
