//! Rows of DocumentProof, within a scope.

use entity::document_proof::{Column, Entity, Model};
use entity::ids::{DocumentProofId, Key};
use sea_orm::{DbErr, EntityTrait, IntoActiveModel};

use crate::graph::tree::Noun;
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "DocumentProof",
        DocumentProofId::PREFIX,
        "What a document proves: one file may prove two requirements. Who sees the document sees it.",
    )
    .listed_as("documentProofs")
    .stamped()
    .one("document", "ProviderDocument", Column::DocumentId, "The document.")
    .one("documentType", "DocumentType", Column::DocumentTypeId, "The type of document it counts as.")
    .one("provider", "Provider", Column::ProviderId, "The provider.")
    .seen_by(|scope, table| crate::organisation::staff_or_own(scope, table, Column::ProviderId))
}

/// Writes what a document proves.
pub async fn insert(write: &Write<'_>, proof: Model) -> Result<(), DbErr> {
    Entity::insert(proof.into_active_model()).exec_without_returning(&write.tx).await.map(drop)
}
