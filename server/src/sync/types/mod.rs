//! Rows as phones read them: flat, and no more than a visit needs.

pub mod framework;

use async_graphql::{ID, SimpleObject};
use domain::file::{FileRefusal, FileState};
use domain::organisation::ContactRole;
use domain::quality::{ActionState, DocumentState, EvidenceKind, Rag, VisitState};

use self::framework::SyncFramework;
use crate::graph::ids::CodeOf;
use crate::graph::plain::{Rows, plain};
use crate::graph::scalars::{BigInt, Date, DateTime};

/// A page of what the viewer's phone may take along.
#[derive(Debug, SimpleObject)]
pub struct SyncPage {
    /// Another one after the server was restored from a backup: the phone offers again what this server lacks.
    pub epoch: String,
    /// Whether this page begins the feed anew: what is not said from here until `isCaughtUp` is gone.
    pub restarts: bool,
    /// Where the next page begins. Opaque.
    pub cursor: String,
    /// Whether nothing more is known now.
    pub is_caught_up: bool,
    /// The server's clock.
    pub at: DateTime,
    /// What is said. The last word on an id counts.
    pub items: Rows<SyncItem>,
}

/// One thing that the feed says: exactly one field is not null.
#[derive(Debug, Default, SimpleObject)]
pub struct SyncItem {
    /// A visit that the viewer makes.
    pub visit: Option<Box<SyncVisit>>,
    /// The provider of a visit.
    pub provider: Option<Box<SyncProvider>>,
    /// The premises of a visit.
    pub site: Option<Box<SyncSite>>,
    /// What a visit asks.
    pub framework: Option<Box<SyncFramework>>,
    /// A judgement at a visit, of any of its visitors.
    pub judgement: Option<Box<SyncJudgement>>,
    /// A piece of evidence of a visit, of any of its visitors.
    pub evidence: Option<Box<SyncEvidence>>,
    /// What the last report says of the provider of a visit.
    pub finding: Option<Box<SyncFinding>>,
    /// An improvement action of the provider that is not closed.
    pub action: Option<Box<SyncAction>>,
    /// A document of the provider.
    pub document: Option<Box<SyncDocument>>,
    /// A pupil who attends on the day of the visit.
    pub pupil: Option<Box<SyncPupil>>,
    /// A row that is gone, or that the viewer may not take along any more.
    pub removed: Option<Box<SyncRemoved>>,
}

/// A row that is gone. With a visit goes all that belongs to it.
#[derive(Debug, SimpleObject)]
pub struct SyncRemoved {
    /// Its id.
    pub id: ID,
}

/// A visit: open, or over for 30 days at most.
#[derive(Debug, SimpleObject)]
pub struct SyncVisit {
    /// Its id.
    pub id: ID,
    /// Id of the provider.
    pub provider: ID,
    /// Id of the site, where one is named.
    pub site: Option<ID>,
    /// Id of the framework version.
    pub framework: ID,
    /// State on site.
    pub state: CodeOf<VisitState>,
    /// Purpose, as the provider reads it.
    pub purpose: String,
    /// Date.
    pub planned_for: Date,
    /// Time, HH:MM, local.
    pub planned_at: Option<String>,
    /// Counts changes.
    pub version: i32,
    /// Who makes it.
    pub visitors: Vec<SyncVisitor>,
    /// Once it is complete.
    pub receipt: Option<SyncReceipt>,
}

/// One of those who make a visit.
#[derive(Debug, Clone, SimpleObject)]
pub struct SyncVisitor {
    /// Id of the account.
    pub account: ID,
    /// Name.
    pub name: String,
    /// Whether this visitor leads.
    pub is_lead: bool,
}

/// The server's signed word that it holds, verified, every byte of a visit's manifest.
#[derive(Debug, Clone, SimpleObject)]
pub struct SyncReceipt {
    /// Id of the visit.
    pub visit: ID,
    /// SHA-256 of the manifest's canonical text, hexadecimal.
    pub manifest_sha256: String,
    /// When, by the server's clock.
    pub completed_at: DateTime,
    /// Ed25519 over the receipt's canonical text, Base64.
    pub signature: String,
    /// Which of `receiptKeys` signed it.
    pub key_id: String,
}

/// A provider.
#[derive(Debug, SimpleObject)]
pub struct SyncProvider {
    /// Its id.
    pub id: ID,
    /// Name.
    pub name: String,
    /// Who to ask for.
    pub contact: Option<String>,
    /// Telephone, of that person where there is one.
    pub telephone: Option<String>,
    /// Whom a visitor meets, the one to ask for first.
    pub people: Vec<SyncPerson>,
}

/// Somebody at a provider, in one role.
#[derive(Debug, SimpleObject)]
pub struct SyncPerson {
    /// Id of the contact.
    pub id: ID,
    /// Name.
    pub name: String,
    /// What the person does.
    pub role: CodeOf<ContactRole>,
    /// Telephone.
    pub telephone: Option<String>,
}

/// Premises.
#[derive(Debug, SimpleObject)]
pub struct SyncSite {
    /// Its id.
    pub id: ID,
    /// Id of the provider.
    pub provider: ID,
    /// Name.
    pub name: String,
    /// Address in one line, with the postcode.
    pub address: String,
}

