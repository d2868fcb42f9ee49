//! One visitor's rating and words on a standard at a visit.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, AuthorityId, JudgementId, ProviderId, RatingId, StandardId, VisitId};

/// One visitor's rating and words on a standard at a visit.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "judgement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JudgementId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub visit_id: VisitId,
    pub provider_id: ProviderId,
    pub standard_id: StandardId,
    /// The visitor.
    pub account_id: AccountId,
    pub rating_id: Option<RatingId>,
    /// What was seen (S251).
    pub seen: String,
    /// Action or recommendation (S251).
    pub action: String,
    /// A date that the standard asks for (S268, S270).
    pub answered_on: Option<NaiveDate>,
    /// The next date that it asks for (S270).
    pub next_on: Option<NaiveDate>,
    /// Why something that the standard asks for is missing.
    pub missing_reason: Option<String>,
    /// How often it was revised; the first is 1.
    pub revision: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
