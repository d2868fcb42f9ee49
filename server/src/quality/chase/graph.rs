//! Chases in the graph: what can be asked to change.

use async_graphql::{Context, InputObject, Object};
use domain::quality::chase::{AssignChaseRefusal, CloseChaseRefusal, CreateChaseRefusal};
use entity::ids::{AccountId, ActionId, ChaseId, DocumentTypeId, ProviderId, VisitId};

use super::service;
use crate::graph::ids::IdOf;
use crate::graph::mutate::mutate;
use crate::graph::scalars::Date;
use crate::payload;

/// Something to chase: of a provider one thing, or nothing in particular.
#[derive(Debug, InputObject)]
pub struct CreateChaseInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The provider.
    pub provider_id: IdOf<ProviderId>,
    /// The type of document that is missing, refused, expired or about to expire.
    pub document_type_id: Option<IdOf<DocumentTypeId>>,
    /// The visit of this provider that is due, or whose report is not published.
    pub visit_id: Option<IdOf<VisitId>>,
    /// The improvement action of this provider that is not closed.
    pub improvement_action_id: Option<IdOf<ActionId>>,
    /// What is to be asked for, 2 to 2000 characters.
    pub note: String,
    /// Who chases: somebody who is of the authority's QA team today.
    pub account_id: IdOf<AccountId>,
    /// By when; today at the earliest.
    pub due_on: Date,
}

/// A chase to hand to somebody.
#[derive(Debug, InputObject)]
pub struct AssignChaseInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The chase.
    pub chase_id: IdOf<ChaseId>,
    /// The version that was read.
    pub version: i32,
    /// Who chases: somebody who is of the authority's QA team today.
    pub account_id: IdOf<AccountId>,
    /// By when; where it is left out, it stays as it is.
    pub due_on: Option<Date>,
}

/// A chase to close.
#[derive(Debug, InputObject)]
pub struct CloseChaseInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The chase.
    pub chase_id: IdOf<ChaseId>,
    /// The version that was read.
    pub version: i32,
    /// What came of it, 2 to 2000 characters.
    pub note: String,
}

payload!(
    /// What came of starting a chase.
    CreateChasePayload, CreateChaseRefused, chase: ChaseId, CreateChaseRefusal
);
payload!(
    /// What came of handing a chase to somebody.
    AssignChasePayload, AssignChaseRefused, chase: ChaseId, AssignChaseRefusal
);
payload!(
    /// What came of closing a chase.
    CloseChasePayload, CloseChaseRefused, chase: ChaseId, CloseChaseRefusal
);

/// Changes to chases.
#[derive(Debug, Default)]
pub struct ChaseMutation;

#[Object]
impl ChaseMutation {
    /// Has somebody go after a document, a visit, an improvement action or a provider. For the authority's QA team; the
    /// provider does not see it.
    async fn create_chase(
        &self,
        ctx: &Context<'_>,
        input: CreateChaseInput,
    ) -> async_graphql::Result<CreateChasePayload> {
        mutate(ctx, "createChase", async |write| service::create(write, input).await).await
    }

    /// Hands an open chase to somebody, and gives it another date where one is named. For the authority's QA team.
    async fn assign_chase(
        &self,
        ctx: &Context<'_>,
        input: AssignChaseInput,
    ) -> async_graphql::Result<AssignChasePayload> {
        mutate(ctx, "assignChase", async |write| service::assign(write, input).await).await
    }

    /// Closes a chase with what came of it. For the authority's QA team.
    async fn close_chase(&self, ctx: &Context<'_>, input: CloseChaseInput) -> async_graphql::Result<CloseChasePayload> {
        mutate(ctx, "closeChase", async |write| service::close(write, input).await).await
    }
}
