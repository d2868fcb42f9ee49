//! Rows of SavedQueryVersion, within a scope.

use entity::ids::{Key, SavedQueryVersionId};
use entity::saved_query_version::{Column, Entity, Model};
use sea_orm::{DbErr, EntityTrait, IntoActiveModel};

use crate::bench::saved_query;
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "SavedQueryVersion",
        SavedQueryVersionId::PREFIX,
        "What a saved query says, from one save to the next. Who sees the query sees all its versions.",
    )
    .column("number", Column::Number, "Which save, from 1.")
    .column("text", Column::Text, "The query, in GraphQL.")
    .column("variables", Column::Variables, "Its variables: an object of JSON, as text.")
    .column("note", Column::Note, "What it is for, or what changed.")
    .stamped()
    .one("savedQuery", "SavedQuery", Column::SavedQueryId, "The query.")
    .one("savedBy", "Account", Column::AccountId, "Who saved it.")
    .ordered_by("number", Direction::Descending)
    .seen_by(|scope, table| saved_query::store::through(scope, table.col(Column::SavedQueryId)))
}

/// Writes a version.
pub async fn insert(write: &Write<'_>, version: Model) -> Result<(), DbErr> {
    Entity::insert(version.into_active_model()).exec_without_returning(&write.tx).await.map(drop)
}
