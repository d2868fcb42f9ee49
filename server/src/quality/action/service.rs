//! What can be done with an improvement action.

use domain::quality::ActionState;
use domain::quality::action::{
    self as rule, CreateImprovementActionRefusal as NotCreated, Party, Plan, Step,
    UpdateImprovementActionRefusal as NotUpdated,
};
use entity::ids::{ActionId, ProviderId, StandardId, VisitId};
use entity::{action_update, improvement_action, visit as visits};
use sea_orm::DbErr;

use super::graph::{CreateImprovementActionInput, UpdateImprovementActionInput};
use super::store;
use crate::graph::ids::IdOf;
use crate::ledger::{Refusal, Refused, Write};
use crate::organisation::provider;
use crate::quality::{action_update as history, standard, visit};

/// Sets an improvement action for a provider.
pub async fn create(
    write: &mut Write<'_>,
    input: CreateImprovementActionInput,
) -> Result<ActionId, Refused<NotCreated>> {
    let id = match input.id {
        Some(IdOf(id)) if store::is_taken(write, id).await? => return Err(Refused::current(NotCreated::IdTaken, id)),
        Some(IdOf(id)) => id,
        None => write.id(),
    };
    let provider = provider::store::seen(write, input.provider_id.0).await?;
    let provider = provider.ok_or_else(|| Refused::field(NotCreated::ProviderNotFound, "providerId"))?;
    if !write.scope().is_qa_team(provider.authority_id) {
        return Err(Refused::field(NotCreated::NotAllowed, "providerId"));
    }
    let visit_id = input.visit_id.map(|id| id.0);
    let visit = visit_of(write, provider.id, visit_id).await?;
    let standard_id = input.standard_id.map(|id| id.0);
    check_standard(write, visit.as_ref(), standard_id).await?;
    let plan = Plan { area: &input.area, action: &input.action, owner: &input.owner, due_on: input.due_on.0 };
    let since = visit.map_or_else(|| write.today(), |visit| visit.planned_for);
    rule::create(&plan, since).map_err(|(code, field)| Refused::field(code, field))?;
    let action = improvement_action::Model {
        id,
        authority_id: provider.authority_id,
        provider_id: provider.id,
        visit_id,
        standard_id,
        area: plan.area.trim().to_owned(),
        action: plan.action.trim().to_owned(),
        owner: plan.owner.trim().to_owned(),
        due_on: plan.due_on,
        rag: input.rag.0.into(),
        state: ActionState::Open.into(),
        closed_at: None,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    store::insert(write, action.clone()).await?;
    write.created(action.authority_id, id);
    // The history begins with the colour that it was set at.
    record(write, &action, "").await?;
    Ok(id)
}

async fn visit_of(
    write: &Write<'_>,
    provider_id: ProviderId,
    id: Option<VisitId>,
) -> Result<Option<visits::Model>, Refused<NotCreated>> {
    let Some(id) = id else { return Ok(None) };
    let visit = visit::store::find(write, id).await?.filter(|visit| visit.provider_id == provider_id);
    visit.map(Some).ok_or_else(|| Refused::field(NotCreated::VisitNotFound, "visitId"))
}

/// Whether there is this standard, in the framework of the visit where there is one.
async fn check_standard(
    write: &Write<'_>,
    visit: Option<&visits::Model>,
    id: Option<StandardId>,
) -> Result<(), Refused<NotCreated>> {
    let Some(id) = id else { return Ok(()) };
    let fits = |version_id| visit.is_none_or(|visit| visit.framework_version_id == version_id);
    let standard = standard::store::find(write, id).await?.filter(|found| fits(found.framework_version_id));
    standard.map(drop).ok_or_else(|| Refused::field(NotCreated::StandardNotFound, "standardId"))
}

/// Takes a step with an improvement action.
pub async fn update(
    write: &mut Write<'_>,
    input: UpdateImprovementActionInput,
) -> Result<ActionId, Refused<NotUpdated>> {
    let found = store::find(write, input.improvement_action_id.0).await?;
    let read = found.ok_or_else(|| Refused::field(NotUpdated::NotFound, "improvementActionId"))?;
    let by = if write.scope().is_qa_team(read.authority_id) {
        Party::QaTeam
    } else if write.scope().works_for(read.provider_id) {
        Party::Provider
    } else {
        return Err(Refused::because(NotUpdated::NotAllowed));
    };
    if input.version != read.version {
        return Err(Refused::current(NotUpdated::Stale, read.id));
    }
    let note = input.note.trim();
    let step = Step { rag: input.rag.map(|rag| rag.0), state: input.state.map(|state| state.0), note };
    let (rag, state) = rule::update(read.rag.0, read.state.0, by, &step)
        .map_err(|(code, field)| Refused::Rule(Refusal { code, field: Some(field), current: Some(read.id.into()) }))?;
    let closed_at = (state == ActionState::Closed).then_some(write.now);
    let stepped = improvement_action::Model { rag: rag.into(), state: state.into(), closed_at, ..read };
    if !store::step(write, &stepped).await? {
        return Err(Refused::current(NotUpdated::Stale, stepped.id));
    }
    write.updated(stepped.authority_id, stepped.id);
    record(write, &stepped, note).await?;
    Ok(stepped.id)
}

/// Adds how the action now stands to its history.
async fn record(write: &mut Write<'_>, action: &improvement_action::Model, note: &str) -> Result<(), DbErr> {
    let update = action_update::Model {
        id: write.id(),
        authority_id: action.authority_id,
        improvement_action_id: action.id,
        provider_id: action.provider_id,
        account_id: write.account_id(),
        rag: action.rag,
        state: action.state,
        note: note.to_owned(),
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    write.created(update.authority_id, update.id);
    history::store::insert(write, update).await
}
