//! Rows of Standard, within a scope.

use domain::quality::Phase;
use entity::ids::{Key, StandardId};
use entity::standard::{Column, Entity, Model};
use sea_orm::{DbErr, EntityTrait};

use crate::access::scope::Sight;
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Standard", StandardId::PREFIX, "A standard: a question of a framework (S196-S276).")
        .listed_as("standards")
        .column("code", Column::Code, "Code, e.g. 1a.")
        .column("title", Column::Title, "The question, in short.")
        .column("guidance", Column::Guidance, "What to look for.")
        .column("source", Column::Source, "Row of the source.")
        .code::<Phase>("phase", Column::Phase, "From the desk before the visit, or on site.")
        .column("position", Column::Position, "Place within the version.")
        .column("answer", Column::Answer, "How it is answered: rating, text, date, or last_and_next_date.")
        .column(
            "evidenceWanted",
            Column::EvidenceWanted,
            "What proves it: a list of { kind, need: required|optional|never, what }.",
        )
        .column("competentPerson", Column::CompetentPerson, "Whether only a competent person may judge it (S161).")
        .column("damaged", Column::Damaged, "An empty slot, kept where the source is damaged (S275).")
        .stamped()
        .one("section", "Section", Column::SectionId, "Its section.")
        .one("frameworkVersion", "FrameworkVersion", Column::FrameworkVersionId, "Its version.")
        .ordered_by("position", Direction::Ascending)
        .seen_by(|_, _| Sight::All)
}

/// The standard with this id.
pub async fn find(write: &Write<'_>, id: StandardId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(&write.tx).await
}
