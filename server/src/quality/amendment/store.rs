//! Rows of Amendment, within a scope.

use domain::quality::AmendmentState;
use entity::amendment::{Column, Entity};
use entity::ids::{AmendmentId, Key};

use crate::graph::tree::Noun;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Amendment",
        AmendmentId::PREFIX,
        "An amendment that the provider suggested to a draft report (S47). The QA team and the provider see it.",
    )
    .listed_as("amendments")
    .column("suggestion", Column::Suggestion, "What the provider suggests.")
    .code::<AmendmentState>("state", Column::State, "State.")
    .column("decidedAt", Column::DecidedAt, "When it was decided.")
    .column("reason", Column::Reason, "Why.")
    .stamped()
    .one("visit", "Visit", Column::VisitId, "The visit.")
    .one("finding", "Finding", Column::FindingId, "The finding it is about; null: the report as a whole.")
    .one("suggestedBy", "Account", Column::SuggestedById, "Who suggested it.")
    .one("decidedBy", "Account", Column::DecidedById, "Who decided.")
    .seen_by(|scope, table| super::super::qa_team_or_own(scope, table, Column::ProviderId))
}
