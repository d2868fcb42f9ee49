//! Rows of Section, within a scope.

use entity::ids::{Key, SectionId};
use entity::section::{Column, Entity};
use entity::standard;

use crate::access::scope::Sight;
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Section", SectionId::PREFIX, "A section of a framework version.")
        .column("code", Column::Code, "Code.")
        .column("title", Column::Title, "Title.")
        .column("position", Column::Position, "Place.")
        .stamped()
        .many("standards", "Standard", standard::Column::SectionId, "Its standards.")
        .ordered_by("position", Direction::Ascending)
        .seen_by(|_, _| Sight::All)
}
