//! Rows of ProviderDocument, within a scope.

use domain::quality::DocumentState;
use entity::document::{Column, Entity};
use entity::document_proof;
use entity::ids::{DocumentId, Key};

use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "ProviderDocument",
        DocumentId::PREFIX,
        "A document that a provider sent in. The authority's staff see it, and the provider.",
    )
    .listed_as("documents")
    .column("title", Column::Title, "Title.")
    .column("issuedOn", Column::IssuedOn, "Date of issue.")
    .column("startsOn", Column::StartsOn, "First day it covers.")
    .column("expiresOn", Column::ExpiresOn, "Last day it covers; null where it does not expire.")
    .money("cover", Column::CoverPence, "Amount of cover, in pounds.")
    .code::<DocumentState>("state", Column::State, "State.")
    .column("reviewedAt", Column::ReviewedAt, "When it was reviewed.")
    .column("reviewReason", Column::ReviewReason, "Why it was refused, and what to send instead.")
    .stamped()
    .one("provider", "Provider", Column::ProviderId, "The provider.")
    .one("file", "File", Column::FileId, "Its file.")
    .one("replaces", "ProviderDocument", Column::ReplacesId, "The document it replaces.")
    .many("replacedBy", "ProviderDocument", Column::ReplacesId, "Documents that replace it.")
    .one("reviewedBy", "Account", Column::ReviewedById, "Who reviewed it.")
    .many("proofs", "DocumentProof", document_proof::Column::DocumentId, "What it proves.")
    .ordered_by("expiresOn", Direction::Ascending)
    .seen_by(|scope, table| crate::organisation::staff_or_own(scope, table, Column::ProviderId))
}
