//! What phone and server say to each other: the feed's rows, the commands, and their answers.
//!
//! These are the graph's shapes in the phone's own words. Rows are kept as they came, so their form is also a stored form.

mod commands;

pub use commands::{Act, Announced, Command, Done, Improving, Judging, Late, Reason, Refused, Verdict};

use chrono::{DateTime, NaiveDate, Utc};
use domain::file::{FileRefusal, FileState};
use domain::manifest::{Bytes, Sha256Sum};
use domain::organisation::ContactRole;
use domain::quality::{ActionState, DocumentState, EvidenceKind, Rag, VisitState};
use domain::reference::{AnswerKind, EvidenceWanted};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A page of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Differs after the server was restored from a backup.
    pub epoch: String,
    /// Whether this page begins the feed anew: what is not said until `is_caught_up` is gone.
    pub restarts: bool,
    /// Where the next page begins.
    pub cursor: String,
    /// Whether nothing more is known now.
    pub is_caught_up: bool,
    /// The server's clock.
    pub at: DateTime<Utc>,
    pub items: Vec<FeedItem>,
}

/// One thing that the feed says.
#[derive(Debug, Clone, PartialEq)]
pub enum FeedItem {
    /// A row as it now is.
    Row(Row),
    /// A row that is gone, or that may not be seen any more. With a visit goes all that belongs to it.
    Removed(Uuid),
    /// A public key that the server signs, or once signed, receipts with: Ed25519, 32 bytes in Base64.
    Key(String),
}

/// A row that the phone may read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case")]
pub enum Row {
    Visit(Visit),
    Provider(Provider),
    Site(Site),
    Framework(Framework),
    Judgement(Judgement),
    Evidence(Evidence),
    Finding(Finding),
    Action(Action),
    Document(Document),
    Pupil(Pupil),
}

impl Row {
    /// Its id, unique among rows of every kind.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Visit(row) => row.id,
            Self::Provider(row) => row.id,
            Self::Site(row) => row.id,
            Self::Framework(row) => row.id,
            Self::Judgement(row) => row.id,
            Self::Evidence(row) => row.id,
            Self::Finding(row) => row.id,
            Self::Action(row) => row.id,
            Self::Document(row) => row.id,
            Self::Pupil(row) => row.id,
        }
    }

    /// The visit that it belongs to, and goes with.
    pub fn visit(&self) -> Option<Uuid> {
        match self {
            Self::Judgement(row) => Some(row.visit),
            Self::Evidence(row) => Some(row.visit),
            Self::Pupil(row) => Some(row.visit),
            _ => None,
        }
    }

    /// The row that has to be there for this one to be of use: a visit's own, or what a visit names.
    pub fn belongs_to(&self) -> Uuid {
        match self {
            Self::Judgement(Judgement { visit, .. })
            | Self::Evidence(Evidence { visit, .. })
            | Self::Pupil(Pupil { visit, .. }) => *visit,
            Self::Finding(Finding { provider, .. })
            | Self::Action(Action { provider, .. })
            | Self::Document(Document { provider, .. }) => *provider,
            Self::Visit(_) | Self::Provider(_) | Self::Site(_) | Self::Framework(_) => self.id(),
        }
    }
}

/// A visit that the viewer makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    pub id: Uuid,
    pub provider: Uuid,
    pub site: Option<Uuid>,
    pub framework: Uuid,
    pub state: VisitState,
    pub purpose: String,
    pub planned_for: NaiveDate,
    /// Local time of day, e.g. `10:30`.
    pub planned_at: Option<String>,
    pub visitors: Vec<Visitor>,
    /// Once the visit is complete.
    pub receipt: Option<Receipt>,
}

/// One of those who make a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visitor {
    pub account: Uuid,
    pub name: String,
    pub leads: bool,
}

/// The server's word that a visit is complete: it holds, verified, every byte of this manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    pub visit: Uuid,
    /// SHA-256 of the manifest's canonical text.
    pub manifest: Sha256Sum,
    /// By the server's clock.
    pub completed_at: DateTime<Utc>,
    /// The server's signature over all this: Ed25519, 64 bytes in Base64, as it came; kept for whoever doubts.
    pub signature: String,
}

