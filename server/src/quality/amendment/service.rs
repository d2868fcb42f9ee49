//! What can be done with an amendment.

use domain::quality::ReportState;
use domain::quality::amendment::{
    self as rule, DecideAmendmentRefusal as DecideRefusal, SuggestAmendmentRefusal as SuggestRefusal,
};
use domain::quality::judgement::{Answer, check};
use entity::amendment::Model as Amendment;
use entity::ids::AmendmentId;
use entity::visit::{ActiveModel, Model as Visit};
use sea_orm::ActiveValue::Set;
use sea_orm::DbErr;

use super::graph::{DecideAmendmentInput, FindingWordsInput, SuggestAmendmentInput};
use super::store;
use crate::ledger::{Refused, Write};
use crate::quality::finding::store::Said;
use crate::quality::{finding, framework, refused, visit};

/// Suggests an amendment to a report.
pub async fn suggest(
    write: &mut Write<'_>,
    input: SuggestAmendmentInput,
) -> Result<AmendmentId, Refused<SuggestRefusal>> {
    let Some(visit) = visit::store::hold(write, input.visit_id.0).await? else {
        return Err(Refused::field(SuggestRefusal::VisitNotFound, "visitId"));
    };
    if !write.scope().works_for(visit.provider_id) {
        return Err(Refused::field(SuggestRefusal::NotAllowed, "visitId"));
    }
    let finding_id = input.finding_id.map(|id| id.0);
    let finding_fits = match finding_id {
        Some(id) => Some(finding::store::seen(write, id).await?.is_some_and(|finding| finding.visit_id == visit.id)),
        None => None,
    };
    let suggesting = rule::Suggesting {
        report: visit.report_state.0,
        today: write.today(),
        scrutiny_ends_on: visit.scrutiny_ends_on,
        finding_fits,
        suggestion: &input.suggestion,
    };
    rule::suggest(&suggesting).map_err(|(code, field)| Refused::field(code, field))?;
    let id = store::insert(write, &visit, finding_id, input.suggestion.trim()).await?;
    if visit.report_state.0 != ReportState::AmendmentsSuggested {
        let suggested =
            ActiveModel { report_state: Set(ReportState::AmendmentsSuggested.into()), ..ActiveModel::default() };
        visit::store::change(write, &visit, suggested).await?;
    }
    Ok(id)
}

/// Accepts or declines an amendment.
pub async fn decide(write: &mut Write<'_>, input: DecideAmendmentInput) -> Result<AmendmentId, Refused<DecideRefusal>> {
    let Some(found) = store::seen(write, input.amendment_id.0).await? else {
        return Err(Refused::field(DecideRefusal::AmendmentNotFound, "amendmentId"));
    };
    if !write.scope().is_qa_team(found.authority_id) {
        return Err(Refused::field(DecideRefusal::NotAllowed, "amendmentId"));
    }
    // Held first, then read again: another decision may have come in between.
    let held = visit::store::hold(write, found.visit_id).await?;
    let (Some(visit), Some(amendment)) = (held, store::seen(write, found.id).await?) else {
        return Err(Refused::field(DecideRefusal::AmendmentNotFound, "amendmentId"));
    };
    let deciding = rule::Deciding {
        amendment: amendment.state.0,
        accept: input.accept,
        about_finding: amendment.finding_id.is_some(),
        gives_finding: input.finding.is_some(),
        summary: input.summary.as_deref(),
        reason: input.reason.as_deref(),
    };
    let state = rule::decide(&deciding).map_err(refused(amendment.id))?;
    if let Some(words) = &input.finding {
        amend(write, &visit, &amendment, words).await?;
    }
    store::decide(write, &amendment, state, input.reason.as_deref()).await?;
    let undecided = store::undecided(write, visit.id).await?;
    let mut after = ActiveModel { report_state: Set(rule::after_decision(undecided).into()), ..ActiveModel::default() };
    if let Some(summary) = input.summary {
        after.summary = Set(Some(summary.trim().to_owned()));
    }
    visit::store::change(write, &visit, after).await?;
    Ok(amendment.id)
}

/// Gives the finding of an amendment its new words.
async fn amend(
    write: &mut Write<'_>,
    visit: &Visit,
    amendment: &Amendment,
    words: &FindingWordsInput,
) -> Result<(), Refused<DecideRefusal>> {
    let missing = || DbErr::RecordNotFound("the finding of an amendment".to_owned());
    let finding = finding::store::seen(write, amendment.finding_id.ok_or_else(missing)?).await?.ok_or_else(missing)?;
    let said = Said { rating: words.rating_id.map(|id| id.0), seen: &words.seen, action: &words.action };
    let framework = visit.framework_version_id;
    let answer = Answer {
        asks: framework::store::asks(&write.tx, framework, finding.standard_id).await?.ok_or_else(missing)?,
        rating_fits: framework::store::rating_fits(&write.tx, framework, said.rating).await?,
        seen: said.seen,
        action: said.action,
    };
    check(&answer).map_err(|(fault, field)| (fault.into(), field)).map_err(refused(amendment.id))?;
    if !finding::store::rewrite(write, &finding, finding.version, said).await? {
        return Err(DbErr::RecordNotUpdated.into());
    }
    Ok(())
}
