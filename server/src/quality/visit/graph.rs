//! Visits in the graph: planning, moving and calling off.

use async_graphql::{Context, InputObject, Object};
use domain::quality::visit::{CancelVisitRefusal, ChangeVisitorsRefusal, PlanVisitRefusal, RescheduleVisitRefusal};
use entity::ids::{AccountId, FrameworkVersionId, PartnershipId, ProviderId, SiteId, VisitId};

use super::service;
use crate::graph::ids::IdOf;
use crate::graph::mutate::mutate;
use crate::graph::scalars::Date;
use crate::payload;

/// A visitor of a visit.
#[derive(Debug, InputObject)]
pub struct VisitorInput {
    /// The account; of the authority's QA team on the day of the visit.
    pub account_id: IdOf<AccountId>,
    /// Whether this visitor leads. One does.
    #[graphql(default)]
    pub lead: bool,
}

/// A visit to plan.
#[derive(Debug, InputObject)]
pub struct PlanVisitInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The visit's id, where a phone made it while offline.
    pub id: Option<IdOf<VisitId>>,
    /// The provider to visit.
    pub provider_id: IdOf<ProviderId>,
    /// What it is made by.
    pub framework_version_id: IdOf<FrameworkVersionId>,
    /// Purpose, 3 to 500 characters. The provider reads it at once.
    pub purpose: String,
    /// Date. The provider sees it at once.
    pub planned_for: Date,
    /// Time, HH:MM, local.
    pub planned_at: Option<String>,
    /// Where: a site of the provider.
    pub site_id: Option<IdOf<SiteId>>,
    /// The partnership that arranges it, if one does.
    pub partnership_id: Option<IdOf<PartnershipId>>,
    /// Who visits, 1 to 6; one leads.
    pub visitors: Vec<VisitorInput>,
}

/// A new date for a planned visit.
#[derive(Debug, InputObject)]
pub struct RescheduleVisitInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The visit.
    pub visit_id: IdOf<VisitId>,
    /// The version of the visit that the person saw.
    pub version: i32,
    /// Date.
    pub planned_for: Date,
    /// Time, HH:MM, local; none where it is left out.
    pub planned_at: Option<String>,
}

/// Who makes a visit from now on.
#[derive(Debug, InputObject)]
pub struct ChangeVisitorsInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The visit.
    pub visit_id: IdOf<VisitId>,
    /// The version of the visit that the person saw.
    pub version: i32,
    /// Who visits, 1 to 6; one leads. Whoever is not named is taken off.
    pub visitors: Vec<VisitorInput>,
}

/// A visit to call off.
#[derive(Debug, InputObject)]
pub struct CancelVisitInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The visit.
    pub visit_id: IdOf<VisitId>,
    /// Why, 3 to 500 characters. The provider reads it.
    pub reason: String,
}

payload!(
    /// What came of planning a visit.
    PlanVisitPayload, PlanVisitRefused, visit: VisitId, PlanVisitRefusal
);
payload!(
    /// What came of moving a visit.
    RescheduleVisitPayload, RescheduleVisitRefused, visit: VisitId, RescheduleVisitRefusal
);
payload!(
    /// What came of changing who visits.
    ChangeVisitorsPayload, ChangeVisitorsRefused, visit: VisitId, ChangeVisitorsRefusal
);
payload!(
    /// What came of calling a visit off.
    CancelVisitPayload, CancelVisitRefused, visit: VisitId, CancelVisitRefusal
);

/// Changes to visits.
#[derive(Debug, Default)]
pub struct VisitMutation;

#[Object]
impl VisitMutation {
    /// Plans a visit. For the QA team of the provider's authority; the provider sees date and purpose at once.
    async fn plan_visit(&self, ctx: &Context<'_>, input: PlanVisitInput) -> async_graphql::Result<PlanVisitPayload> {
        mutate(ctx, "planVisit", async |write| service::plan(write, input).await).await
    }

    /// Moves a planned visit to another date. For the QA team.
    async fn reschedule_visit(
        &self,
        ctx: &Context<'_>,
        input: RescheduleVisitInput,
    ) -> async_graphql::Result<RescheduleVisitPayload> {
        mutate(ctx, "rescheduleVisit", async |write| service::reschedule(write, input).await).await
    }

    /// Says who makes a visit from now on, until it is complete. For the QA team. What somebody who is taken off has judged
    /// and captured stays; from their phone the visit goes, to the phones of others it comes.
    async fn change_visitors(
        &self,
        ctx: &Context<'_>,
        input: ChangeVisitorsInput,
    ) -> async_graphql::Result<ChangeVisitorsPayload> {
        mutate(ctx, "changeVisitors", async |write| service::change_visitors(write, input).await).await
    }

    /// Calls a visit off, with a reason that the provider reads. Its judgements and evidence stay. For the QA team.
    async fn cancel_visit(
        &self,
        ctx: &Context<'_>,
        input: CancelVisitInput,
    ) -> async_graphql::Result<CancelVisitPayload> {
        mutate(ctx, "cancelVisit", async |write| service::cancel(write, input).await).await
    }
}
