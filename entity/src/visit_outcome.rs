//! An outcome that a visit may have (S226).

use chrono::{DateTime, Utc};
use domain::quality;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{FrameworkVersionId, OutcomeId};

/// An outcome that a visit may have (S226).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visit_outcome")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OutcomeId,
    pub framework_version_id: FrameworkVersionId,
    /// Code.
    pub code: String,
    /// Label.
    pub label: String,
    /// Place in the list.
    pub position: i32,
    /// What it does to the provider's standing.
    pub approval: Coded<quality::ApprovalState>,
    /// Whether improvement actions must be there.
    pub needs_actions: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
