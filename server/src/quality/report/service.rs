//! What can be done with a report.

use domain::access::Role;
use domain::quality::ReportState;
use domain::quality::report::{
    self as rule, AcceptReportRefusal, AgreeReportRefusal, PublishReportRefusal, SendReportRefusal,
};
use entity::ids::VisitId;
use entity::visit::{ActiveModel, Model as Visit};
use sea_orm::ActiveValue::Set;
use sea_orm::DbErr;

use super::graph::{AcceptReportInput, AgreeReportInput, PublishReportInput, SendReportToProviderInput};
use crate::ledger::{Refused, Write};
use crate::quality::approval::store::Standing;
use crate::quality::{action, approval, finding, framework, refused, visit};

/// Sends a draft to the provider.
pub async fn send(
    write: &mut Write<'_>,
    input: SendReportToProviderInput,
) -> Result<VisitId, Refused<SendReportRefusal>> {
    use SendReportRefusal as Refusal;
    let Some(visit) = visit::store::hold(write, input.visit_id.0).await? else {
        return Err(Refused::field(Refusal::VisitNotFound, "visitId"));
    };
    if !write.scope().is_qa_team(visit.authority_id) {
        return Err(Refused::field(Refusal::NotAllowed, "visitId"));
    }
    let outcome = framework::store::outcome(&write.tx, visit.framework_version_id, input.outcome_id.0).await?;
    let sending = rule::Sending {
        visit: visit.state.0,
        report: visit.report_state.0,
        today: write.today(),
        scrutiny_ends_on: input.scrutiny_ends_on.0,
        summary: &input.summary,
        unsettled: finding::store::any_unsettled(write, visit.id).await?,
        needs_actions: outcome.as_ref().map(|outcome| outcome.needs_actions),
        has_actions: action::store::any_of_visit(&write.tx, visit.id).await?,
    };
    rule::send(&sending).map_err(refused(visit.id))?;
    let sent = ActiveModel {
        report_state: Set(ReportState::WithProvider.into()),
        scrutiny_ends_on: Set(Some(input.scrutiny_ends_on.0)),
        summary: Set(Some(input.summary.trim().to_owned())),
        outcome_id: Set(Some(input.outcome_id.0)),
        ..ActiveModel::default()
    };
    visit::store::change(write, &visit, sent).await?;
    Ok(visit.id)
}

/// Takes the provider's agreement.
pub async fn accept(write: &mut Write<'_>, input: AcceptReportInput) -> Result<VisitId, Refused<AcceptReportRefusal>> {
    use AcceptReportRefusal as Refusal;
    let Some(visit) = visit::store::hold(write, input.visit_id.0).await? else {
        return Err(Refused::field(Refusal::VisitNotFound, "visitId"));
    };
    if !write.scope().works_for(visit.provider_id) {
        return Err(Refused::field(Refusal::NotAllowed, "visitId"));
    }
    rule::accept(visit.report_state.0).map_err(|code| Refused::current(code, visit.id))?;
    move_to(write, &visit, ReportState::Agreed).await?;
    Ok(visit.id)
}

/// Declares a report agreed, since the time for amendments is over.
pub async fn agree(write: &mut Write<'_>, input: AgreeReportInput) -> Result<VisitId, Refused<AgreeReportRefusal>> {
    use AgreeReportRefusal as Refusal;
    let Some(visit) = visit::store::hold(write, input.visit_id.0).await? else {
        return Err(Refused::field(Refusal::VisitNotFound, "visitId"));
    };
    if !write.scope().is_qa_team(visit.authority_id) {
        return Err(Refused::field(Refusal::NotAllowed, "visitId"));
    }
    rule::agree(visit.report_state.0, write.today(), visit.scrutiny_ends_on)
        .map_err(|code| Refused::current(code, visit.id))?;
    move_to(write, &visit, ReportState::Agreed).await?;
    Ok(visit.id)
}

/// Publishes a report and moves the approval.
pub async fn publish(
    write: &mut Write<'_>,
    input: PublishReportInput,
) -> Result<VisitId, Refused<PublishReportRefusal>> {
    use PublishReportRefusal as Refusal;
    let Some(visit) = visit::store::hold(write, input.visit_id.0).await? else {
        return Err(Refused::field(Refusal::VisitNotFound, "visitId"));
    };
    let may = [Role::Officer, Role::Coordinator].iter().any(|role| write.scope().holds(*role, visit.authority_id));
    if !may {
        return Err(Refused::field(Refusal::NotAllowed, "visitId"));
    }
    // A report has an outcome from when it is sent on.
    let Some(outcome_id) = visit.outcome_id else { return Err(Refused::current(Refusal::NotAgreed, visit.id)) };
    let outcome = framework::store::outcome(&write.tx, visit.framework_version_id, outcome_id).await?;
    let outcome = outcome.ok_or_else(|| DbErr::RecordNotFound("the outcome of a visit".to_owned()))?;
    let next_visit = input.next_visit_due_on.map(|on| on.0);
    rule::publish(visit.report_state.0, outcome.approval.0, write.today(), next_visit).map_err(refused(visit.id))?;
    let published = ActiveModel {
        report_state: Set(ReportState::Published.into()),
        published_at: Set(Some(write.now)),
        ..ActiveModel::default()
    };
    visit::store::change(write, &visit, published).await?;
    let standing = Standing { state: outcome.approval.0, reason: outcome.label, visit_id: visit.id, next_visit };
    approval::store::move_to(write, visit.provider_id, standing).await?;
    Ok(visit.id)
}

async fn move_to(write: &mut Write<'_>, visit: &Visit, state: ReportState) -> Result<(), DbErr> {
    let moved = ActiveModel { report_state: Set(state.into()), ..ActiveModel::default() };
    visit::store::change(write, visit, moved).await
}
