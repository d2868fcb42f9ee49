//! Has a phone's commands done, one after the other, each in a transaction of its own and each by the same function as the
//! single mutation. One that fails does not stop the next.

use async_graphql::Value;
use domain::RefusalCode;
use entity::ids::{EvidenceId, JudgementId, Key, VisitId};
use sea_orm::DbErr;
use uuid::Uuid;

use super::answers::{Answered, Shown};
use super::inputs::{ActInput, CommandInput};
use crate::app::App;
use crate::graph::errors::describe_database_error;
use crate::ledger::{Actor, Refused, Write, perform};
use crate::quality::completion::service::Told;
use crate::quality::{action, addendum, completion, evidence, judgement, visit};

/// The most commands that are taken at once.
pub const MOST: usize = 50;

/// A command, and its act as it was sent: what the idempotency key stands for.
pub struct Command {
    /// The command.
    pub input: CommandInput,
    /// Its act's input.
    pub sent: Value,
}

/// Does a command.
pub async fn execute(app: &App, actor: &Actor, Command { input, sent }: Command) -> Answered {
    let CommandInput { idempotency_key: key, act } = input;
    let once = Once { app, actor, key: &key, sent };
    let outcome = match act {
        ActInput::PlanVisit(input) => {
            let planned = async |write: &mut Write<'_>| visit::service::plan(write, input).await;
            once.perform("planVisit", |_| Shown::Nothing, planned).await
        }
        ActInput::RecordJudgement(input) => {
            once.perform("recordJudgement", judged, async |write| judgement::service::record(write, input).await).await
        }
        ActInput::AddEvidence(input) => {
            once.perform("addEvidence", captured, async |write| evidence::service::add(write, input).await).await
        }
        ActInput::WithdrawEvidence(input) => {
            once.perform("withdrawEvidence", captured, async |write| evidence::service::withdraw(write, input).await)
                .await
        }
        ActInput::CreateImprovementAction(input) => {
            let set = async |write: &mut Write<'_>| action::service::create(write, input).await;
            once.perform("createImprovementAction", |_| Shown::Nothing, set).await
        }
        ActInput::CompleteVisit(input) => once.complete(input).await,
        ActInput::KeepAddendum(input) => once.keep(input).await,
    };
    outcome.unwrap_or_else(|error| {
        tracing::error!(cause = describe_database_error(&error), "a phone's command failed");
        Answered::failed(&key)
    })
}

fn judged(id: Uuid) -> Shown {
    Shown::Judgement(JudgementId(id))
}

fn captured(id: Uuid) -> Shown {
    Shown::Evidence(EvidenceId(id))
}

/// A command that is done once for its key.
struct Once<'a> {
    app: &'a App,
    actor: &'a Actor,
    key: &'a str,
    sent: Value,
}

impl Once<'_> {
    async fn perform<K: Key, C: RefusalCode>(
        self,
        act: &'static str,
        show: impl Fn(Uuid) -> Shown,
        body: impl AsyncFnOnce(&mut Write<'_>) -> Result<K, Refused<C>>,
    ) -> Result<Answered, DbErr> {
        // As the single mutation sends it, so that either way the key stands for the same request.
        let arguments = Value::Object([(async_graphql::Name::new("input"), self.sent)].into_iter().collect());
        let request = serde_json::to_vec(&arguments).map_err(|error| DbErr::Json(error.to_string()))?;
        let mut is_new = false;
        let done = async |write: &mut Write<'_>| {
            is_new = true;
            body(write).await
        };
        let outcome = perform(self.app, self.actor, act, self.key, &request, done).await?;
        Ok(Answered::new(self.key, outcome, is_new, show))
    }

    async fn complete(self, input: completion::graph::CompleteVisitInput) -> Result<Answered, DbErr> {
        let mut told = Told::default();
        let completed = async |write: &mut Write<'_>| completion::service::complete(write, input, &mut told).await;
        let mut answered = self.perform("completeVisit", |id| Shown::Receipt(VisitId(id)), completed).await?;
        answered.finished(told);
        Ok(answered)
    }

    async fn keep(self, input: addendum::graph::KeepAddendumInput) -> Result<Answered, DbErr> {
        // The row to show is the evidence's, whose file waits for the bytes.
        let of = match &input.of {
            addendum::graph::AddendumInput::AddEvidence(evidence) => evidence.id.map(|id| id.0),
            addendum::graph::AddendumInput::RecordJudgement(_) => None,
        };
        let show = |_| of.map_or(Shown::Nothing, Shown::Evidence);
        self.perform("keepAddendum", show, async |write| addendum::service::keep(write, input).await).await
    }
}
