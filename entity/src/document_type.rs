//! A type of document.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::DocumentTypeId;

/// A type of document.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_type")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DocumentTypeId,
    /// Code.
    #[sea_orm(unique)]
    pub code: String,
    /// Name.
    pub name: String,
    /// Whether an expiry date is asked.
    pub asks_expiry: bool,
    /// Whether a cover amount is asked.
    pub asks_cover: bool,
    /// Usual months of validity.
    pub months_valid: Option<i32>,
    /// Where the requirement comes from.
    pub citation: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
