//! Rows of Framework, within a scope.

use entity::framework::{Column, Entity};
use entity::framework_version;
use entity::ids::{FrameworkId, Key};

use crate::access::scope::Sight;
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Framework",
        FrameworkId::PREFIX,
        "A framework that visits are made by. Everybody who is signed in sees it.",
    )
    .listed_as("frameworks")
    .column("code", Column::Code, "Short name.")
    .column("name", Column::Name, "Its name.")
    .column("owner", Column::Owner, "Who publishes it.")
    .stamped()
    .many("versions", "FrameworkVersion", framework_version::Column::FrameworkId, "Its versions.")
    .ordered_by("name", Direction::Ascending)
    .seen_by(|_, _| Sight::All)
}
