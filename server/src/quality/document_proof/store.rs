//! Rows of DocumentProof, within a scope.

use entity::document_proof::{Column, Entity};
use entity::ids::{DocumentProofId, Key};

use crate::graph::tree::Noun;

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
