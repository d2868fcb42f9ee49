//! One captured photo, document, note or signature.

use chrono::{DateTime, Utc};
use domain::quality;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AccountId, ActionId, AuthorityId, EvidenceId, FileId, ProviderId, StandardId, VisitId};

/// One captured photo, document, note or signature.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EvidenceId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub provider_id: ProviderId,
    pub visit_id: Option<VisitId>,
    pub standard_id: Option<StandardId>,
    pub improvement_action_id: Option<ActionId>,
    /// Kind.
    pub kind: Coded<quality::EvidenceKind>,
    pub file_id: FileId,
    /// Caption.
    pub caption: Option<String>,
    /// When, by the device.
    pub captured_at: DateTime<Utc>,
    /// Who.
    pub captured_by_id: AccountId,
    /// Which device.
    pub device_name: Option<String>,
    /// Whether it came when its visit was over: it stands beside the manifest, not in it.
    pub is_addendum: bool,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why.
    pub withdrawn_reason: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
