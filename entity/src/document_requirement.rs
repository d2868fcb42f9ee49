//! A document that a kind of provider must hold (D19).

use chrono::{DateTime, Utc};
use domain::organisation;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{DocumentTypeId, RequirementId};

/// A document that a kind of provider must hold (D19).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_requirement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RequirementId,
    /// Kind of provider.
    pub provider_kind: Coded<organisation::ProviderKind>,
    pub document_type_id: DocumentTypeId,
    /// Where the requirement comes from.
    pub citation: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
