//! What is answered to each command, on its own.

use std::collections::BTreeMap;

use async_graphql::{Enum, SimpleObject};
use domain::RefusalCode;
use entity::ids::{EvidenceId, JudgementId, VisitId};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::store::{self, Eyes, Wanted};
use super::types::{SyncEvidence, SyncJudgement, SyncReceipt};
use crate::access::scope::Scope;
use crate::ledger::Outcome;
use crate::quality::completion::service::Told;

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum CommandOutcome {
    /// It was done now.
    Applied,
    /// It was done before, by the same key, or by somebody else.
    AlreadyApplied,
    /// It was not done, for the reason given, and will not be done like this.
    Refused,
    /// The server failed at it. Send it again later, with the same key.
    Failed,
}

/// The answer to one command.
#[derive(Debug, SimpleObject)]
pub struct CommandAnswer {
    /// The command's key.
    pub idempotency_key: String,
    /// What became of it.
    pub outcome: CommandOutcome,
    /// Why it was refused: the code of the single mutation.
    pub code: Option<String>,
    /// The reason in words, and what to do.
    pub message: Option<String>,
    /// The field of the input that the refusal is about.
    pub field: Option<String>,
    /// The judgement as it now is; where refused, the one that is there.
    pub judgement: Option<Box<SyncJudgement>>,
    /// The evidence as it now is; where refused, the one that is there.
    pub evidence: Option<Box<SyncEvidence>>,
    /// The receipt of a visit that is complete.
    pub receipt: Option<SyncReceipt>,
    /// What stands in the way of a completion, 20 at most.
    pub missing: Vec<String>,
}

/// What came of commands.
#[derive(Debug, SimpleObject)]
pub struct PushCommandsPayload {
    /// Whether the server was restored since the phone read its feed: nothing was done, and the feed is to be read first.
    pub restored: bool,
    /// One answer a command, in the order asked.
    pub answers: Vec<CommandAnswer>,
}

/// The row that an answer shows.
#[derive(Debug, Clone, Copy, Default)]
pub enum Shown {
    #[default]
    Nothing,
    Judgement(JudgementId),
    Evidence(EvidenceId),
    Receipt(VisitId),
}

/// An answer whose row is not read yet.
#[derive(Debug)]
pub struct Answered {
    pub answer: CommandAnswer,
    pub shown: Shown,
}

impl Answered {
    /// From the outcome of a mutation, and whether it was done just now. `show` names the row by its id.
    pub fn new<K: Into<Uuid>, C: RefusalCode>(
        key: &str,
        outcome: Outcome<K, C>,
        is_new: bool,
        show: impl Fn(Uuid) -> Shown,
    ) -> Self {
        let mut answer =
            Self::blank(key, if is_new { CommandOutcome::Applied } else { CommandOutcome::AlreadyApplied });
        let shown = match outcome {
            Ok(id) => show(id.into()),
            Err(refusal) => {
                answer.outcome = CommandOutcome::Refused;
                answer.code = Some(refusal.code.as_str().to_ascii_uppercase());
                answer.message = Some(refusal.code.doc().to_owned());
                answer.field = refusal.field.map(str::to_owned);
                refusal.current.map_or(Shown::Nothing, show)
            }
        };
        Self { answer, shown }
    }

    /// Adds what a completion tells beside its outcome.
    pub fn finished(&mut self, told: Told) {
        self.answer.missing = told.missing;
        if told.was_complete {
            self.answer.outcome = CommandOutcome::AlreadyApplied;
        }
    }

    /// The server failed at it.
    pub fn failed(key: &str) -> Self {
        Self { answer: Self::blank(key, CommandOutcome::Failed), shown: Shown::Nothing }
    }

    fn blank(key: &str, outcome: CommandOutcome) -> CommandAnswer {
        CommandAnswer {
            idempotency_key: key.to_owned(),
            outcome,
            code: None,
            message: None,
            field: None,
            judgement: None,
            evidence: None,
            receipt: None,
            missing: Vec::new(),
        }
    }
}

/// Shows the rows, as far as the viewer may see them: a few statements for all of them.
///
/// # Errors
/// The database's.
pub async fn show(
    db: &impl ConnectionTrait,
    scope: &Scope,
    answered: Vec<Answered>,
) -> Result<Vec<CommandAnswer>, DbErr> {
    let ids = |pick: fn(Shown) -> Option<Uuid>| answered.iter().filter_map(|one| pick(one.shown)).collect::<Vec<_>>();
    let judgements = ids(|shown| if let Shown::Judgement(id) = shown { Some(id.0) } else { None });
    let evidence = ids(|shown| if let Shown::Evidence(id) = shown { Some(id.0) } else { None });
    let visits = ids(|shown| if let Shown::Receipt(id) = shown { Some(id.0) } else { None });
    let (backend, eyes) = (db.get_database_backend(), Eyes::ever(scope));
    let judgements = store::judgements(db, eyes, Wanted::judgements(backend, &judgements)).await?;
    let judgements: BTreeMap<_, _> =
        judgements.into_iter().filter_map(|row| Some((row.id, row.item.judgement?))).collect();
    let evidence = store::evidence(db, eyes, Wanted::evidence(backend, &evidence)).await?;
    let evidence: BTreeMap<_, _> = evidence.into_iter().filter_map(|row| Some((row.id, row.item.evidence?))).collect();
    let visits: Vec<_> = visits.into_iter().map(VisitId).collect();
    let receipts = store::receipts(db, scope, &visits).await?;
    let shown = answered.into_iter().map(|Answered { mut answer, shown }| {
        match shown {
            Shown::Nothing => {}
            Shown::Judgement(id) => answer.judgement = judgements.get(&id.0).cloned(),
            Shown::Evidence(id) => answer.evidence = evidence.get(&id.0).cloned(),
            Shown::Receipt(id) => answer.receipt = receipts.get(&id).cloned(),
        }
        answer
    });
    Ok(shown.collect())
}
