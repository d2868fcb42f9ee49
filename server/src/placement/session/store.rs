//! Rows of PlacementSession, within a scope.

use domain::placement::Weekday;
use entity::ids::{Key, PlacementSessionId};
use entity::placement_session::{Column, Entity};

use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "PlacementSession",
        PlacementSessionId::PREFIX,
        "A weekly session of a placement (S1). Who sees the placement sees it.",
    )
    .code::<Weekday>("weekday", Column::Weekday, "Day.")
    .column("startsAt", Column::StartsAt, "Start, HH:MM.")
    .column("endsAt", Column::EndsAt, "Finish, HH:MM.")
    .column("minutes", Column::Minutes, "Length in minutes.")
    .stamped()
    .one("placement", "Placement", Column::PlacementId, "Its placement.")
    .ordered_by("startsAt", Direction::Ascending)
    .seen_by(|scope, table| super::super::placement::store::through(scope, table.col(Column::PlacementId)))
    .counted_by(|scope, table| {
        super::super::placement::store::through(scope, table.col(Column::PlacementId))
            .or(crate::organisation::counted(scope, table))
    })
}
