//! Quality assurance: visits, their reports, and what follows from them.

pub mod action;
pub mod addendum;
pub mod amendment;
pub mod announcement;
pub mod chase;
pub mod completion;
pub mod document;
pub mod evidence;
pub mod judgement;
pub mod report;
pub mod visit;

use crate::codes;

/// Whether a reason or a note says something: 2 to 2000 characters.
fn is_reason(text: &str) -> bool {
    (2..=2000).contains(&text.trim().chars().count())
}

codes! {
    /// State of a visit on site.
    VisitState {
        /// Date and purpose are set; the provider can see them.
        Planned = "planned",
        /// Under way: judgements and evidence are coming in.
        InProgress = "in_progress",
        /// Every byte of its manifest is verified.
        Complete = "complete",
        /// Called off.
        Cancelled = "cancelled",
    }
}

codes! {
    /// State of a visit's report (S47).
    ReportState {
        /// Only the QA team sees it.
        Draft = "draft",
        /// The provider reads it and may suggest amendments, until a date it can see.
        WithProvider = "with_provider",
        /// The provider has suggested amendments that wait for a decision.
        AmendmentsSuggested = "amendments_suggested",
        /// Every amendment is decided; the words are final.
        Agreed = "agreed",
        /// Published to whoever may read reports of the authority.
        Published = "published",
    }
}

impl VisitState {
    /// Whether judgements and evidence may still come in.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::InProgress)
    }
}

impl ReportState {
    /// States in which the provider may read the findings.
    pub const SEEN_BY_PROVIDER: [Self; 4] =
        [Self::WithProvider, Self::AmendmentsSuggested, Self::Agreed, Self::Published];
}

codes! {
    /// When in the life of a visit a section is answered.
    Phase {
        /// From the desk, before the visit.
        BeforeVisit = "before_visit",
        /// On site.
        OnVisit = "on_visit",
    }
}

codes! {
    /// What kind of thing was captured.
    EvidenceKind {
        /// A photograph.
        Photo = "photo",
        /// A document: a PDF or a photographed page.
        Document = "document",
        /// A note.
        Note = "note",
        /// A signature.
        Signature = "signature",
    }
}

codes! {
    /// State of a provider's document.
    DocumentState {
        /// Sent in; the file or the reviewer is still to speak.
        Submitted = "submitted",
        /// Accepted by a reviewer.
        Accepted = "accepted",
        /// Refused by a reviewer; the reason says what to send instead.
        Refused = "refused",
        /// Taken back by the provider before it was reviewed.
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// State of a suggested amendment.
    AmendmentState {
        /// Waits for a decision.
        Suggested = "suggested",
        /// Accepted; the finding was changed.
        Accepted = "accepted",
        /// Declined, with a reason.
        Declined = "declined",
    }
}

codes! {
    /// Red, amber or green: how an improvement action stands (S227).
    Rag {
        /// Not started, or overdue.
        Red = "red",
        /// Under way.
        Amber = "amber",
        /// Done or on track.
        Green = "green",
    }
}

codes! {
    /// State of an improvement action.
    ActionState {
        /// To be done.
        Open = "open",
        /// The provider says it is done; the QA team has not yet agreed.
        ReportedDone = "reported_done",
        /// Agreed as done.
        Closed = "closed",
    }
}

codes! {
    /// Standing of a provider on the authority's approved list (S226).
    ApprovalState {
        /// On the list.
        Approved = "approved",
        /// On the list, with improvements due.
        Conditional = "conditional",
        /// Not on the list; it may apply again.
        NotApproved = "not_approved",
        /// Not on the list; it does not wish to go on.
        Closed = "closed",
    }
}

impl ApprovalState {
    /// Whether a provider of this standing is on the approved list.
    #[must_use]
    pub fn is_on_list(self) -> bool {
        matches!(self, Self::Approved | Self::Conditional)
    }
}
