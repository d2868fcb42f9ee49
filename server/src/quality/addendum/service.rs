//! What can be done with an addendum.

use domain::quality::ReportState;
use domain::quality::addendum::{
    self as rule, AddendumKind, AddendumState, DecideAddendumRefusal as NotDecided, KeepAddendumRefusal as NotKept,
};
use domain::quality::evidence::AddEvidenceRefusal as NotAdded;
use domain::quality::judgement::WORDS_LENGTH;
use entity::ids::AddendumId;
use entity::visit::Model as Visit;

use super::graph::{AddendumInput, DecideAddendumInput, KeepAddendumInput};
use super::store;
use crate::ledger::{Refusal, Refused, Write};
use crate::quality::evidence::graph::{AddEvidenceInput, EvidenceSubjectInput};
use crate::quality::judgement::graph::RecordJudgementInput;
use crate::quality::{evidence, finding, framework, refused, visit, visitor};

/// Keeps what came too late for its visit.
pub async fn keep(write: &mut Write<'_>, input: KeepAddendumInput) -> Result<AddendumId, Refused<NotKept>> {
    let Some(visit) = visit::store::hold(write, input.visit_id.0).await? else {
        return Err(Refused::field(NotKept::VisitNotFound, "visitId"));
    };
    if !visitor::store::is_visitor(write, visit.id, write.account_id()).await? {
        return Err(Refused::field(NotKept::NotAVisitor, "visitId"));
    }
    let id = input.id.map_or_else(|| write.id(), |id| id.0);
    if store::is_taken(write, id).await? {
        return Err(Refused::field(NotKept::IdTaken, "id"));
    }
    match input.of {
        AddendumInput::RecordJudgement(judgement) => keep_judgement(write, id, &visit, judgement).await?,
        AddendumInput::AddEvidence(evidence) => keep_evidence(write, id, &visit, evidence).await?,
    }
    Ok(id)
}

/// An answer is kept also where it does not fit its standard: whoever decides can read it.
async fn keep_judgement(
    write: &mut Write<'_>,
    id: AddendumId,
    visit: &Visit,
    judgement: RecordJudgementInput,
) -> Result<(), Refused<NotKept>> {
    if judgement.visit_id.0 != visit.id {
        return Err(Refused::field(NotKept::OtherVisit, "of"));
    }
    let framework = visit.framework_version_id;
    if framework::store::asks(&write.tx, framework, judgement.standard_id.0).await?.is_none() {
        return Err(Refused::field(NotKept::StandardNotInFramework, "of"));
    }
    let rating = judgement.rating_id.map(|id| id.0);
    if framework::store::rating_fits(&write.tx, framework, rating).await? == Some(false) {
        return Err(Refused::field(NotKept::RatingNotInFramework, "of"));
    }
    let reason = judgement.missing_reason.as_deref().unwrap_or_default();
    let texts = [judgement.seen.as_str(), judgement.action.as_str(), reason];
    if texts.iter().any(|text| !WORDS_LENGTH.contains(&text.chars().count())) {
        return Err(Refused::field(NotKept::TextTooLong, "of"));
    }
    Ok(store::insert_judgement(write, id, visit, judgement).await?)
}

async fn keep_evidence(
    write: &mut Write<'_>,
    id: AddendumId,
    visit: &Visit,
    input: AddEvidenceInput,
) -> Result<(), Refused<NotKept>> {
    let is_of_visit = matches!(&input.subject, EvidenceSubjectInput::Visit(of) if of.visit_id.0 == visit.id);
    if !is_of_visit {
        return Err(Refused::field(NotKept::OtherVisit, "of"));
    }
    let added = evidence::service::add_late(write, input).await.map_err(|refused| match refused {
        Refused::Rule(Refusal { code, current, .. }) => {
            Refused::Rule(Refusal { code: not_kept(code), field: Some("of"), current })
        }
        Refused::Failed(error) => Refused::Failed(error),
    })?;
    Ok(store::insert_evidence(write, id, visit, added).await?)
}

/// What a reason not to take evidence means for its addendum.
fn not_kept(code: NotAdded) -> NotKept {
    match code {
        NotAdded::VisitNotFound => NotKept::VisitNotFound,
        NotAdded::NotAllowed => NotKept::NotAVisitor,
        NotAdded::StandardNotFound => NotKept::StandardNotInFramework,
        NotAdded::IdTaken => NotKept::IdTaken,
        NotAdded::Duplicate => NotKept::Duplicate,
        _ => NotKept::EvidenceUnfit,
    }
}

/// Accepts an addendum, or sets it aside.
pub async fn decide(write: &mut Write<'_>, input: DecideAddendumInput) -> Result<AddendumId, Refused<NotDecided>> {
    let Some(addendum) = store::hold(write, input.addendum_id.0).await? else {
        return Err(Refused::field(NotDecided::AddendumNotFound, "addendumId"));
    };
    if !write.scope().is_qa_team(addendum.authority_id) {
        return Err(Refused::field(NotDecided::NotAllowed, "addendumId"));
    }
    let Some(visit) = visit::store::hold(write, addendum.visit_id).await? else {
        return Err(Refused::field(NotDecided::AddendumNotFound, "addendumId"));
    };
    let is_judgement = addendum.kind.0 == AddendumKind::Judgement;
    let deciding = rule::Deciding {
        state: addendum.state.0,
        accept: input.accept,
        reason: input.reason.as_deref(),
        contradicts_report: is_judgement && visit.report_state.0 != ReportState::Draft,
    };
    let state = rule::decide(&deciding).map_err(refused(addendum.id))?;
    if let (AddendumState::Accepted, Some(standard)) = (state, addendum.standard_id.filter(|_| is_judgement)) {
        finding::store::reopen(write, &visit, standard).await?;
    }
    store::decide(write, &addendum, state, input.reason.as_deref()).await?;
    Ok(addendum.id)
}
