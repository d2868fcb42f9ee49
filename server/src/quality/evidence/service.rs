//! What can be done with evidence.

use chrono::SubsecRound;
use domain::access::Role;
use domain::quality::VisitState;
use domain::quality::announcement::Announcement;
use domain::quality::evidence::{
    self as rule, AddEvidenceRefusal as NotAdded, Piece, Subject, WithdrawEvidenceRefusal as NotWithdrawn,
};
use domain::reference::EvidenceWanted;
use entity::evidence;
use entity::ids::{ActionId, EvidenceId, FrameworkVersionId, StandardId};
use sea_orm::DbErr;

use super::graph::{AddEvidenceInput, EvidenceSubjectInput, VisitSubjectInput, WithdrawEvidenceInput};
use super::store::{self, Belongs};
use crate::graph::ids::IdOf;
use crate::ledger::{Refusal, Refused, Write};
use crate::quality::{action, file, standard, visit, visitor};
use crate::uploads;

/// Adds a piece of evidence, whose bytes are still to come.
pub async fn add(write: &mut Write<'_>, input: AddEvidenceInput) -> Result<EvidenceId, Refused<NotAdded>> {
    take(write, input, false).await
}

/// Adds a piece of evidence that came too late for its visit: it stands beside the manifest.
pub async fn add_late(write: &mut Write<'_>, input: AddEvidenceInput) -> Result<EvidenceId, Refused<NotAdded>> {
    take(write, input, true).await
}

async fn take(
    write: &mut Write<'_>,
    input: AddEvidenceInput,
    is_addendum: bool,
) -> Result<EvidenceId, Refused<NotAdded>> {
    let id = match input.id {
        Some(IdOf(id)) if store::is_taken(write, id).await? => return Err(Refused::current(NotAdded::IdTaken, id)),
        Some(IdOf(id)) => id,
        None => write.id(),
    };
    let announcement =
        Announcement { sha256: &input.sha256, byte_size: input.byte_size.0, media_type: &input.media_type };
    let file = announcement.check().map_err(|fault| Refused::because(fault.into()))?;
    let piece = Piece { kind: input.kind.0, file, caption: input.caption.as_deref().map(str::trim) };
    let belongs = match &input.subject {
        EvidenceSubjectInput::Visit(subject) => at_visit(write, subject, &piece, is_addendum).await?,
        EvidenceSubjectInput::ImprovementActionId(IdOf(id)) => for_action(write, *id, &piece).await?,
    };
    if let Some(same) = store::find_same(write, &belongs, &piece.file.sha256).await? {
        return Err(Refused::current(NotAdded::Duplicate, same));
    }
    let row = evidence::Model {
        id,
        authority_id: belongs.authority_id,
        provider_id: belongs.provider_id,
        visit_id: belongs.visit_id,
        standard_id: belongs.standard_id,
        improvement_action_id: belongs.action_id,
        kind: piece.kind.into(),
        file_id: file::service::announce(write, belongs.authority_id, &piece.file).await?,
        caption: piece.caption.filter(|caption| !caption.is_empty()).map(str::to_owned),
        captured_at: input.captured_at.0.trunc_subsecs(3),
        captured_by_id: write.account_id(),
        device_name: write.actor.device_name.clone(),
        is_addendum,
        withdrawn_at: None,
        withdrawn_reason: None,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    store::insert(write, row).await?;
    write.created(belongs.authority_id, id);
    Ok(id)
}

/// A visit takes evidence from its visitors. It is held meanwhile, so that it cannot be completed without this piece.
async fn at_visit(
    write: &Write<'_>,
    subject: &VisitSubjectInput,
    piece: &Piece<'_>,
    is_addendum: bool,
) -> Result<Belongs, Refused<NotAdded>> {
    let visit = visit::store::hold(write, subject.visit_id.0).await?;
    let visit = visit.ok_or_else(|| Refused::field(NotAdded::VisitNotFound, "subject"))?;
    if !visitor::store::is_visitor(write, visit.id, write.account_id()).await? {
        return Err(Refused::field(NotAdded::NotAllowed, "subject"));
    }
    let standard_id = subject.standard_id.map(|id| id.0);
    let wanted = match standard_id {
        Some(id) => Some(wanted_by(write, id, visit.framework_version_id).await?),
        None => None,
    };
    // What comes too late is held to all that it would have been held to in time.
    let state = if is_addendum { VisitState::InProgress } else { visit.state.0 };
    let stands = Subject::Visit { state, wanted: wanted.as_deref() };
    rule::add(stands, piece).map_err(|(code, field)| Refused::field(code, field))?;
    Ok(Belongs {
        authority_id: visit.authority_id,
        provider_id: visit.provider_id,
        visit_id: Some(visit.id),
        standard_id,
        action_id: None,
    })
}

/// What a standard of this framework wants.
async fn wanted_by(
    write: &Write<'_>,
    id: StandardId,
    version_id: FrameworkVersionId,
) -> Result<Vec<EvidenceWanted>, Refused<NotAdded>> {
    let standard = standard::store::find(write, id).await?.filter(|found| found.framework_version_id == version_id);
    let standard = standard.ok_or_else(|| Refused::field(NotAdded::StandardNotFound, "subject"))?;
    serde_json::from_value(standard.evidence_wanted).map_err(|error| Refused::Failed(DbErr::Json(error.to_string())))
}

/// An improvement action takes evidence from the provider's people and the QA team. It belongs to no visit: the manifest
/// of the visit that the action came of is closed.
async fn for_action(write: &Write<'_>, id: ActionId, piece: &Piece<'_>) -> Result<Belongs, Refused<NotAdded>> {
    let action = action::store::hold(write, id).await?;
    let action = action.ok_or_else(|| Refused::field(NotAdded::ActionNotFound, "subject"))?;
    if !write.scope().is_qa_team(action.authority_id) && !write.scope().works_for(action.provider_id) {
        return Err(Refused::field(NotAdded::NotAllowed, "subject"));
    }
    rule::add(Subject::Action(action.state.0), piece).map_err(|(code, field)| Refused::field(code, field))?;
    Ok(Belongs {
        authority_id: action.authority_id,
        provider_id: action.provider_id,
        visit_id: None,
        standard_id: None,
        action_id: Some(action.id),
    })
}

/// Withdraws a piece of evidence: its file is out of use with the commit, the bytes go soon after.
pub async fn withdraw(
    write: &mut Write<'_>,
    input: WithdrawEvidenceInput,
) -> Result<EvidenceId, Refused<NotWithdrawn>> {
    let found = store::find(write, input.evidence_id.0).await?;
    let found = found.ok_or_else(|| Refused::field(NotWithdrawn::NotFound, "evidenceId"))?;
    let scope = write.scope();
    let runs = [Role::Officer, Role::Coordinator].iter().any(|role| scope.holds(*role, found.authority_id));
    if !runs && found.captured_by_id != scope.account_id {
        return Err(Refused::because(NotWithdrawn::NotAllowed));
    }
    let reason = input.reason.trim();
    rule::withdraw(found.withdrawn_at.is_some(), reason)
        .map_err(|(code, field)| Refused::Rule(Refusal { code, field, current: Some(found.id.into()) }))?;
    if !store::withdraw(write, &found, reason).await? {
        return Err(Refused::current(NotWithdrawn::AlreadyWithdrawn, found.id));
    }
    write.updated(found.authority_id, found.id);
    uploads::purge(&write.tx, write.app(), found.file_id, write.now).await?;
    Ok(found.id)
}
