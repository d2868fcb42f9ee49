//! A QA visit and its report (S35, S47).

use chrono::{DateTime, NaiveDate, Utc};
use domain::quality;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AuthorityId, FrameworkVersionId, OutcomeId, PartnershipId, ProviderId, SiteId, VisitId};

/// A QA visit and its report (S35, S47).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VisitId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub provider_id: ProviderId,
    pub site_id: Option<SiteId>,
    /// Partnership that arranged it, if one did.
    pub partnership_id: Option<PartnershipId>,
    pub framework_version_id: FrameworkVersionId,
    /// Purpose, as the provider sees it.
    pub purpose: String,
    /// Date.
    pub planned_for: NaiveDate,
    /// Time, HH:MM.
    pub planned_at: Option<String>,
    /// State on site.
    pub state: Coded<quality::VisitState>,
    /// Why it was called off.
    pub cancelled_reason: Option<String>,
    /// State of the report.
    pub report_state: Coded<quality::ReportState>,
    /// Last day on which the provider may suggest amendments.
    pub scrutiny_ends_on: Option<NaiveDate>,
    /// Summary of the report.
    pub summary: Option<String>,
    pub outcome_id: Option<OutcomeId>,
    /// The outcome that whoever completed it proposed.
    pub proposed_outcome_id: Option<OutcomeId>,
    /// When its manifest was verified.
    pub completed_at: Option<DateTime<Utc>>,
    /// Hash of its manifest, hex.
    pub manifest_sha256: Option<String>,
    /// Ed25519 signature over its receipt, Base64.
    pub receipt_signature: Option<String>,
    /// Which key signed it.
    pub receipt_key_id: Option<String>,
    /// When its report was published.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
