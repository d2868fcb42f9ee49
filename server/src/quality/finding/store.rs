//! Rows of Finding, within a scope.

use entity::amendment;
use entity::finding::{Column, Entity};
use entity::ids::{FindingId, Key};

use crate::graph::tree::Noun;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Finding",
        FindingId::PREFIX,
        "The agreed finding on a standard, which the report carries. Who may read the report sees it (S47).",
    )
    .listed_as("findings")
    .column("seen", Column::Seen, "What was seen.")
    .column("action", Column::Action, "Action or recommendation.")
    .column("settled", Column::Settled, "False while visitors differ and nobody has settled it.")
    .stamped()
    .one("visit", "Visit", Column::VisitId, "The visit.")
    .one("provider", "Provider", Column::ProviderId, "The provider.")
    .one("standard", "Standard", Column::StandardId, "The standard.")
    .one("rating", "Rating", Column::RatingId, "The rating, where the framework has a scale.")
    .many("amendments", "Amendment", amendment::Column::FindingId, "Amendments suggested to it.")
    .seen_by(|scope, table| super::super::visit::store::through_report(scope, table.col(Column::VisitId)))
}
