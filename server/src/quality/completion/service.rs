//! Completing a visit: verify, check, draft, close.

use std::collections::{BTreeMap, BTreeSet};

use domain::checklist::{Asked, Given, missing};
use domain::manifest::{Bytes, Manifest};
use domain::quality::VisitState;
use domain::quality::completion::{self as rule, CompleteVisitRefusal as Refusal};
use domain::quality::report::{Judged, findings};
use domain::receipt::Receipt;
use domain::reference::EvidenceWanted;
use entity::ids::{AccountId, EvidenceId, VisitId};
use entity::visit::{ActiveModel, Model as Visit};
use entity::{judgement, standard};
use sea_orm::ActiveValue::Set;
use sea_orm::DbErr;

use super::graph::{CompleteVisitInput, ManifestItemInput};
use super::store::{self, Piece};
use crate::ledger::{Refused, Write};
use crate::quality::{finding, framework, judgement as judgements, receipt as receipts, visit, visitor};

/// How much of what stands in the way is told at once.
const MOST_MISSING: usize = 20;

/// What is told beside the visit or the refusal.
#[derive(Debug, Default)]
pub struct Told {
    /// What stands in the way.
    pub missing: Vec<String>,
    /// Whether the visit was complete already, with this very manifest: nothing was done.
    pub was_complete: bool,
}

/// Completes a visit. Where it refuses, `told` says what stands in the way.
pub async fn complete(
    write: &mut Write<'_>,
    input: CompleteVisitInput,
    told: &mut Told,
) -> Result<VisitId, Refused<Refusal>> {
    let Some(visit) = visit::store::hold(write, input.visit_id.0).await? else {
        return Err(Refused::field(Refusal::VisitNotFound, "visitId"));
    };
    let is_visitor = visitor::store::is_visitor(write, visit.id, write.account_id()).await?;
    let declared = declared(&input.manifest).map_err(|code| Refused::field(code, "manifest"))?;
    let manifest = declared.sha256();
    let may_know = is_visitor || write.scope().is_qa_team(visit.authority_id);
    if may_know && visit.manifest_sha256.as_ref() == Some(&manifest.to_string()) {
        told.was_complete = true;
        return Ok(visit.id);
    }
    rule::may_complete(visit.state.0, is_visitor).map_err(|code| Refused::current(code, visit.id))?;
    let proposed = input.proposed_outcome_id.map(|id| id.0);
    let fits = framework::store::outcome_fits(&write.tx, visit.framework_version_id, proposed).await?;
    rule::may_propose(fits).map_err(|code| Refused::field(code, "proposedOutcomeId"))?;
    let evidence = store::evidence(write, visit.id).await?;
    let held: Vec<_> = evidence.iter().map(|piece| piece.held).collect();
    rule::verify(&declared, &held).map_err(|(code, ids)| {
        told.missing.extend(ids.into_iter().take(MOST_MISSING).map(|id| EvidenceId(id).to_string()));
        Refused::field(code, "manifest")
    })?;
    let judged = judgements::store::of_visit(write, visit.id).await?;
    let lacking = lacking(write, &visit, &evidence, &judged).await?;
    if !lacking.is_empty() {
        told.missing.extend(lacking.into_iter().take(MOST_MISSING));
        return Err(Refused::current(Refusal::ChecklistIncomplete, visit.id));
    }
    draft(write, &visit, &judged).await?;
    let receipt = Receipt { visit: visit.id.into(), manifest, completed_at: write.now };
    let signed = receipts::sign(write, &receipt).await?;
    let complete = ActiveModel {
        state: Set(VisitState::Complete.into()),
        completed_at: Set(Some(write.now)),
        proposed_outcome_id: Set(proposed),
        manifest_sha256: Set(Some(manifest.to_string())),
        receipt_signature: Set(Some(signed.signature)),
        receipt_key_id: Set(Some(signed.key_id)),
        ..ActiveModel::default()
    };
    visit::store::change(write, &visit, complete).await?;
    Ok(visit.id)
}

fn declared(items: &[ManifestItemInput]) -> Result<Manifest, Refusal> {
    let item = |item: &ManifestItemInput| {
        let sha256 = item.sha256.parse().map_err(|_| Refusal::ManifestUnreadable)?;
        let size = item.byte_size.0.try_into().map_err(|_| Refusal::ManifestUnreadable)?;
        Ok((item.evidence_id.0.into(), Bytes { sha256, size }))
    };
    let items = items.iter().map(item).collect::<Result<Vec<_>, _>>()?;
    Manifest::new(items).map_err(|_| Refusal::ManifestItemTwice)
}

/// What the checklist still lacks, a line each.
async fn lacking(
    write: &Write<'_>,
    visit: &Visit,
    evidence: &[Piece],
    judged: &[judgement::Model],
) -> Result<Vec<String>, DbErr> {
    let standards = framework::store::standards(&write.tx, visit.framework_version_id).await?;
    let wanted = standards.iter().map(wanted).collect::<Result<Vec<_>, _>>()?;
    let asked = standards.iter().zip(&wanted).filter(|(standard, _)| !standard.damaged).map(|(standard, wanted)| {
        let answer = framework::store::answer_kind(standard)?;
        Ok(Asked { standard: standard.id.into(), code: &standard.code, answer, evidence: wanted })
    });
    let asked = asked.collect::<Result<Vec<_>, DbErr>>()?;
    let said = judged.iter().map(|judgement| Given {
        standard: judgement.standard_id.into(),
        rated: judgement.rating_id.is_some(),
        seen: &judgement.seen,
        answered_on: judgement.answered_on,
        next_on: judgement.next_on,
        attached: BTreeSet::new(),
        reason: judgement.missing_reason.as_deref(),
    });
    let proven = store::proven_by_documents(write, visit.provider_id).await?;
    let attached = evidence.iter().filter_map(|piece| Some((piece.standard?, piece.kind)));
    let attached = attached.chain(proven).map(|(standard, kind)| Given {
        standard: standard.into(),
        attached: BTreeSet::from([kind]),
        ..Given::default()
    });
    let given: Vec<_> = said.chain(attached).collect();
    Ok(missing(asked, &given).iter().map(ToString::to_string).collect())
}

fn wanted(standard: &standard::Model) -> Result<Vec<EvidenceWanted>, DbErr> {
    serde_json::from_value(standard.evidence_wanted.clone()).map_err(|error| DbErr::Json(error.to_string()))
}

/// Drafts the findings of the report from the judgements.
async fn draft(write: &mut Write<'_>, visit: &Visit, judged: &[judgement::Model]) -> Result<(), DbErr> {
    let names: BTreeMap<AccountId, String> = store::names(write, judged).await?;
    let judged: Vec<_> = judged
        .iter()
        .map(|judgement| Judged {
            standard: judgement.standard_id.into(),
            visitor: names.get(&judgement.account_id).map_or("", String::as_str),
            rating: judgement.rating_id.map(Into::into),
            seen: &judgement.seen,
            action: &judgement.action,
            answered_on: judgement.answered_on,
            next_on: judgement.next_on,
            missing_reason: judgement.missing_reason.as_deref(),
        })
        .collect();
    finding::store::draft(write, visit, findings(&judged)).await
}