/// One visitor's answer to one standard.
#[derive(Debug, Clone, SimpleObject)]
pub struct SyncJudgement {
    /// Its id.
    pub id: ID,
    /// Id of the visit.
    pub visit: ID,
    /// Id of the standard.
    pub standard: ID,
    /// Id of the visitor's account.
    pub account: ID,
    /// The visitor's name.
    pub account_name: String,
    /// Id of the rating.
    pub rating: Option<ID>,
    /// What was seen.
    pub seen: String,
    /// Action or recommendation.
    pub action: String,
    /// A date that the standard asks for.
    pub answered_on: Option<Date>,
    /// The next date that it asks for.
    pub next_on: Option<Date>,
    /// Why something that the standard asks for cannot be had.
    pub missing_reason: Option<String>,
    /// From 1; one more with each change. It counts within an epoch.
    pub revision: i32,
}

/// A piece of evidence.
#[derive(Debug, Clone, SimpleObject)]
pub struct SyncEvidence {
    /// Its id.
    pub id: ID,
    /// Id of the visit.
    pub visit: ID,
    /// Id of the standard, where it is for one.
    pub standard: Option<ID>,
    /// Its kind.
    pub kind: CodeOf<EvidenceKind>,
    /// SHA-256 of its bytes as its visitor announced them, hexadecimal.
    pub sha256: String,
    /// Size in bytes as announced.
    pub byte_size: BigInt,
    /// Id of the account of who captured it.
    pub captured_by: ID,
    /// What it shows.
    pub caption: Option<String>,
    /// When, by the device.
    pub captured_at: DateTime,
    /// Id of the file that waits for its bytes, or holds them.
    pub file_id: ID,
    /// Where the file stands.
    pub file_state: CodeOf<FileState>,
    /// Why it was refused.
    pub file_refusal: Option<CodeOf<FileRefusal>>,
    /// Whether it was withdrawn.
    pub is_withdrawn: bool,
    /// Whether it came when its visit was over: it stands beside the manifest, not in it.
    pub is_addendum: bool,
}

/// What the last report says on a standard.
#[derive(Debug, SimpleObject)]
pub struct SyncFinding {
    /// Its id.
    pub id: ID,
    /// Id of the provider.
    pub provider: ID,
    /// Id of the standard.
    pub standard: ID,
    /// Id of the rating.
    pub rating: Option<ID>,
    /// What was seen.
    pub seen: String,
    /// Action or recommendation.
    pub action: String,
}

/// An improvement action that is not closed.
#[derive(Debug, SimpleObject)]
pub struct SyncAction {
    /// Its id.
    pub id: ID,
    /// Id of the provider.
    pub provider: ID,
    /// What is to be done.
    pub action: String,
    /// Who does it.
    pub owner: String,
    /// By when.
    pub due_on: Date,
    /// Red, amber, green.
    pub rag: CodeOf<Rag>,
    /// State.
    pub state: CodeOf<ActionState>,
}

/// A document of a provider, submitted or accepted.
#[derive(Debug, SimpleObject)]
pub struct SyncDocument {
    /// Its id.
    pub id: ID,
    /// Id of the provider.
    pub provider: ID,
    /// Title.
    pub title: String,
    /// State.
    pub state: CodeOf<DocumentState>,
    /// Last day that it covers.
    pub expires_on: Option<Date>,
}

/// A pupil who attends on the day of a visit: no more than a checklist asks (S251). Every reading is audited.
#[derive(SimpleObject)]
pub struct SyncPupil {
    /// Of this pupil at this visit alone: it leads nowhere else.
    pub id: ID,
    /// Id of the visit.
    pub visit: ID,
    /// Initials.
    pub initials: String,
    /// National curriculum year.
    pub year: String,
    /// Days of the week on which the pupil attends.
    pub days: String,
}

crate::access::secrets::redacted!(SyncPupil);

// Each may stand on a page of hundreds.
plain!(SyncItem { visit, provider, site, framework, judgement, evidence, finding, action, document, pupil, removed });
plain!(SyncRemoved { id });
plain!(SyncVisit {
    id,
    provider,
    site,
    framework,
    state,
    purpose,
    planned_for,
    planned_at,
    version,
    visitors,
    receipt
});
plain!(SyncVisitor { account, name, is_lead });
plain!(SyncReceipt { visit, manifest_sha256, completed_at, signature, key_id });
plain!(SyncProvider { id, name, contact, telephone, people });
plain!(SyncPerson { id, name, role, telephone });
plain!(SyncSite { id, provider, name, address });
plain!(SyncJudgement {
    id,
    visit,
    standard,
    account,
    account_name,
    rating,
    seen,
    action,
    answered_on,
    next_on,
    missing_reason,
    revision
});
plain!(SyncEvidence {
    id,
    visit,
    standard,
    kind,
    sha256,
    byte_size,
    captured_by,
    caption,
    captured_at,
    file_id,
    file_state,
    file_refusal,
    is_withdrawn,
    is_addendum
});
plain!(SyncFinding { id, provider, standard, rating, seen, action });
plain!(SyncAction { id, provider, action, owner, due_on, rag, state });
plain!(SyncDocument { id, provider, title, state, expires_on });
plain!(SyncPupil { id, visit, initials, year, days });
