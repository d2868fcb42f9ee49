//! What a judgement said before.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AuthorityId, JudgementId, RatingId, RevisionId};

/// What a judgement said before.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "judgement_revision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RevisionId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub judgement_id: JudgementId,
    /// Which.
    pub revision: i32,
    pub rating_id: Option<RatingId>,
    /// What was seen.
    pub seen: String,
    /// Action or recommendation.
    pub action: String,
    /// Date.
    pub answered_on: Option<NaiveDate>,
    /// Next date.
    pub next_on: Option<NaiveDate>,
    /// Why something was missing.
    pub missing_reason: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
