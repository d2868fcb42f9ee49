//! Addenda in the graph: keeping and deciding.

use async_graphql::{Context, InputObject, Object, OneofObject};
use domain::quality::addendum::{DecideAddendumRefusal, KeepAddendumRefusal};
use entity::ids::{AddendumId, VisitId};

use super::service;
use crate::graph::ids::IdOf;
use crate::graph::mutate::mutate;
use crate::payload;
use crate::quality::evidence::graph::AddEvidenceInput;
use crate::quality::judgement::graph::RecordJudgementInput;

/// What came too late. The idempotency keys within are not looked at.
#[derive(Debug, OneofObject)]
pub enum AddendumInput {
    /// A judgement, first or revised; its `id` and `baseRevision` are not looked at.
    RecordJudgement(RecordJudgementInput),
    /// A piece of evidence. Its bytes follow, to the file that its row names.
    AddEvidence(AddEvidenceInput),
}

/// A change that came when its visit was complete or called off.
#[derive(Debug, InputObject)]
pub struct KeepAddendumInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The addendum's id, where a phone made it.
    pub id: Option<IdOf<AddendumId>>,
    /// The visit.
    pub visit_id: IdOf<VisitId>,
    /// What came too late.
    pub of: AddendumInput,
}

/// A decision on an addendum.
#[derive(Debug, InputObject)]
pub struct DecideAddendumInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The addendum.
    pub addendum_id: IdOf<AddendumId>,
    /// Whether it is accepted; else it is set aside.
    pub accept: bool,
    /// Why, 2 to 2,000 characters: needed where it is set aside.
    pub reason: Option<String>,
}

payload!(
    /// What came of keeping an addendum.
    KeepAddendumPayload, KeepAddendumRefused, addendum: AddendumId, KeepAddendumRefusal
);
payload!(
    /// What came of deciding an addendum.
    DecideAddendumPayload, DecideAddendumRefused, addendum: AddendumId, DecideAddendumRefusal
);

/// Changes to addenda.
#[derive(Debug, Default)]
pub struct AddendumMutation;

#[Object]
impl AddendumMutation {
    /// Keeps what came too late for its visit, for the QA team to decide. For the visit's visitors.
    async fn keep_addendum(
        &self,
        ctx: &Context<'_>,
        input: KeepAddendumInput,
    ) -> async_graphql::Result<KeepAddendumPayload> {
        mutate(ctx, "keepAddendum", async |write| service::keep(write, input).await).await
    }

    /// Accepts an addendum, or sets it aside with a reason. For the QA team. Where a judgement is accepted while the report
    /// is a draft, the finding on its standard awaits settling again; no rating changes by itself.
    async fn decide_addendum(
        &self,
        ctx: &Context<'_>,
        input: DecideAddendumInput,
    ) -> async_graphql::Result<DecideAddendumPayload> {
        mutate(ctx, "decideAddendum", async |write| service::decide(write, input).await).await
    }
}
