//! What can be done with a finding.

use domain::quality::judgement::{Answer, check};
use domain::quality::report::{SettleFindingRefusal as Refusal, findings_are_open};
use entity::ids::FindingId;
use sea_orm::DbErr;

use super::graph::SettleFindingInput;
use super::store::{self, Said};
use crate::ledger::{Refused, Write};
use crate::quality::{framework, refused, visit};

/// Settles or edits a finding.
pub async fn settle(write: &mut Write<'_>, input: SettleFindingInput) -> Result<FindingId, Refused<Refusal>> {
    let Some(finding) = store::seen(write, input.finding_id.0).await? else {
        return Err(Refused::field(Refusal::FindingNotFound, "findingId"));
    };
    if !write.scope().is_qa_team(finding.authority_id) {
        return Err(Refused::field(Refusal::NotAllowed, "findingId"));
    }
    let Some(visit) = visit::store::hold(write, finding.visit_id).await? else {
        return Err(Refused::field(Refusal::FindingNotFound, "findingId"));
    };
    if !findings_are_open(visit.state.0, visit.report_state.0) {
        return Err(Refused::current(Refusal::ReportClosed, finding.id));
    }
    let said = Said { rating: input.rating_id.map(|id| id.0), seen: &input.seen, action: &input.action };
    let framework = visit.framework_version_id;
    let asks = framework::store::asks(&write.tx, framework, finding.standard_id).await?;
    let answer = Answer {
        asks: asks.ok_or_else(|| DbErr::RecordNotFound("the standard of a finding".to_owned()))?,
        rating_fits: framework::store::rating_fits(&write.tx, framework, said.rating).await?,
        seen: said.seen,
        action: said.action,
    };
    check(&answer).map_err(|(fault, field)| (fault.into(), field)).map_err(refused(finding.id))?;
    if !store::rewrite(write, &finding, input.version, said).await? {
        return Err(Refused::current(Refusal::Stale, finding.id));
    }
    Ok(finding.id)
}
