//! Rows of Rating, within a scope.

use entity::ids::{Key, RatingId};
use entity::rating::{Column, Entity};

use crate::access::scope::Sight;
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Rating", RatingId::PREFIX, "A rating of a framework version's scale (S195).")
        .column("code", Column::Code, "Code.")
        .column("label", Column::Label, "Label.")
        .column("position", Column::Position, "Place in the scale, best first.")
        .column("fallsShort", Column::FallsShort, "Whether it calls for improvement.")
        .stamped()
        .ordered_by("position", Direction::Ascending)
        .seen_by(|_, _| Sight::All)
}
