//! Commands: the phone's acts as inputs of the graph, and what the server says to each.

use chrono::{NaiveDate, Utc};
use domain::manifest::Bytes;
use domain::{Code, file, quality};
use graphql_client::GraphQLQuery;
use uuid::Uuid;

use super::graph::{Coded, ask, code, too_old, uuid};
use super::rows::{maybe, rows_of};
use super::transport::Transport;
use crate::environment::RemoteError;
use crate::wire::{
    Act, Announced, Answer, Command, Done, Evidence, Improving, Judgement, Judging, Late, Reason, Receipt, Refused,
    Row, Verdict, Visit, Visitor,
};

type BigInt = u64;
type Date = NaiveDate;
type DateTime = chrono::DateTime<Utc>;
type EvidenceKind = Coded<quality::EvidenceKind>;
type FileRefusal = Coded<file::FileRefusal>;
type FileState = Coded<file::FileState>;
type Rag = Coded<quality::Rag>;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../schema.graphql",
    query_path = "src/remote/operations/push.graphql",
    skip_serializing_none,
    extern_enums("EvidenceKind", "FileRefusal", "FileState", "Rag")
)]
struct Push;

/// Has commands done, and gives their verdicts in the same order.
pub async fn push(
    transport: &impl Transport,
    token: &str,
    epoch: &str,
    commands: &[Command],
) -> Result<Vec<Verdict>, RemoteError> {
    let input = push::PushCommandsInput { epoch: epoch.to_owned(), commands: commands.iter().map(sent).collect() };
    let answer = ask::<Push>(transport, Some(token), Vec::new(), push::Variables { input }).await?.push_commands;
    if answer.restored {
        return Err(RemoteError::Restored);
    }
    let answers = answer.answers;
    // Each answer names its command: one that belongs to another would settle the wrong item.
    let are_theirs = commands.iter().map(|command| command.key.to_string());
    if !are_theirs.eq(answers.iter().map(|answer| answer.idempotency_key.clone())) {
        return Err(RemoteError::Unreachable);
    }
    commands.iter().zip(answers).map(|(command, answer)| verdict(&command.act, answer)).collect()
}

fn sent(command: &Command) -> push::CommandInput {
    let key = command.key.to_string();
    let act = match &command.act {
        Act::Plan(visit) => push::ActInput::PlanVisit(planned(visit, &key)),
        Act::Improve(improving) => push::ActInput::CreateImprovementAction(improved(improving, &key)),
        Act::Judge(judging) => push::ActInput::RecordJudgement(judged(judging, &key)),
        Act::Add(announced) => push::ActInput::AddEvidence(added(announced, &key)),
        Act::Withdraw { evidence, reason } => push::ActInput::WithdrawEvidence(push::WithdrawEvidenceInput {
            idempotency_key: key.clone(),
            evidence_id: id("evidence", *evidence),
            reason: reason.clone(),
        }),
        Act::Complete { visit, manifest, proposed } => push::ActInput::CompleteVisit(push::CompleteVisitInput {
            idempotency_key: key.clone(),
            visit_id: id("visit", *visit),
            manifest: manifest.iter().map(entry).collect(),
            proposed_outcome_id: proposed.map(|outcome| id("visit_outcome", outcome)),
        }),
        Act::KeepAddendum(late) => push::ActInput::KeepAddendum(kept(late, command.key)),
    };
    push::CommandInput { idempotency_key: key, act }
}

fn planned(visit: &Visit, key: &str) -> push::PlanVisitInput {
    let visitor =
        |visitor: &Visitor| push::VisitorInput { account_id: id("account", visitor.account), lead: visitor.leads };
    push::PlanVisitInput {
        idempotency_key: key.to_owned(),
        id: Some(id("visit", visit.id)),
        provider_id: id("provider", visit.provider),
        framework_version_id: id("framework_version", visit.framework),
        purpose: visit.purpose.clone(),
        planned_for: visit.planned_for,
        planned_at: visit.planned_at.clone(),
        site_id: visit.site.map(|site| id("site", site)),
        partnership_id: None,
        visitors: visit.visitors.iter().map(visitor).collect(),
    }
}

fn improved(improving: &Improving, key: &str) -> push::CreateImprovementActionInput {
    let Improving { id: action_id, visit, provider, standard, area, action, owner, due_on, rag } = improving.clone();
    push::CreateImprovementActionInput {
        idempotency_key: key.to_owned(),
        id: Some(id("improvement_action", action_id)),
        provider_id: id("provider", provider),
        visit_id: Some(id("visit", visit)),
        standard_id: Some(id("standard", standard)),
        area,
        action,
        owner,
        due_on,
        rag: Coded(rag),
    }
}

