//! A standard: a question of a framework.

use chrono::{DateTime, Utc};
use domain::quality;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{FrameworkVersionId, SectionId, StandardId};

/// A standard: a question of a framework.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "standard")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StandardId,
    pub framework_version_id: FrameworkVersionId,
    pub section_id: SectionId,
    /// Code, e.g. 1a.
    pub code: String,
    /// Title in our own words.
    pub title: String,
    /// What to look for.
    pub guidance: Option<String>,
    /// Source row, e.g. S196.
    pub source: String,
    /// From the desk, or on site.
    pub phase: Coded<quality::Phase>,
    /// Place within the version.
    pub position: i32,
    /// How it is answered: rating, text, date, or last_and_next_date.
    pub answer: String,
    /// List of {kind, need, what}.
    #[sea_orm(column_type = "JsonBinary")]
    pub evidence_wanted: Json,
    /// Whether only a competent person may judge it (S161).
    pub competent_person: bool,
    /// An empty slot where the source is damaged (S275).
    pub damaged: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
