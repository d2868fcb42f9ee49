//! What can be done with a chase.

use domain::quality::chase::{
    self as rule, AssignChaseRefusal as NotAssigned, ChaseState, CloseChaseRefusal as NotClosed,
    CreateChaseRefusal as NotCreated, Plan, Subject,
};
use entity::chase;
use entity::ids::{AccountId, AuthorityId, ChaseId, ProviderId};
use sea_orm::DbErr;

use super::graph::{AssignChaseInput, CloseChaseInput, CreateChaseInput};
use super::store;
use crate::ledger::{Refused, Write};
use crate::organisation::provider;
use crate::quality::{action, document_type, refused, visit};

/// Has somebody go after something.
pub async fn create(write: &mut Write<'_>, input: CreateChaseInput) -> Result<ChaseId, Refused<NotCreated>> {
    // Held, so that of two who chase the same thing at once the second is told.
    let Some(provider) = provider::store::hold(write, input.provider_id.0).await? else {
        return Err(Refused::field(NotCreated::ProviderNotFound, "providerId"));
    };
    if !write.scope().is_qa_team(provider.authority_id) {
        return Err(Refused::field(NotCreated::NotAllowed, "providerId"));
    }
    let subjects = subjects(write, provider.id, &input).await?;
    let chase = chase::Model {
        id: write.id(),
        authority_id: provider.authority_id,
        provider_id: provider.id,
        document_type_id: input.document_type_id.map(|id| id.0),
        visit_id: input.visit_id.map(|id| id.0),
        improvement_action_id: input.improvement_action_id.map(|id| id.0),
        note: input.note.trim().to_owned(),
        raised_by_id: write.account_id(),
        assigned_to_id: input.account_id.0,
        due_on: input.due_on.0,
        state: ChaseState::Open.into(),
        closing_note: None,
        closed_by_id: None,
        closed_at: None,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    let same = store::open_like(write, &chase).await?;
    let plan = Plan {
        subjects: &subjects,
        is_chased: same.is_some(),
        note: &chase.note,
        on_team: on_team(write, chase.assigned_to_id, chase.authority_id).await?,
        due_on: chase.due_on,
        today: write.today(),
    };
    rule::create(&plan).map_err(|(code, field)| match same {
        Some(same) if code == NotCreated::AlreadyChased => refused(same.id)((code, field)),
        _ => Refused::field(code, field),
    })?;
    let (authority_id, id) = (chase.authority_id, chase.id);
    store::insert(write, chase).await?;
    write.created(authority_id, id);
    Ok(id)
}

/// What is to be chased, as it stands: each must be there, and the provider's.
async fn subjects(
    write: &Write<'_>,
    provider_id: ProviderId,
    input: &CreateChaseInput,
) -> Result<Vec<Subject>, Refused<NotCreated>> {
    let mut subjects = Vec::new();
    if let Some(id) = input.document_type_id {
        if document_type::store::find(write, &[id.0]).await?.is_empty() {
            return Err(Refused::field(NotCreated::DocumentTypeNotFound, "documentTypeId"));
        }
        subjects.push(Subject::Document);
    }
    if let Some(id) = input.visit_id {
        let visit = visit::store::find(write, id.0).await?.filter(|visit| visit.provider_id == provider_id);
        let visit = visit.ok_or_else(|| Refused::field(NotCreated::VisitNotFound, "visitId"))?;
        subjects.push(Subject::Visit(visit.state.0, visit.report_state.0));
    }
    if let Some(id) = input.improvement_action_id {
        let action = action::store::find(write, id.0).await?.filter(|action| action.provider_id == provider_id);
        let action =
            action.ok_or_else(|| Refused::field(NotCreated::ImprovementActionNotFound, "improvementActionId"))?;
        subjects.push(Subject::Action(action.state.0));
    }
    Ok(subjects)
}

/// Whether somebody is of the authority's QA team today.
async fn on_team(write: &Write<'_>, account: AccountId, authority: AuthorityId) -> Result<bool, DbErr> {
    let team = visit::store::on_team(write, [account], authority, write.today()).await?;
    Ok(team.contains(&account))
}

/// Hands a chase to somebody.
pub async fn assign(write: &mut Write<'_>, input: AssignChaseInput) -> Result<ChaseId, Refused<NotAssigned>> {
    let found = store::find(write, input.chase_id.0).await?;
    let read = found.ok_or_else(|| Refused::field(NotAssigned::NotFound, "chaseId"))?;
    if input.version != read.version {
        return Err(Refused::current(NotAssigned::Stale, read.id));
    }
    let (account, due_on) = (input.account_id.0, input.due_on.map(|due_on| due_on.0));
    let on_team = on_team(write, account, read.authority_id).await?;
    rule::assign(read.state.0, on_team, due_on, write.today()).map_err(refused(read.id))?;
    let assigned = chase::Model { assigned_to_id: account, due_on: due_on.unwrap_or(read.due_on), ..read };
    change(write, &assigned, NotAssigned::Stale).await
}

/// Closes a chase.
pub async fn close(write: &mut Write<'_>, input: CloseChaseInput) -> Result<ChaseId, Refused<NotClosed>> {
    let found = store::find(write, input.chase_id.0).await?;
    let read = found.ok_or_else(|| Refused::field(NotClosed::NotFound, "chaseId"))?;
    if input.version != read.version {
        return Err(Refused::current(NotClosed::Stale, read.id));
    }
    rule::close(read.state.0, &input.note).map_err(refused(read.id))?;
    let closed = chase::Model {
        state: ChaseState::Done.into(),
        closing_note: Some(input.note.trim().to_owned()),
        closed_by_id: Some(write.account_id()),
        closed_at: Some(write.now),
        ..read
    };
    change(write, &closed, NotClosed::Stale).await
}

async fn change<C: domain::RefusalCode>(
    write: &mut Write<'_>,
    chase: &chase::Model,
    stale: C,
) -> Result<ChaseId, Refused<C>> {
    if !store::change(write, chase).await? {
        return Err(Refused::current(stale, chase.id));
    }
    write.updated(chase.authority_id, chase.id);
    Ok(chase.id)
}
