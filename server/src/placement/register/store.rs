//! Rows of AttendanceMark, within a scope.

use chrono::NaiveDate;
use domain::access::Role;
use domain::placement::Session;
use entity::attendance_mark::{Column, Entity, Model};
use entity::ids::{Key, MarkId, PlacementId};
use sea_orm::sea_query::{BinOper, Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};

use crate::graph::tree::{Coded, Direction, Noun, Rollup};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("AttendanceMark", MarkId::PREFIX, "An attendance mark (S163): pupil, placement, date, session, code. Who sees the placement sees it; analysts may only count.")
        .listed_as("attendanceMarks")
        .column("date", Column::Date, "Date.")
        .code::<Session>("session", Column::Session, "Morning or afternoon.")
        .column("code", Column::Code, "Attendance code.")
        .coded(Coded::Words)
        .column("minutesLate", Column::MinutesLate, "Minutes late, if late.")
        .stamped()
        .one("placement", "Placement", Column::PlacementId, "Its placement.")
        .one("pupil", "Pupil", Column::PupilId, "The pupil.")
        .one("provider", "Provider", Column::ProviderId, "Where.")
        .ordered_by("date", Direction::Descending)
        .seen_by(super::super::placement::store::through)
        .counted_by(|scope, table| {
            super::super::placement::store::through(scope, table).or(crate::organisation::counted(scope, table))
        })
        .rolled_up(|role| role == Role::Officer, &[
            Rollup { table: "attendance_mark_by_month", columns: &["code", "session", "date"], month: Some("date") },
        ])
}

/// Whether the register has a mark after a day.
pub async fn is_marked_after(
    db: &impl ConnectionTrait,
    placement_id: PlacementId,
    day: NaiveDate,
) -> Result<bool, DbErr> {
    let later = Entity::find().filter(Column::PlacementId.eq(placement_id)).filter(Column::Date.gt(day));
    Ok(later.count(db).await? > 0)
}

/// Whether one of these ids is that of a mark for another session.
pub async fn has_taken_id(db: &impl ConnectionTrait, marks: &[Model]) -> Result<bool, DbErr> {
    let held = Entity::find().filter(Column::Id.is_in(marks.iter().map(|mark| mark.id))).all(db).await?;
    let same = |held: &Model, mark: &Model| {
        (held.placement_id, held.date, held.session) == (mark.placement_id, mark.date, mark.session)
    };
    Ok(held.iter().any(|held| !marks.iter().any(|mark| mark.id == held.id && same(held, mark))))
}

/// Writes marks in one statement. A session that has one keeps its row: what differs is corrected and counts as a
/// version, what says the same again changes nothing.
pub async fn upsert(write: &Write<'_>, marks: Vec<Model>) -> Result<(), DbErr> {
    let held = |column: Column| Expr::col((Entity, column));
    let sent = |column: Column| Expr::col(("excluded", column));
    let differs = |column| held(column).binary(BinOper::Custom("IS DISTINCT FROM"), sent(column));
    let correct = OnConflict::columns([Column::PlacementId, Column::Date, Column::Session])
        .update_columns([Column::Code, Column::MinutesLate, Column::UpdatedAt])
        .value(Column::Version, held(Column::Version).add(1))
        .action_and_where(differs(Column::Code).or(differs(Column::MinutesLate)))
        .to_owned();
    let rows = marks.into_iter().map(|row| row.into_active_model().reset_all());
    Entity::insert_many(rows).on_conflict(correct).exec_without_returning(&write.tx).await.map(drop)
}

/// Marks of a placement that were made or corrected at the write's instant.
pub async fn written_now(write: &Write<'_>, placement_id: PlacementId) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::PlacementId.eq(placement_id))
        .filter(Column::UpdatedAt.eq(write.now))
        .all(&write.tx)
        .await
}
