//! A provider's standing on the approved list, from one date to another (S226).

use chrono::{DateTime, NaiveDate, Utc};
use domain::quality;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{ApprovalId, AuthorityId, ProviderId, VisitId};

/// A provider's standing on the approved list, from one date to another (S226).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApprovalId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub provider_id: ProviderId,
    /// Standing.
    pub state: Coded<quality::ApprovalState>,
    /// The visit that moved it.
    pub visit_id: Option<VisitId>,
    /// Why.
    pub reason: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// First day on which it no longer holds.
    pub ends_on: Option<NaiveDate>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
