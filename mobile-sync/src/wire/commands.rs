//! Commands: what a phone has the server do, and what it is answered.

use chrono::{DateTime, NaiveDate, Utc};
use domain::file::MediaType;
use domain::manifest::Bytes;
use domain::quality::completion::CompleteVisitRefusal;
use domain::quality::evidence::{AddEvidenceRefusal, WithdrawEvidenceRefusal};
use domain::quality::judgement::RecordJudgementRefusal;
use domain::quality::{EvidenceKind, Rag};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Answer, Judgement, Receipt, Row, Visit};

/// Something to be done on the server, once, whatever happens to the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// The same key always carries the same act.
    pub key: Uuid,
    pub act: Act,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// A visit that was begun on the phone.
    Plan(Visit),
    Improve(Improving),
    Judge(Judging),
    Add(Announced),
    Withdraw {
        evidence: Uuid,
        reason: String,
    },
    Complete {
        visit: Uuid,
        manifest: Vec<(Uuid, Bytes)>,
        /// The outcome that the visitor proposes.
        proposed: Option<Uuid>,
    },
    /// A change that came too late for its visit, for a person to decide.
    KeepAddendum(Late),
}

/// What may come too late.
#[derive(Debug, Clone, PartialEq)]
pub enum Late {
    Judge(Judging),
    Add(Announced),
}

/// A visitor's answer on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judging {
    /// Of the judgement, where this is the first.
    pub id: Uuid,
    pub visit: Uuid,
    pub standard: Uuid,
    pub answer: Answer,
    /// The revision that the visitor saw; none for the first.
    pub base: Option<i32>,
}

/// A piece of evidence whose bytes will follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    pub id: Uuid,
    pub visit: Uuid,
    pub standard: Option<Uuid>,
    pub kind: EvidenceKind,
    pub bytes: Bytes,
    pub media_type: MediaType,
    /// By the phone's clock.
    pub captured_at: DateTime<Utc>,
    pub caption: Option<String>,
}

/// An improvement action on its way: what the provider must do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Improving {
    pub id: Uuid,
    pub visit: Uuid,
    pub provider: Uuid,
    pub standard: Uuid,
    /// Area for improvement.
    pub area: String,
    pub action: String,
    pub owner: String,
    pub due_on: NaiveDate,
    pub rag: Rag,
}

/// The answer to one command.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is done, now or by an earlier attempt.
    Done(Done),
    /// It will not be done like this.
    Refused(Refused),
    /// The server failed; it may go better later.
    Failed,
}

/// What came of a command.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Done {
    /// The judgement as it now is: another device of its visitor may have changed it since.
    pub judgement: Option<Judgement>,
    /// That waits for the bytes of a piece of evidence.
    pub file: Option<Uuid>,
    /// Of a completion.
    pub receipt: Option<Receipt>,
}

/// A refusal, as data.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    pub reason: Reason,
    /// The row as it is, where it may be seen.
    pub current: Option<Row>,
    /// What stands in the way of a completion.
    pub missing: Vec<String>,
}

/// Why a command was refused: the exact code of the mutation that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", content = "code", rename_all = "snake_case")]
pub enum Reason {
    Judgement(RecordJudgementRefusal),
    Evidence(AddEvidenceRefusal),
    Withdrawal(WithdrawEvidenceRefusal),
    Completion(CompleteVisitRefusal),
    /// A code that this phone is too old to know, with its words.
    Unknown {
        code: String,
        message: String,
    },
}
