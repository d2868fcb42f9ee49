//! Rows of VisitOutcome, within a scope.

use domain::quality::ApprovalState;
use entity::ids::{Key, OutcomeId};
use entity::visit_outcome::{Column, Entity};

use crate::access::scope::Sight;
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("VisitOutcome", OutcomeId::PREFIX, "An outcome that a visit may have (S226).")
        .column("code", Column::Code, "Code.")
        .column("label", Column::Label, "Label.")
        .column("position", Column::Position, "Place in the list.")
        .code::<ApprovalState>("approval", Column::Approval, "The standing that it leads to.")
        .column("needsActions", Column::NeedsActions, "Whether improvement actions must be there.")
        .stamped()
        .ordered_by("position", Direction::Ascending)
        .seen_by(|_, _| Sight::All)
}
