//! Rows of PlacementSession, within a scope.

use std::collections::HashMap;

use domain::placement::Weekday;
use domain::placement::week::WeeklySession;
use entity::ids::{AuthorityId, Key, PlacementId, PlacementSessionId};
use entity::placement_session::{Column, Entity, Model};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

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
    .seen_by(super::super::placement::store::through)
    .counted_by(|scope, table| {
        super::super::placement::store::through(scope, table).or(crate::organisation::counted(scope, table))
    })
}

/// The weeks of these placements.
pub async fn weeks(
    db: &impl ConnectionTrait,
    placements: &[PlacementId],
) -> Result<HashMap<PlacementId, Vec<WeeklySession>>, DbErr> {
    let mut weeks: HashMap<_, Vec<_>> = HashMap::new();
    if placements.is_empty() {
        return Ok(weeks);
    }
    for row in Entity::find().filter(Column::PlacementId.is_in(placements.iter().copied())).all(db).await? {
        let session = WeeklySession::read(row.weekday.0, &row.starts_at, &row.ends_at)
            .ok_or_else(|| DbErr::Type(format!("{} has no times", row.id)))?;
        weeks.entry(row.placement_id).or_default().push(session);
    }
    Ok(weeks)
}

/// Writes the week of a placement that has none.
pub async fn insert(
    write: &mut Write<'_>,
    authority_id: AuthorityId,
    placement_id: PlacementId,
    week: &[WeeklySession],
) -> Result<(), DbErr> {
    let row = |session: &WeeklySession| Model {
        id: write.id(),
        authority_id,
        placement_id,
        weekday: session.weekday().into(),
        starts_at: session.starts_at(),
        ends_at: session.ends_at(),
        minutes: session.minutes(),
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    let rows: Vec<Model> = week.iter().map(row).collect();
    let ids: Vec<PlacementSessionId> = rows.iter().map(|row| row.id).collect();
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    Entity::insert_many(rows).exec_without_returning(&write.tx).await?;
    for id in ids {
        write.created(authority_id, id);
    }
    Ok(())
}

/// Takes away the week of a placement.
pub async fn remove(write: &mut Write<'_>, authority_id: AuthorityId, placement_id: PlacementId) -> Result<(), DbErr> {
    let rows = Entity::find().filter(Column::PlacementId.eq(placement_id)).all(&write.tx).await?;
    Entity::delete_many().filter(Column::PlacementId.eq(placement_id)).exec(&write.tx).await?;
    for row in rows {
        write.removed(authority_id, row.id);
    }
    Ok(())
}
