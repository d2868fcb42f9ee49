//! What can be done with a judgement.

use domain::quality::VisitState;
use domain::quality::judgement::{self as rule, RecordJudgementRefusal as Refusal};
use entity::ids::JudgementId;
use entity::visit::{ActiveModel, Model as Visit};
use sea_orm::ActiveValue::Set;

use super::graph::RecordJudgementInput;
use super::store;
use crate::ledger::{Refused, Write};
use crate::quality::{framework, refused, visit, visitor};

/// Records what the writer judges on a standard, or revises what they judged before.
pub async fn record(write: &mut Write<'_>, input: RecordJudgementInput) -> Result<JudgementId, Refused<Refusal>> {
    let Some(visit) = visit::store::hold(write, input.visit_id.0).await? else {
        return Err(Refused::field(Refusal::VisitNotFound, "visitId"));
    };
    let framework = visit.framework_version_id;
    let rating_fits = framework::store::rating_fits(&write.tx, framework, input.rating_id.map(|id| id.0)).await?;
    let asks = framework::store::asks(&write.tx, framework, input.standard_id.0).await?;
    let present = store::present(write, visit.id, input.standard_id.0).await?;
    let claims = rule::Record {
        visit: visit.state.0,
        is_visitor: visitor::store::is_visitor(write, visit.id, write.account_id()).await?,
        answer: asks.map(|asks| rule::Answer { asks, rating_fits, seen: &input.seen, action: &input.action }),
        answered_on: input.answered_on.map(|on| on.0),
        next_on: input.next_on.map(|on| on.0),
        missing_reason: input.missing_reason.as_deref(),
        present: present.as_ref().map(|present| present.revision),
        base: input.base_revision,
    };
    let decided = rule::record(&claims);
    let id = if let Some(present) = present {
        decided.map_err(refused(present.id))?;
        store::revise(write, &present, input).await?;
        present.id
    } else {
        decided.map_err(|(code, field)| Refused::field(code, field))?;
        let id = input.id.map_or_else(|| write.id(), |id| id.0);
        if store::is_taken(write, id).await? {
            return Err(Refused::field(Refusal::IdTaken, "id"));
        }
        store::insert(write, id, &visit, input).await?;
        id
    };
    begin(write, &visit).await?;
    Ok(id)
}

/// The first judgement begins the visit.
async fn begin(write: &mut Write<'_>, visit: &Visit) -> Result<(), Refused<Refusal>> {
    if visit.state.0 == VisitState::Planned {
        let begun = ActiveModel { state: Set(VisitState::InProgress.into()), ..ActiveModel::default() };
        visit::store::change(write, visit, begun).await?;
    }
    Ok(())
}
