//! What reached the server too late for its visit, for a person to decide.

use chrono::{DateTime, NaiveDate, Utc};
use domain::quality::addendum;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AccountId, AddendumId, AuthorityId, EvidenceId, RatingId, StandardId, VisitId};

/// What reached the server too late for its visit, for a person to decide.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "addendum")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AddendumId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub visit_id: VisitId,
    /// The visitor whose it is.
    pub account_id: AccountId,
    /// Judgement or evidence.
    pub kind: Coded<addendum::AddendumKind>,
    pub standard_id: Option<StandardId>,
    pub evidence_id: Option<EvidenceId>,
    pub rating_id: Option<RatingId>,
    /// What was seen.
    pub seen: String,
    /// Action or recommendation.
    pub action: String,
    /// A date that the standard asks for.
    pub answered_on: Option<NaiveDate>,
    /// The next date that it asks for.
    pub next_on: Option<NaiveDate>,
    /// Why something that the standard asks for is missing.
    pub missing_reason: Option<String>,
    /// State.
    pub state: Coded<addendum::AddendumState>,
    pub decided_by_id: Option<AccountId>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
