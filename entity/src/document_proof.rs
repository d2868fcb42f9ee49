//! What a document proves; one file may prove two requirements.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AuthorityId, DocumentId, DocumentProofId, DocumentTypeId, ProviderId};

/// What a document proves; one file may prove two requirements.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_proof")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DocumentProofId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub document_id: DocumentId,
    pub provider_id: ProviderId,
    pub document_type_id: DocumentTypeId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
