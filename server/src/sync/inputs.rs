//! What phones have the server do: each act is the input of the single mutation of its name.

use async_graphql::{InputObject, OneofObject};

use crate::quality::action::graph::CreateImprovementActionInput;
use crate::quality::addendum::graph::KeepAddendumInput;
use crate::quality::completion::graph::CompleteVisitInput;
use crate::quality::evidence::graph::{AddEvidenceInput, WithdrawEvidenceInput};
use crate::quality::judgement::graph::RecordJudgementInput;
use crate::quality::visit::graph::PlanVisitInput;

/// What is to be done.
#[derive(Debug, OneofObject)]
pub enum ActInput {
    /// As `planVisit`: a visit that was begun on the phone.
    PlanVisit(PlanVisitInput),
    /// As `recordJudgement`.
    RecordJudgement(RecordJudgementInput),
    /// As `addEvidence`.
    AddEvidence(AddEvidenceInput),
    /// As `withdrawEvidence`.
    WithdrawEvidence(WithdrawEvidenceInput),
    /// As `createImprovementAction`.
    CreateImprovementAction(CreateImprovementActionInput),
    /// As `completeVisit`.
    CompleteVisit(CompleteVisitInput),
    /// As `keepAddendum`.
    KeepAddendum(KeepAddendumInput),
}

impl ActInput {
    /// The idempotency key within.
    pub fn key(&self) -> &str {
        match self {
            Self::PlanVisit(input) => &input.idempotency_key,
            Self::RecordJudgement(input) => &input.idempotency_key,
            Self::AddEvidence(input) => &input.idempotency_key,
            Self::WithdrawEvidence(input) => &input.idempotency_key,
            Self::CreateImprovementAction(input) => &input.idempotency_key,
            Self::CompleteVisit(input) => &input.idempotency_key,
            Self::KeepAddendum(input) => &input.idempotency_key,
        }
    }
}

/// Something to be done once, whatever happens to the answer.
#[derive(Debug, InputObject)]
pub struct CommandInput {
    /// Answers the same command once: 8 to 100 characters, new for each, and the same as the one within the act.
    pub idempotency_key: String,
    /// What is to be done.
    pub act: ActInput,
}

/// Commands of a phone.
#[derive(Debug, InputObject)]
pub struct PushCommandsInput {
    /// The epoch of the feed that the phone has read. If it is another one here, nothing is done.
    pub epoch: String,
    /// Up to 50, done one after the other.
    pub commands: Vec<CommandInput>,
}
