//! One key type per noun, so that a pupil's id cannot be passed where a placement's is meant.
//!
//! Keys are UUIDs (version 7, made by whoever creates the thing, a phone included). In the graph a key is written
//! `placement:0190…`: the prefix is the noun's.

use sea_orm::DeriveValueType;
use sea_orm::{DbErr, TryFromU64, Value};
use uuid::Uuid;

/// A typed key and the prefix it carries in the graph.
pub trait Key: Copy + Eq + Send + Sync + 'static + From<Uuid> + Into<Uuid> + Into<Value> {
    /// Prefix in the graph, `snake_case`.
    const PREFIX: &'static str;
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl Key for $name { const PREFIX: &'static str = $prefix; }
        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { Self(id) } }
        impl From<$name> for Uuid { fn from(id: $name) -> Self { id.0 } }
        /// Keys are never numbers: the database does not make them.
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> { Err(DbErr::ConvertFromU64(stringify!($name))) }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{}:{}", $prefix, self.0) }
        }
    )+ };
}

keys! {
    /// A local authority.
    AuthorityId = "local_authority",
    /// A partnership of schools.
    PartnershipId = "partnership",
    /// A school.
    SchoolId = "school",
    /// A school's membership of a partnership.
    SchoolMembershipId = "school_membership",
    /// A provider.
    ProviderId = "provider",
    /// A site of a provider.
    SiteId = "site",
    /// A contact.
    ContactId = "contact",
    /// An account.
    AccountId = "account",
    /// A role held by an account.
    MembershipId = "membership",
    /// A session of an account.
    SessionId = "session",
    /// A one-time link.
    LinkId = "one_time_link",
    /// A pupil.
    PupilId = "pupil",
    /// A placement.
    PlacementId = "placement",
    /// A weekly session of a placement.
    PlacementSessionId = "placement_session",
    /// An attendance mark.
    MarkId = "attendance_mark",
    /// A framework.
    FrameworkId = "framework",
    /// A version of a framework.
    FrameworkVersionId = "framework_version",
    /// A rating of a framework version's scale.
    RatingId = "rating",
    /// An outcome that a visit under a framework version may have.
    OutcomeId = "visit_outcome",
    /// A section of a framework version.
    SectionId = "section",
    /// A standard.
    StandardId = "standard",
    /// A type of document.
    DocumentTypeId = "document_type",
    /// A required document of a kind of provider.
    RequirementId = "document_requirement",
    /// A visit.
    VisitId = "visit",
    /// A visitor's part in a visit.
    VisitVisitorId = "visit_visitor",
    /// A judgement.
    JudgementId = "judgement",
    /// A revision of a judgement.
    RevisionId = "judgement_revision",
    /// A finding.
    FindingId = "finding",
    /// A piece of evidence.
    EvidenceId = "evidence",
    /// What reached the server too late for its visit.
    AddendumId = "addendum",
    /// An amendment that a provider suggested.
    AmendmentId = "amendment",
    /// A document of a provider.
    DocumentId = "document",
    /// What a document proves.
    DocumentProofId = "document_proof",
    /// An improvement action.
    ActionId = "improvement_action",
    /// A step in an improvement action's life.
    ActionUpdateId = "action_update",
    /// Something late that the QA team goes after.
    ChaseId = "chase",
    /// A provider's standing on the approved list.
    ApprovalId = "approval",
    /// A stored file.
    FileId = "file",
    /// A rendition of a stored file.
    RenditionId = "rendition",
    /// A saved query.
    SavedQueryId = "saved_query",
    /// What a saved query said, from one save to the next.
    SavedQueryVersionId = "saved_query_version",
    /// An upload.
    UploadId = "upload",
    /// A job.
    JobId = "job",
    /// An audit row.
    AuditId = "audit_entry",
}
