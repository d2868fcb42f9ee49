//! What can be done with a visit before its report.

use std::collections::BTreeSet;

use domain::quality::VisitState;
use domain::quality::visit::{
    self as rule, CancelVisitRefusal, ChangeVisitorsRefusal, PlanVisitRefusal, RescheduleVisitRefusal,
};
use entity::ids::{AccountId, VisitId};
use entity::visit::ActiveModel;
use sea_orm::ActiveValue::Set;

use super::graph::{CancelVisitInput, ChangeVisitorsInput, PlanVisitInput, RescheduleVisitInput, VisitorInput};
use super::store;
use crate::ledger::{Refused, Write};
use crate::quality::{framework, refused, visitor};

/// Plans a visit to a provider.
pub async fn plan(write: &mut Write<'_>, input: PlanVisitInput) -> Result<VisitId, Refused<PlanVisitRefusal>> {
    use PlanVisitRefusal as Refusal;
    let Some(provider) = store::provider(write, input.provider_id.0).await? else {
        return Err(Refused::field(Refusal::ProviderNotFound, "providerId"));
    };
    let authority_id = provider.authority_id;
    if !write.scope().is_qa_team(authority_id) {
        return Err(Refused::field(Refusal::NotAllowed, "providerId"));
    }
    if !framework::store::has_version(&write.tx, input.framework_version_id.0).await? {
        return Err(Refused::field(Refusal::FrameworkNotFound, "frameworkVersionId"));
    }
    let on_team = store::on_team(write, accounts(&input.visitors), authority_id, input.planned_for.0).await?;
    let visitors = visitors(&input.visitors, &on_team);
    let plan = rule::Plan {
        today: write.today(),
        planned_for: input.planned_for.0,
        planned_at: input.planned_at.as_deref(),
        purpose: &input.purpose,
        site_fits: store::site_fits(write, input.site_id.map(|id| id.0), provider.id).await?,
        partnership_fits: store::partnership_fits(write, input.partnership_id.map(|id| id.0), authority_id).await?,
        visitors: &visitors,
    };
    rule::plan(&plan).map_err(|(code, field)| Refused::field(code, field))?;
    let id = input.id.map_or_else(|| write.id(), |id| id.0);
    if store::is_taken(write, id).await? {
        return Err(Refused::field(Refusal::IdTaken, "id"));
    }
    store::insert(write, id, authority_id, input).await?;
    write.created(authority_id, id);
    Ok(id)
}

fn accounts(named: &[VisitorInput]) -> impl Iterator<Item = AccountId> {
    named.iter().map(|visitor| visitor.account_id.0)
}

fn visitors(named: &[VisitorInput], on_team: &BTreeSet<AccountId>) -> Vec<rule::Visitor> {
    let visitor = |visitor: &VisitorInput| rule::Visitor {
        account: visitor.account_id.0.into(),
        lead: visitor.lead,
        on_team: on_team.contains(&visitor.account_id.0),
    };
    named.iter().map(visitor).collect()
}

/// Says who makes a visit from now on.
pub async fn change_visitors(
    write: &mut Write<'_>,
    input: ChangeVisitorsInput,
) -> Result<VisitId, Refused<ChangeVisitorsRefusal>> {
    use ChangeVisitorsRefusal as Refusal;
    let Some(visit) = store::hold(write, input.visit_id.0).await? else {
        return Err(Refused::field(Refusal::VisitNotFound, "visitId"));
    };
    if !write.scope().is_qa_team(visit.authority_id) {
        return Err(Refused::field(Refusal::NotAllowed, "visitId"));
    }
    let on_team = store::on_team(write, accounts(&input.visitors), visit.authority_id, visit.planned_for).await?;
    rule::change_visitors(visit.state.0, &visitors(&input.visitors, &on_team)).map_err(refused(visit.id))?;
    if visit.version != input.version {
        return Err(Refused::current(Refusal::Stale, visit.id));
    }
    visitor::store::replace(write, &visit, &input.visitors).await?;
    store::change(write, &visit, ActiveModel::default()).await?;
    Ok(visit.id)
}

/// Moves a planned visit to another date.
pub async fn reschedule(
    write: &mut Write<'_>,
    input: RescheduleVisitInput,
) -> Result<VisitId, Refused<RescheduleVisitRefusal>> {
    use RescheduleVisitRefusal as Refusal;
    let Some(visit) = store::hold(write, input.visit_id.0).await? else {
        return Err(Refused::field(Refusal::VisitNotFound, "visitId"));
    };
    if !write.scope().is_qa_team(visit.authority_id) {
        return Err(Refused::field(Refusal::NotAllowed, "visitId"));
    }
    rule::reschedule(visit.state.0, write.today(), input.planned_for.0, input.planned_at.as_deref())
        .map_err(refused(visit.id))?;
    if visit.version != input.version {
        return Err(Refused::current(Refusal::Stale, visit.id));
    }
    let moved = ActiveModel {
        planned_for: Set(input.planned_for.0),
        planned_at: Set(input.planned_at),
        ..ActiveModel::default()
    };
    store::change(write, &visit, moved).await?;
    Ok(visit.id)
}

/// Calls a visit off. What was recorded stays.
pub async fn cancel(write: &mut Write<'_>, input: CancelVisitInput) -> Result<VisitId, Refused<CancelVisitRefusal>> {
    use CancelVisitRefusal as Refusal;
    let Some(visit) = store::hold(write, input.visit_id.0).await? else {
        return Err(Refused::field(Refusal::VisitNotFound, "visitId"));
    };
    if !write.scope().is_qa_team(visit.authority_id) {
        return Err(Refused::field(Refusal::NotAllowed, "visitId"));
    }
    rule::cancel(visit.state.0, &input.reason).map_err(refused(visit.id))?;
    let cancelled = ActiveModel {
        state: Set(VisitState::Cancelled.into()),
        cancelled_reason: Set(Some(input.reason.trim().to_owned())),
        ..ActiveModel::default()
    };
    store::change(write, &visit, cancelled).await?;
    Ok(visit.id)
}
