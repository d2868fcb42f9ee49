//! The agreed finding on a standard, which the report carries.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AuthorityId, FindingId, ProviderId, RatingId, StandardId, VisitId};

/// The agreed finding on a standard, which the report carries.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "finding")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FindingId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub visit_id: VisitId,
    pub provider_id: ProviderId,
    pub standard_id: StandardId,
    pub rating_id: Option<RatingId>,
    /// What was seen.
    pub seen: String,
    /// Action or recommendation.
    pub action: String,
    /// False while visitors differ and nobody has settled it.
    pub settled: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
