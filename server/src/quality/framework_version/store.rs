//! Rows of FrameworkVersion, within a scope.

use entity::framework_version::{Column, Entity};
use entity::ids::{FrameworkVersionId, Key};
use entity::{rating, section, standard, visit_outcome};

use crate::access::scope::Sight;
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "FrameworkVersion",
        FrameworkVersionId::PREFIX,
        "A version of a framework: its standards, scale and outcomes belong to it (D12).",
    )
    .listed_as("frameworkVersions")
    .column("edition", Column::Edition, "Which edition.")
    .column("source", Column::Source, "Where it comes from.")
    .column("rated", Column::Rated, "Whether standards are rated; else they are answered in words.")
    .stamped()
    .one("framework", "Framework", Column::FrameworkId, "Its framework.")
    .many("sections", "Section", section::Column::FrameworkVersionId, "Its sections.")
    .many("standards", "Standard", standard::Column::FrameworkVersionId, "Its standards.")
    .many("ratings", "Rating", rating::Column::FrameworkVersionId, "Its scale, best first; empty where it has none.")
    .many("outcomes", "VisitOutcome", visit_outcome::Column::FrameworkVersionId, "Outcomes that a visit may have.")
    .ordered_by("edition", Direction::Descending)
    .seen_by(|_, _| Sight::All)
}
