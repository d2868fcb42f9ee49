//! What a screen shows and what it hands over: the phone's views as plain values, without an id type, a date type or a code
//! type, so that a browser and a native shell get the same ones.
//!
//! Ids are UUIDs, instants RFC 3339 in UTC, days `YYYY-MM-DD`, codes `snake_case`, all as text. The declarations for TypeScript
//! are made from these types (feature `web`), and so are those for Kotlin, Swift and Python (feature `uniffi`); nobody writes
//! them by hand.

mod given;
mod status;
mod visit;

pub use given::{BadInput, Choices, Secret, Settings, Signer, Staging, Statement, Task, id, read};
pub use status::{CoreError, Session, Status, Unsent};

/// Declares values that are shown: as JSON in camelCase, in TypeScript where a browser is built for, to UniFFI where a shell is.
macro_rules! shown {
    ($($(#[$about:meta])* pub struct $name:ident { $($(#[$field:meta])* pub $part:ident: $type:ty),* $(,)? })*) => { $(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "web", derive(tsify::Tsify))]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
        #[serde(rename_all = "camelCase")]
        pub struct $name { $($(#[$field])* pub $part: $type),* }
    )* };
}
pub(crate) use shown;

shown! {
    /// A visit in a list.
    pub struct VisitSummary {
        pub id: String,
        /// The provider's name.
        pub provider: String,
        /// Name and address.
        pub site: Option<String>,
        #[cfg_attr(feature = "web", tsify(type = "VisitState"))]
        pub state: String,
        pub purpose: String,
        pub planned_for: String,
        /// Local time of day, e.g. `10:30`.
        pub planned_at: Option<String>,
        /// Standards that lack nothing, of all.
        pub answered: u32,
        pub standards: u32,
        pub safety: Safety,
    }

    /// Whether the site may be left.
    pub struct Safety {
        pub is_safe: bool,
        /// The server's word; kept.
        pub receipt: Option<Receipt>,
        /// Items of the visit that the server does not have yet.
        pub waiting: u32,
        /// Of those, the ones that need somebody.
        pub attention: u32,
    }

    /// The server's word that a visit is complete.
    pub struct Receipt {
        pub manifest_sha256: String,
        /// By the server's clock.
        pub completed_at: String,
        pub signature: String,
    }

    /// A visit with everything that a screen shows of it.
    pub struct VisitDetail {
        pub summary: VisitSummary,
        pub provider: Option<Provider>,
        pub site: Option<Site>,
        pub visitors: Vec<Visitor>,
        pub pupils: Vec<Pupil>,
        /// The provider's; the first to expire first.
        pub documents: Vec<Document>,
        /// The provider's open ones; the first due first.
        pub actions: Vec<Action>,
        /// Of the provider's last report.
        pub findings: Vec<Finding>,
        pub framework: Option<Framework>,
        /// One of mine per standard at most, and those of other visitors.
        pub answers: Vec<Answer>,
        pub evidence: Vec<Evidence>,
        /// How its planning stands, where it was begun on this phone.
        pub beginning: Option<Sending>,
        /// Improvement actions on their way.
        pub improving: Vec<Improving>,
        /// How the completion stands, where one was asked for and is not there.
        pub completion: Option<Sending>,
        /// The outcome that it proposes.
        pub proposed: Option<String>,
        /// What the checklist still lacks, as far as this phone knows.
        pub lacks: Vec<Lack>,
    }

    /// An improvement action on its way.
    pub struct Improving {
        pub standard: String,
        pub sending: Sending,
    }

    /// What a visit can be begun with that nobody planned: of this phone's visits, all there is.
    pub struct Known {
        pub providers: Vec<Named>,
        pub frameworks: Vec<Named>,
    }

    /// Something to choose.
    pub struct Named {
        pub id: String,
        pub name: String,
    }

    /// Where a visit goes, and whom to ask for.
    pub struct Provider {
        pub id: String,
        pub name: String,
        pub contact: Option<String>,
        pub telephone: Option<String>,
        /// Whom to meet, the one to ask for first.
        pub people: Vec<Person>,
    }

    /// Somebody at a provider, in one role.
    pub struct Person {
        pub name: String,
        #[cfg_attr(feature = "web", tsify(type = "ContactRole"))]
        pub role: String,
        pub telephone: Option<String>,
    }

    /// The premises.
    pub struct Site {
        pub id: String,
        pub name: String,
        pub address: String,
    }

    /// One of those who make the visit.
    pub struct Visitor {
        pub account: String,
        pub name: String,
        pub leads: bool,
        pub is_self: bool,
    }

    /// A pupil who attends: no more than a checklist asks (S251).
    pub struct Pupil {
        pub id: String,
        pub initials: String,
        pub year: String,
        pub days: String,
    }

    /// A document of the provider.
    pub struct Document {
        pub id: String,
        pub title: String,
        #[cfg_attr(feature = "web", tsify(type = "DocumentState"))]
        pub state: String,
        pub expires_on: Option<String>,
    }

    /// An improvement action of the provider.
    pub struct Action {
        pub id: String,
        pub action: String,
        pub owner: String,
        pub due_on: String,
        #[cfg_attr(feature = "web", tsify(type = "Rag"))]
        pub rag: String,
        #[cfg_attr(feature = "web", tsify(type = "ActionState"))]
        pub state: String,
    }

    /// What the last report says on a standard.
    pub struct Finding {
        pub id: String,
        pub standard: String,
        pub rating: Option<String>,
        pub seen: String,
        pub action: String,
    }

    /// What the visit asks.
    pub struct Framework {
        pub id: String,
        pub name: String,
        /// The scale, best first.
        pub ratings: Vec<Rating>,
        /// In the order asked.
        pub standards: Vec<Standard>,
        /// How it may end, the best first; empty where it is not known.
        pub outcomes: Vec<Outcome>,
    }

    /// An outcome that a visit may have.
    pub struct Outcome {
        pub id: String,
        pub label: String,
        /// Whether improvement actions go with it.
        pub needs_actions: bool,
    }

    /// A step of the scale.
    pub struct Rating {
        pub id: String,
        pub code: String,
        pub label: String,
        /// Whether it calls for improvement.
        pub falls_short: bool,
    }

    /// A question.
    pub struct Standard {
        pub id: String,
        /// As on paper.
        pub code: String,
        /// Title of its section; empty where it is not known.
        pub section: String,
        pub title: String,
        pub guidance: Option<String>,
        #[cfg_attr(feature = "web", tsify(type = "AnswerKind"))]
        pub answer: String,
        /// Whether only a competent person may judge it.
        pub competent_person: bool,
        pub evidence: Vec<Wanted>,
    }

    /// A piece of evidence that a standard wants, or must not have.
    pub struct Wanted {
        #[cfg_attr(feature = "web", tsify(type = "EvidenceKind"))]
        pub kind: String,
        #[cfg_attr(feature = "web", tsify(type = "Need"))]
        pub need: String,
        /// What it should show.
        pub what: String,
    }

    /// What a visitor says on a standard.
    pub struct AnswerFields {
        pub rating: Option<String>,
        pub seen: String,
        pub action: String,
        pub answered_on: Option<String>,
        pub next_on: Option<String>,
        /// Why a date or a piece of evidence cannot be had.
        pub missing_reason: Option<String>,
    }

    /// An answer; those of several visitors stand side by side.
    pub struct Answer {
        pub standard: String,
        /// Another visitor's name; none for mine.
        pub by: Option<String>,
        pub answer: AnswerFields,
        /// How it stands on its way; none where the server holds it.
        pub unsent: Option<Sending>,
    }

    /// A piece of evidence.
    pub struct Evidence {
        pub id: String,
        pub standard: Option<String>,
        #[cfg_attr(feature = "web", tsify(type = "EvidenceKind"))]
        pub kind: String,
        pub caption: Option<String>,
        /// By this phone's clock; none for another visitor's.
        pub captured_at: Option<String>,
        #[cfg_attr(feature = "web", tsify(type = "MediaType | null"))]
        pub media_type: Option<String>,
        /// Whether it was captured on this phone.
        pub is_own: bool,
        /// Whether its bytes can be shown.
        pub has_bytes: bool,
        pub state: EvidenceState,
    }

    /// An item on its way. `item` is what can be cancelled, resolved or tried again.
    pub struct Sending {
        pub item: String,
        /// Whether it goes as an addendum, because its visit was over when it came.
        pub is_addendum: bool,
        pub status: ItemStatus,
    }

    /// What is wrong, and what to do.
    pub struct Trouble {
        #[cfg_attr(feature = "web", tsify(type = "TroubleCode"))]
        pub code: String,
        /// The server's exact code, where it gave one.
        pub reason: Option<String>,
        /// For a person.
        pub words: String,
        /// What a completion still lacks.
        pub missing: Vec<String>,
        /// Of a conflict: the answer that the server holds.
        pub current: Option<AnswerFields>,
    }

    /// One thing that a standard lacks.
    pub struct Lack {
        pub standard: String,
        /// Of the standard.
        pub code: String,
        #[cfg_attr(feature = "web", tsify(type = "LackKind"))]
        pub lack: String,
        /// For a person.
        pub words: String,
    }
}

/// Whether a piece of evidence is safe, and if not, what is the matter.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "web", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EvidenceState {
    /// On this phone and not with the server; so many bytes have arrived there, of so many.
    Held { sending: Sending, sent: u64, of: u64 },
    /// The server has all of it and looks into it.
    Checking,
    /// The server holds it, verified.
    Safe,
    /// Taken back; for a signature, because something was changed after it.
    Withdrawn { reason: Option<String> },
    /// Another visitor's, of which the server lacks the bytes.
    Elsewhere,
    /// Refused by the server.
    Refused { why: Option<Trouble>, item: Option<String> },
}

/// How an item stands.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "web", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ItemStatus {
    Ready,
    /// Another item has to go first.
    Waiting {
        on: String,
    },
    Sending,
    /// At an instant of this phone's clock.
    Retry {
        at: String,
        why: Trouble,
    },
    Checking,
    Attention {
        why: Trouble,
    },
}
