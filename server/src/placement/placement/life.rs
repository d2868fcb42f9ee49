//! The steps of a placement's life: agreed, started, ended, cancelled.

use domain::RefusalCode;
use domain::placement::PlacementState;
use domain::placement::life::{
    self as rule, AgreePlacementRefusal, CancelPlacementRefusal, EndPlacementRefusal, Facts, StartPlacementRefusal,
};
use entity::ids::PlacementId;
use entity::placement::Model;

use super::graph::{AgreePlacementInput, CancelPlacementInput, EndPlacementInput, StartPlacementInput};
use super::store::{self, Step};
use super::{service, store::commissions, store::provides};
use crate::ledger::{Refusal, Refused, Write};
use crate::placement::{register, session};

/// Agrees a proposed placement.
pub async fn agree(
    write: &mut Write<'_>,
    input: AgreePlacementInput,
) -> Result<PlacementId, Refused<AgreePlacementRefusal>> {
    use AgreePlacementRefusal::{NotAllowed, NotFound, NotProposed};
    let row = load(write, input.placement_id.0, NotFound, NotAllowed).await?;
    rule::agree(row.state.0).map_err(|code| Refused::current(code, row.id))?;
    step(write, &row, Step::to(PlacementState::Agreed), NotProposed).await
}

/// Starts an agreed placement (S36).
pub async fn start(
    write: &mut Write<'_>,
    input: StartPlacementInput,
) -> Result<PlacementId, Refused<StartPlacementRefusal>> {
    use StartPlacementRefusal::{NotAgreed, NotAllowed, NotFound, WeekClash};
    let row = load(write, input.placement_id.0, NotFound, NotAllowed).await?;
    let starts_on = rule::start(&facts(&row), input.started_on.map(|date| date.0), write.today())
        .map_err(|why| shown(why, &row))?;
    let week = session::store::weeks(&write.tx, &[row.id]).await?.remove(&row.id).unwrap_or_default();
    let started = Model { starts_on, state: PlacementState::Active.into(), ..row.clone() };
    if let Some(other) = service::clashing(write, &started, &week).await? {
        return Err(service::clash(WeekClash, other));
    }
    step(write, &row, Step { starts_on: Some(starts_on), ..Step::to(PlacementState::Active) }, NotAgreed).await
}

/// Ends a placement that runs (S84).
pub async fn end(write: &mut Write<'_>, input: EndPlacementInput) -> Result<PlacementId, Refused<EndPlacementRefusal>> {
    use EndPlacementRefusal::{MarkedLater, NotActive, NotAllowed, NotFound};
    let row = load(write, input.placement_id.0, NotFound, NotAllowed).await?;
    let ended_on = input.ended_on.0;
    rule::end(&facts(&row), ended_on, &input.reason, write.today()).map_err(|why| shown(why, &row))?;
    if register::store::is_marked_after(&write.tx, row.id, ended_on).await? {
        return Err(shown((MarkedLater, Some("endedOn")), &row));
    }
    let ended = Step { ended_on: Some(ended_on), reason: Some(input.reason), ..Step::to(PlacementState::Ended) };
    step(write, &row, ended, NotActive).await
}

/// Cancels a placement that has not started.
pub async fn cancel(
    write: &mut Write<'_>,
    input: CancelPlacementInput,
) -> Result<PlacementId, Refused<CancelPlacementRefusal>> {
    use CancelPlacementRefusal::{NotAllowed, NotFound, NotOpen};
    let row = load(write, input.placement_id.0, NotFound, NotAllowed).await?;
    rule::cancel(row.state.0, &input.reason).map_err(|why| shown(why, &row))?;
    let cancelled = Step { reason: Some(input.reason), ..Step::to(PlacementState::Cancelled) };
    step(write, &row, cancelled, NotOpen).await
}

/// The placement, for those who commission it and the provider's people; a broker's people only look on.
async fn load<C: RefusalCode>(
    write: &Write<'_>,
    id: PlacementId,
    not_found: C,
    not_allowed: C,
) -> Result<Model, Refused<C>> {
    let row = store::find(write, id).await?.ok_or_else(|| Refused::field(not_found, "placementId"))?;
    if commissions(write.scope(), &row) || provides(write.scope(), &row) {
        Ok(row)
    } else {
        Err(Refused::because(not_allowed))
    }
}

async fn step<C: RefusalCode>(
    write: &mut Write<'_>,
    row: &Model,
    step: Step,
    moved_on: C,
) -> Result<PlacementId, Refused<C>> {
    if !store::advance(write, row, step.into()).await? {
        return Err(Refused::current(moved_on, row.id));
    }
    write.updated(row.authority_id, row.id);
    Ok(row.id)
}

fn facts(row: &Model) -> Facts {
    Facts { state: row.state.0, starts_on: row.starts_on, target_ends_on: row.target_ends_on }
}

fn shown<C>((code, field): (C, Option<&'static str>), row: &Model) -> Refused<C> {
    Refused::Rule(Refusal { code, field, current: Some(row.id.into()) })
}
