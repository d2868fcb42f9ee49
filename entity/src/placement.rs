//! A placement: five separate edges (D11), dates, a rate and a state.

use chrono::{DateTime, NaiveDate, Utc};
use domain::placement;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AuthorityId, PartnershipId, PlacementId, ProviderId, PupilId, SchoolId, SiteId};

/// A placement: five separate edges (D11), dates, a rate and a state.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "placement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PlacementId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub pupil_id: PupilId,
    pub provider_id: ProviderId,
    pub site_id: Option<SiteId>,
    /// School whose roll the pupil is on.
    pub on_roll_school_id: SchoolId,
    /// Contracting party, if a school.
    pub contracting_school_id: Option<SchoolId>,
    /// Contracting party, if a partnership.
    pub contracting_partnership_id: Option<PartnershipId>,
    /// Contracting party, if the authority.
    pub contracting_authority_id: Option<AuthorityId>,
    /// Paying party, if a school.
    pub paying_school_id: Option<SchoolId>,
    /// Paying party, if a partnership.
    pub paying_partnership_id: Option<PartnershipId>,
    /// Paying party, if the authority.
    pub paying_authority_id: Option<AuthorityId>,
    /// Broker, if there is one (S145).
    pub broker_id: Option<ProviderId>,
    /// State.
    pub state: Coded<placement::PlacementState>,
    /// Start date.
    pub starts_on: NaiveDate,
    /// Target end date.
    pub target_ends_on: NaiveDate,
    /// Actual end date (S84).
    pub ended_on: Option<NaiveDate>,
    /// Why it ended or was cancelled.
    pub end_reason: Option<String>,
    /// Agreed rate in pence.
    pub rate_pence: i64,
    /// What the rate is per.
    pub rate_basis: Coded<placement::RateBasis>,
    /// Purpose in commissioning (S1).
    pub purpose: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
