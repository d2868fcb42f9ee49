//! An amendment that the provider suggested to a draft report (S47).

use chrono::{DateTime, Utc};
use domain::quality;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AccountId, AmendmentId, AuthorityId, FindingId, ProviderId, VisitId};

/// An amendment that the provider suggested to a draft report (S47).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "amendment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AmendmentId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub visit_id: VisitId,
    pub provider_id: ProviderId,
    /// The finding it is about; none: the report as a whole.
    pub finding_id: Option<FindingId>,
    /// What the provider suggests.
    pub suggestion: String,
    /// State.
    pub state: Coded<quality::AmendmentState>,
    pub suggested_by_id: AccountId,
    pub decided_by_id: Option<AccountId>,
    /// When.
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
