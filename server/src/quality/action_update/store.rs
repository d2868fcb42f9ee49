//! Rows of ActionUpdate, within a scope.

use domain::quality::{ActionState, Rag};
use entity::action_update::{Column, Entity, Model};
use entity::ids::{ActionUpdateId, Key};
use sea_orm::{DbErr, EntityTrait, IntoActiveModel};

use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

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
    .column("note", Column::Note, "What was done or seen; empty in the first step, when the action was set.")
    .stamped()
    .one("improvementAction", "ImprovementAction", Column::ImprovementActionId, "The action.")
    .one("account", "Account", Column::AccountId, "Who made the step.")
    .ordered_by("createdAt", Direction::Ascending)
    .seen_by(|scope, table| super::super::action::store::through(scope, table.col(Column::ImprovementActionId)))
}

/// Writes a step of the history.
pub async fn insert(write: &Write<'_>, update: Model) -> Result<(), DbErr> {
    Entity::insert(update.into_active_model()).exec_without_returning(&write.tx).await.map(drop)
}
