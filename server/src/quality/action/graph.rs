//! Improvement actions in the graph: what can be asked to change.

use async_graphql::{Context, InputObject, Object};
use domain::quality::action::{CreateImprovementActionRefusal, UpdateImprovementActionRefusal};
use domain::quality::{ActionState, Rag};
use entity::ids::{ActionId, ProviderId, StandardId, VisitId};

use super::service;
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::graph::scalars::Date;
use crate::payload;

/// An improvement action to create.
#[derive(Debug, InputObject)]
pub struct CreateImprovementActionInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// Its id, where the client makes it; new.
    pub id: Option<IdOf<ActionId>>,
    /// The provider that must do it.
    pub provider_id: IdOf<ProviderId>,
    /// The visit that it came of. The provider sees the action from when it may read that visit's report.
    pub visit_id: Option<IdOf<VisitId>>,
    /// The standard that it is about.
    pub standard_id: Option<IdOf<StandardId>>,
    /// Area for improvement, 2 to 200 characters.
    pub area: String,
    /// What is to be done, 2 to 2000 characters.
    pub action: String,
    /// Who does it, 2 to 200 characters.
    pub owner: String,
    /// By when.
    pub due_on: Date,
    /// Red, amber or green.
    pub rag: CodeOf<Rag>,
}

payload!(
    /// What came of creating an improvement action.
    CreateImprovementActionPayload, CreateImprovementActionRefused, improvement_action: ActionId,
    CreateImprovementActionRefusal
);

/// A step in an improvement action's life. What is left out stays as it is.
#[derive(Debug, InputObject)]
pub struct UpdateImprovementActionInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The action.
    pub improvement_action_id: IdOf<ActionId>,
    /// The version that was read.
    pub version: i32,
    /// Red, amber or green. For the QA team.
    pub rag: Option<CodeOf<Rag>>,
    /// Where it now stands. A provider's people report it done; the QA team closes it or opens it again.
    pub state: Option<CodeOf<ActionState>>,
    /// What was done or seen, 2 to 2000 characters. It becomes part of the action's history.
    pub note: String,
}

payload!(
    /// What came of updating an improvement action.
    UpdateImprovementActionPayload, UpdateImprovementActionRefused, improvement_action: ActionId,
    UpdateImprovementActionRefusal
);

/// Changes to improvement actions.
#[derive(Debug, Default)]
pub struct ActionMutation;

#[Object]
impl ActionMutation {
    /// Sets an improvement action for a provider. For the authority's QA team.
    async fn create_improvement_action(
        &self,
        ctx: &Context<'_>,
        input: CreateImprovementActionInput,
    ) -> async_graphql::Result<CreateImprovementActionPayload> {
        mutate(ctx, "createImprovementAction", async |write| service::create(write, input).await).await
    }

    /// Notes what was done about an improvement action, rates it, or moves it on; each step is kept. For the provider's
    /// people and the QA team.
    async fn update_improvement_action(
        &self,
        ctx: &Context<'_>,
        input: UpdateImprovementActionInput,
    ) -> async_graphql::Result<UpdateImprovementActionPayload> {
        mutate(ctx, "updateImprovementAction", async |write| service::update(write, input).await).await
    }
}
