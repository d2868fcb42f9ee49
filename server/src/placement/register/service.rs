//! Taking the register.

use std::collections::HashSet;

use domain::placement::register::{self as rule, Facts, Mark, RecordMarksRefusal as Refusal};
use entity::attendance_mark::Model;
use entity::ids::PlacementId;

use super::graph::RecordMarksInput;
use super::store;
use crate::ledger::{Refused, Write};
use crate::placement::placement::store as placements;

/// Records marks for sessions of a placement: new ones, and corrections of those that are there.
pub async fn record(write: &mut Write<'_>, input: RecordMarksInput) -> Result<PlacementId, Refused<Refusal>> {
    let placement = placements::find(write, input.placement_id.0)
        .await?
        .ok_or_else(|| Refused::field(Refusal::NotFound, "placementId"))?;
    if !(placements::commissions(write.scope(), &placement) || placements::provides(write.scope(), &placement)) {
        return Err(Refused::because(Refusal::NotAllowed));
    }
    let facts = Facts { state: placement.state.0, starts_on: placement.starts_on, ended_on: placement.ended_on };
    let marks: Vec<_> = input
        .marks
        .iter()
        .map(|mark| Mark {
            date: mark.date.0,
            session: mark.session.0,
            code: &mark.code,
            minutes_late: mark.minutes_late,
        })
        .collect();
    rule::record(&facts, &marks, write.today()).map_err(|code| Refused::field(code, "marks"))?;
    let mut ids = HashSet::new();
    if input.marks.iter().filter_map(|mark| mark.id).any(|id| !ids.insert(id.0)) {
        return Err(Refused::field(Refusal::MarkedTwice, "marks"));
    }
    let row = |mark: &super::graph::MarkInput| Model {
        id: mark.id.map_or_else(|| write.id(), |id| id.0),
        authority_id: placement.authority_id,
        placement_id: placement.id,
        pupil_id: placement.pupil_id,
        provider_id: placement.provider_id,
        date: mark.date.0,
        session: mark.session.0.into(),
        code: mark.code.clone(),
        minutes_late: mark.minutes_late,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    let rows: Vec<Model> = input.marks.iter().map(row).collect();
    if store::has_taken_id(&write.tx, &rows).await? {
        return Err(Refused::field(Refusal::IdTaken, "marks"));
    }
    store::upsert(write, rows).await.map_err(|error| match error.sql_err() {
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => Refused::field(Refusal::IdTaken, "marks"),
        _ => Refused::Failed(error),
    })?;
    for mark in store::written_now(write, placement.id).await? {
        if mark.version == 1 {
            write.created(placement.authority_id, mark.id);
        } else {
            write.updated(placement.authority_id, mark.id);
        }
    }
    Ok(placement.id)
}
