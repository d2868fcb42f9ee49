//! What a visit asks.

use async_graphql::{ID, SimpleObject};
use domain::quality::EvidenceKind;
use domain::reference::{AnswerKind, Need};

use crate::graph::ids::CodeOf;
use crate::graph::plain::plain;

/// An edition of a framework.
#[derive(Debug, SimpleObject)]
pub struct SyncFramework {
    /// Id of the framework version.
    pub id: ID,
    /// Name and edition.
    pub name: String,
    /// The scale, best first; empty where standards are answered in words.
    pub ratings: Vec<SyncRating>,
    /// In the order asked.
    pub standards: Vec<SyncStandard>,
    /// How a visit may end, the best first (S226).
    pub outcomes: Vec<SyncOutcome>,
}

/// An outcome that a visit may have.
#[derive(Debug, SimpleObject)]
pub struct SyncOutcome {
    /// Its id.
    pub id: ID,
    /// Label.
    pub label: String,
    /// Whether improvement actions go with it.
    pub needs_actions: bool,
}

/// A step of a scale.
#[derive(Debug, SimpleObject)]
pub struct SyncRating {
    /// Its id.
    pub id: ID,
    /// Code.
    pub code: String,
    /// Label.
    pub label: String,
    /// Whether it calls for improvement.
    pub falls_short: bool,
}

/// A question of a framework.
#[derive(Debug, SimpleObject)]
pub struct SyncStandard {
    /// Its id.
    pub id: ID,
    /// As on paper, e.g. 1a.
    pub code: String,
    /// Title of its section.
    pub section: String,
    /// The question, in short.
    pub title: String,
    /// What to look for.
    pub guidance: Option<String>,
    /// How it is answered.
    pub answer: CodeOf<AnswerKind>,
    /// Whether only a competent person may judge it (S161).
    pub competent_person: bool,
    /// What proves it, and what must not be captured.
    pub evidence_wanted: Vec<SyncEvidenceWanted>,
}

/// A piece of evidence that a standard wants, or must not have.
#[derive(Debug, SimpleObject)]
pub struct SyncEvidenceWanted {
    /// Its kind.
    pub kind: CodeOf<EvidenceKind>,
    /// How much it is wanted.
    pub need: CodeOf<Need>,
    /// What it should show.
    pub what: String,
}

plain!(SyncFramework { id, name, ratings, standards, outcomes });
plain!(SyncOutcome { id, label, needs_actions });
plain!(SyncRating { id, code, label, falls_short });
plain!(SyncStandard { id, code, section, title, guidance, answer, competent_person, evidence_wanted });
plain!(SyncEvidenceWanted { kind, need, what });