fn judged(judging: &Judging, key: &str) -> push::RecordJudgementInput {
    let Answer { rating, seen, action, answered_on, next_on, missing_reason } = judging.answer.clone();
    push::RecordJudgementInput {
        idempotency_key: key.to_owned(),
        id: Some(id("judgement", judging.id)),
        visit_id: id("visit", judging.visit),
        standard_id: id("standard", judging.standard),
        rating_id: rating.map(|rating| id("rating", rating)),
        seen,
        action,
        answered_on,
        next_on,
        missing_reason,
        base_revision: judging.base.map(i64::from),
    }
}

fn added(announced: &Announced, key: &str) -> push::AddEvidenceInput {
    let Announced { id: evidence, visit, standard, kind, bytes, media_type, captured_at, caption } = announced;
    push::AddEvidenceInput {
        idempotency_key: key.to_owned(),
        id: Some(id("evidence", *evidence)),
        subject: push::EvidenceSubjectInput::Visit(push::VisitSubjectInput {
            visit_id: id("visit", *visit),
            standard_id: standard.map(|standard| id("standard", standard)),
        }),
        kind: Coded(*kind),
        sha256: bytes.sha256.to_string(),
        byte_size: bytes.size,
        media_type: media_type.as_str().to_owned(),
        captured_at: *captured_at,
        caption: caption.clone(),
    }
}

/// An addendum's id is its command's key: a later attempt is the same addendum.
fn kept(late: &Late, key: Uuid) -> push::KeepAddendumInput {
    let (visit, of) = match late {
        Late::Judge(judging) => {
            (judging.visit, push::AddendumInput::RecordJudgement(judged(judging, &key.to_string())))
        }
        Late::Add(announced) => (announced.visit, push::AddendumInput::AddEvidence(added(announced, &key.to_string()))),
    };
    push::KeepAddendumInput {
        idempotency_key: key.to_string(),
        id: Some(id("addendum", key)),
        visit_id: id("visit", visit),
        of,
    }
}

fn entry((evidence, bytes): &(Uuid, Bytes)) -> push::ManifestItemInput {
    push::ManifestItemInput {
        evidence_id: id("evidence", *evidence),
        sha256: bytes.sha256.to_string(),
        byte_size: bytes.size,
    }
}

fn id(kind: &str, uuid: Uuid) -> String {
    format!("{kind}:{uuid}")
}

fn verdict(act: &Act, answer: push::PushPushCommandsAnswers) -> Result<Verdict, RemoteError> {
    let judgement = answer.judgement.map(Judgement::try_from).transpose()?;
    let evidence = answer.evidence.map(Evidence::try_from).transpose()?;
    match answer.outcome {
        push::CommandOutcome::APPLIED | push::CommandOutcome::ALREADY_APPLIED => Ok(Verdict::Done(Done {
            judgement,
            file: evidence.map(|row| row.file),
            receipt: answer.receipt.map(Receipt::try_from).transpose()?,
        })),
        push::CommandOutcome::REFUSED => Ok(Verdict::Refused(Refused {
            reason: reason(act, &answer.code.unwrap_or_default(), answer.message.unwrap_or_default()),
            current: judgement.map(Row::Judgement).or(evidence.map(Row::Evidence)),
            missing: answer.missing,
        })),
        push::CommandOutcome::FAILED => Ok(Verdict::Failed),
        push::CommandOutcome::Other(_) => Err(too_old()),
    }
}

/// The reason in the list of the mutation that the act stands for.
fn reason(act: &Act, text: &str, message: String) -> Reason {
    let known = match act {
        // In the server's own words: nothing follows from one or the other.
        Act::Plan(_) | Act::Improve(_) => None,
        Act::Judge(_) | Act::KeepAddendum(Late::Judge(_)) => code(text).map(Reason::Judgement),
        Act::Add(_) | Act::KeepAddendum(Late::Add(_)) => code(text).map(Reason::Evidence),
        Act::Withdraw { .. } => code(text).map(Reason::Withdrawal),
        Act::Complete { .. } => code(text).map(Reason::Completion),
    };
    known.unwrap_or_else(|| Reason::Unknown { code: text.to_owned(), message })
}

rows_of!(push);

#[cfg(test)]
mod tests;
