//! Rows of DocumentType, within a scope.

use entity::document_requirement;
use entity::document_type::{Column, Entity, Model};
use entity::ids::{DocumentTypeId, Key};

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::access::scope::Sight;
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("DocumentType", DocumentTypeId::PREFIX, "A type of document that providers are asked for.")
        .listed_as("documentTypes")
        .column("code", Column::Code, "Code.")
        .column("name", Column::Name, "Its name.")
        .column("asksExpiry", Column::AsksExpiry, "Whether an expiry date is asked.")
        .column("asksCover", Column::AsksCover, "Whether an amount of cover is asked.")
        .column("monthsValid", Column::MonthsValid, "Usual months of validity.")
        .column("citation", Column::Citation, "Where it comes from.")
        .stamped()
        .many(
            "requirements",
            "DocumentRequirement",
            document_requirement::Column::DocumentTypeId,
            "Kinds of provider that must hold it.",
        )
        .ordered_by("name", Direction::Ascending)
        .seen_by(|_, _| Sight::All)
}

/// The types with these ids, those that there are.
pub async fn find(write: &Write<'_>, ids: &[DocumentTypeId]) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(&write.tx).await
}
