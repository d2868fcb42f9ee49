//! Rows of DocumentRequirement, within a scope.

use domain::organisation::ProviderKind;
use entity::document_requirement::{Column, Entity};
use entity::ids::{Key, RequirementId};

use crate::access::scope::Sight;
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "DocumentRequirement",
        RequirementId::PREFIX,
        "A document that a kind of provider must hold (D19).",
    )
    .listed_as("documentRequirements")
    .code::<ProviderKind>("providerKind", Column::ProviderKind, "Kind of provider.")
    .column("citation", Column::Citation, "Where the requirement comes from.")
    .stamped()
    .one("documentType", "DocumentType", Column::DocumentTypeId, "The type of document.")
    .ordered_by("providerKind", Direction::Ascending)
    .seen_by(|_, _| Sight::All)
}
