//! Rows of Approval, within a scope.

use domain::quality::ApprovalState;
use entity::approval::{Column, Entity};
use entity::ids::{ApprovalId, Key};

use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Approval", ApprovalId::PREFIX, "A provider's standing on the authority's approved list, from one date to another (S226). The authority's staff see it, and the provider.")
        .listed_as("approvals")
        .code::<ApprovalState>("state", Column::State, "Standing.")
        .column("reason", Column::Reason, "Why.")
        .column("startsOn", Column::StartsOn, "First day.")
        .column("endsOn", Column::EndsOn, "First day on which it no longer holds; null for the present standing.")
        .stamped()
        .one("provider", "Provider", Column::ProviderId, "The provider.")
        .one("visit", "Visit", Column::VisitId, "The visit that moved it.")
        .ordered_by("startsOn", Direction::Descending)
        .seen_by(|scope, table| crate::organisation::staff_or_own(scope, table, Column::ProviderId))
}
