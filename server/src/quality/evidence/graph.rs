//! Evidence in the graph: what can be asked to change.

use async_graphql::{Context, InputObject, Object, OneofObject};
use domain::quality::EvidenceKind;
use domain::quality::evidence::{AddEvidenceRefusal, WithdrawEvidenceRefusal};
use entity::ids::{ActionId, EvidenceId, StandardId, VisitId};

use super::service;
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::graph::scalars::{BigInt, DateTime};
use crate::payload;

/// A visit, or one standard of it.
#[derive(Debug, InputObject)]
pub struct VisitSubjectInput {
    /// The visit.
    pub visit_id: IdOf<VisitId>,
    /// The standard that the evidence proves; left out, it is about the visit as a whole.
    pub standard_id: Option<IdOf<StandardId>>,
}

/// What evidence is for.
#[derive(Debug, OneofObject)]
pub enum EvidenceSubjectInput {
    /// A visit, or one standard of it.
    Visit(VisitSubjectInput),
    /// An improvement action that it answers.
    ImprovementActionId(IdOf<ActionId>),
}

/// A piece of evidence to add. Its bytes follow.
#[derive(Debug, InputObject)]
pub struct AddEvidenceInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// Its id, where the client makes it; new.
    pub id: Option<IdOf<EvidenceId>>,
    /// What it is for.
    pub subject: EvidenceSubjectInput,
    /// Photo, document, note or signature.
    pub kind: CodeOf<EvidenceKind>,
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// Size in bytes, 64 MiB at most.
    pub byte_size: BigInt,
    /// What it is: image/jpeg, image/png or application/pdf.
    pub media_type: String,
    /// When it was captured, by the device's clock.
    pub captured_at: DateTime,
    /// What it shows, up to 500 characters.
    pub caption: Option<String>,
}

payload!(
    /// What came of adding evidence. Its file's id is what the bytes are sent to.
    AddEvidencePayload, AddEvidenceRefused, evidence: EvidenceId, AddEvidenceRefusal
);

/// A piece of evidence to withdraw.
#[derive(Debug, InputObject)]
pub struct WithdrawEvidenceInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The evidence.
    pub evidence_id: IdOf<EvidenceId>,
    /// Why, 2 to 2000 characters. It stays on record: name nobody in it.
    pub reason: String,
}

payload!(
    /// What came of withdrawing evidence.
    WithdrawEvidencePayload, WithdrawEvidenceRefused, evidence: EvidenceId, WithdrawEvidenceRefusal
);

/// Changes to evidence.
#[derive(Debug, Default)]
pub struct EvidenceMutation;

#[Object]
impl EvidenceMutation {
    /// Adds a piece of evidence. At a visit for its visitors, until it is complete; for an improvement action for the
    /// provider's people and the QA team. The bytes are sent to the `file` that the answer shows.
    async fn add_evidence(
        &self,
        ctx: &Context<'_>,
        input: AddEvidenceInput,
    ) -> async_graphql::Result<AddEvidencePayload> {
        mutate(ctx, "addEvidence", async |write| service::add(write, input).await).await
    }

    /// Withdraws a piece of evidence for good: bytes, pictures and links go, its hash stays, so that the visit's manifest
    /// still verifies. For who captured it, and for officers and coordinators.
    async fn withdraw_evidence(
        &self,
        ctx: &Context<'_>,
        input: WithdrawEvidenceInput,
    ) -> async_graphql::Result<WithdrawEvidencePayload> {
        mutate(ctx, "withdrawEvidence", async |write| service::withdraw(write, input).await).await
    }
}
