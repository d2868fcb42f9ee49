//! Rows of ActionUpdate, within a scope.

use domain::quality::{ActionState, Rag};
use entity::action_update::{Column, Entity};
use entity::ids::{ActionUpdateId, Key};

use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "ActionUpdate",
        ActionUpdateId::PREFIX,
        "A step in an improvement action's life (S227). Who sees the action sees it.",
    )
    .code::<Rag>("rag", Column::Rag, "Red, amber, green.")
    .code::<ActionState>("state", Column::State, "State.")
    .column("note", Column::Note, "Note.")
    .stamped()
    .one("improvementAction", "ImprovementAction", Column::ImprovementActionId, "The action.")
    .one("account", "Account", Column::AccountId, "Who made the step.")
    .ordered_by("createdAt", Direction::Ascending)
    .seen_by(|scope, table| super::super::action::store::through(scope, table.col(Column::ImprovementActionId)))
}