/// Where a visit goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provider {
    pub id: Uuid,
    pub name: String,
    /// Who to ask for, and how to reach them.
    pub contact: Option<String>,
    pub telephone: Option<String>,
    /// Whom to meet, the one to ask for first. Empty in what earlier versions have kept.
    #[serde(default)]
    pub people: Vec<Person>,
}

/// Somebody at a provider, in one role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    pub role: ContactRole,
    pub telephone: Option<String>,
}

/// The premises.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    pub id: Uuid,
    pub provider: Uuid,
    pub name: String,
    pub address: String,
}

/// An edition of a framework: what a visit asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Framework {
    pub id: Uuid,
    pub name: String,
    /// The scale, best first; empty where standards are answered in words.
    pub ratings: Vec<Rating>,
    /// In the order asked.
    pub standards: Vec<Standard>,
    /// How a visit may end, the best first; empty in what earlier versions have kept.
    #[serde(default)]
    pub outcomes: Vec<Outcome>,
}

/// A step of a scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    pub id: Uuid,
    pub code: String,
    pub label: String,
    /// Whether it calls for improvement. Unknown, and so not, in what earlier versions have kept.
    #[serde(default)]
    pub falls_short: bool,
}

/// An outcome that a visit may have (S226).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub id: Uuid,
    pub label: String,
    /// Whether improvement actions go with it.
    pub needs_actions: bool,
}

/// A question of a framework.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standard {
    pub id: Uuid,
    /// As on paper: `1a`, `V10`.
    pub code: String,
    /// Title of its section; empty in what earlier versions have kept.
    #[serde(default)]
    pub section: String,
    pub title: String,
    pub guidance: Option<String>,
    pub answer: AnswerKind,
    /// Whether only a competent person may judge it (S161).
    #[serde(default)]
    pub competent_person: bool,
    pub evidence: Vec<EvidenceWanted>,
}

/// What a visitor says on a standard.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub rating: Option<Uuid>,
    pub seen: String,
    pub action: String,
    pub answered_on: Option<NaiveDate>,
    pub next_on: Option<NaiveDate>,
    /// Why a date or a piece of evidence cannot be had.
    pub missing_reason: Option<String>,
}

/// One visitor's answer to one standard, as the server holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    pub id: Uuid,
    pub visit: Uuid,
    pub standard: Uuid,
    pub account: Uuid,
    pub account_name: String,
    #[serde(flatten)]
    pub answer: Answer,
    /// From 1; one more with each change.
    pub revision: i32,
}

/// A piece of evidence, as the server holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub id: Uuid,
    pub visit: Uuid,
    pub standard: Option<Uuid>,
    pub kind: EvidenceKind,
    /// As its visitor announced them.
    pub bytes: Bytes,
    pub captured_by: Uuid,
    pub caption: Option<String>,
    /// The file that waits for the bytes, or holds them.
    pub file: Uuid,
    pub state: FileState,
    pub refusal: Option<FileRefusal>,
    pub is_withdrawn: bool,
    /// Whether it came after its visit was complete: it stands beside the manifest, not in it.
    pub is_addendum: bool,
}

/// What the last report says of the provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub id: Uuid,
    pub provider: Uuid,
    pub standard: Uuid,
    pub rating: Option<Uuid>,
    pub seen: String,
    pub action: String,
}

/// An improvement action of the provider that is not closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    pub id: Uuid,
    pub provider: Uuid,
    pub action: String,
    pub owner: String,
    pub due_on: NaiveDate,
    pub rag: Rag,
    pub state: ActionState,
}

/// A document of the provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub id: Uuid,
    pub provider: Uuid,
    pub title: String,
    pub state: DocumentState,
    pub expires_on: Option<NaiveDate>,
}

/// A pupil who attends: no more than a checklist asks (S251).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Pupil {
    pub id: Uuid,
    pub visit: Uuid,
    pub initials: String,
    pub year: String,
    pub days: String,
}

impl std::fmt::Debug for Pupil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pupil").field("id", &self.id).finish_non_exhaustive()
    }
}
