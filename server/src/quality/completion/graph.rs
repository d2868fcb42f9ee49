//! Completing a visit, in the graph.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::quality::completion::CompleteVisitRefusal;
use entity::ids::{EvidenceId, OutcomeId, VisitId};

use super::service::{self, Told};
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::graph::scalars::BigInt;
use crate::graph::tree::Node;
use crate::ledger::{Outcome, Write};

/// A piece of evidence that the phone holds.
#[derive(Debug, InputObject)]
pub struct ManifestItemInput {
    /// The evidence.
    pub evidence_id: IdOf<EvidenceId>,
    /// SHA-256 of its bytes in clear: 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Its size in bytes.
    pub byte_size: BigInt,
}

/// A visit to complete.
#[derive(Debug, InputObject)]
pub struct CompleteVisitInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The visit.
    pub visit_id: IdOf<VisitId>,
    /// All its evidence that is not withdrawn, of every visitor, in any order.
    pub manifest: Vec<ManifestItemInput>,
    /// The outcome that the visitors propose (S226), of the visit's framework. It decides nothing: whoever sends the report
    /// chooses its outcome.
    pub proposed_outcome_id: Option<IdOf<OutcomeId>>,
}

/// What came of completing a visit.
#[derive(Debug, SimpleObject)]
pub struct CompleteVisitPayload {
    /// The visit as it now is; null where the mutation was refused. Where it is there, every byte is safe.
    pub visit: Option<Node<VisitId>>,
    /// Why nothing was done; null where it was.
    pub refusal: Option<CompleteVisitRefused>,
}

/// Why nothing was done.
#[derive(Debug, SimpleObject)]
pub struct CompleteVisitRefused {
    /// The exact reason.
    pub code: CodeOf<CompleteVisitRefusal>,
    /// The reason in words, and what to do.
    pub message: String,
    /// The field of the input that it is about.
    pub field: Option<String>,
    /// The visit as it is, where the viewer may see it.
    pub current: Option<Node<VisitId>>,
    /// What stands in the way, 20 at most: ids of evidence, or for a checklist a line a standard, e.g. `1e: a rating`.
    pub missing: Vec<String>,
}

impl From<Outcome<VisitId, CompleteVisitRefusal>> for CompleteVisitPayload {
    fn from(outcome: Outcome<VisitId, CompleteVisitRefusal>) -> Self {
        match outcome {
            Ok(id) => Self { visit: Some(Node::new(id)), refusal: None },
            Err(refusal) => Self {
                visit: None,
                refusal: Some(CompleteVisitRefused {
                    code: CodeOf(refusal.code),
                    message: domain::Code::doc(refusal.code).to_owned(),
                    field: refusal.field.map(str::to_owned),
                    current: refusal.current.map(|id| Node::new(id.into())),
                    missing: Vec::new(),
                }),
            },
        }
    }
}

/// Completing visits.
#[derive(Debug, Default)]
pub struct CompletionMutation;

#[Object]
impl CompletionMutation {
    /// Completes a visit, once the server holds, verified, exactly the evidence of the manifest and the checklist lacks
    /// nothing. Findings are drafted from the judgements, and a receipt is signed. For the visit's visitors. After it, the
    /// site may be left. Asked again with the same manifest, it answers the same, whoever of the QA team asks.
    async fn complete_visit(
        &self,
        ctx: &Context<'_>,
        input: CompleteVisitInput,
    ) -> async_graphql::Result<CompleteVisitPayload> {
        let mut told = Told::default();
        let complete = async |write: &mut Write<'_>| service::complete(write, input, &mut told).await;
        let mut payload: CompleteVisitPayload = mutate(ctx, "completeVisit", complete).await?;
        if let Some(refusal) = &mut payload.refusal {
            refusal.missing = told.missing;
        }
        Ok(payload)
    }
}
