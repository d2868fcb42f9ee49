//! Rows of AttendanceMark, within a scope.

use domain::placement::Session;
use entity::attendance_mark::{Column, Entity};
use entity::ids::{Key, MarkId};

use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("AttendanceMark", MarkId::PREFIX, "An attendance mark (S163): pupil, placement, date, session, code. Who sees the placement sees it; analysts may only count.")
        .listed_as("attendanceMarks")
        .column("date", Column::Date, "Date.")
        .code::<Session>("session", Column::Session, "Morning or afternoon.")
        .column("code", Column::Code, "Attendance code.")
        .column("minutesLate", Column::MinutesLate, "Minutes late, if late.")
        .stamped()
        .one("placement", "Placement", Column::PlacementId, "Its placement.")
        .one("pupil", "Pupil", Column::PupilId, "The pupil.")
        .one("provider", "Provider", Column::ProviderId, "Where.")
        .ordered_by("date", Direction::Descending)
        .seen_by(|scope, table| super::super::placement::store::through(scope, table.col(Column::PlacementId)))
        .counted_by(|scope, table| {
            super::super::placement::store::through(scope, table.col(Column::PlacementId)).or(crate::organisation::counted(scope, table))
        })
}
