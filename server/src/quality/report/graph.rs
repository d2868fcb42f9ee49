//! Reports in the graph: sending, agreeing, publishing.

use async_graphql::{Context, InputObject, Object};
use domain::quality::report::{AcceptReportRefusal, AgreeReportRefusal, PublishReportRefusal, SendReportRefusal};
use entity::ids::{OutcomeId, VisitId};

use super::service;
use crate::graph::ids::IdOf;
use crate::graph::mutate::mutate;
use crate::graph::scalars::Date;
use crate::payload;

/// A draft report to send to the provider.
#[derive(Debug, InputObject)]
pub struct SendReportToProviderInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The visit.
    pub visit_id: IdOf<VisitId>,
    /// Last day on which the provider may suggest amendments, 1 to 60 days ahead. The provider sees it.
    pub scrutiny_ends_on: Date,
    /// Summary of the report, 10 to 20,000 characters.
    pub summary: String,
    /// How the visit ends (S226): an outcome of its framework version.
    pub outcome_id: IdOf<OutcomeId>,
}

/// A report that the provider agrees to.
#[derive(Debug, InputObject)]
pub struct AcceptReportInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The visit.
    pub visit_id: IdOf<VisitId>,
}

/// A report to declare agreed.
#[derive(Debug, InputObject)]
pub struct AgreeReportInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The visit.
    pub visit_id: IdOf<VisitId>,
}

/// A report to publish.
#[derive(Debug, InputObject)]
pub struct PublishReportInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The visit.
    pub visit_id: IdOf<VisitId>,
    /// When the provider is due its next visit (S228), within three years. May be left out where the outcome takes it off
    /// the approved list; then no visit is due.
    pub next_visit_due_on: Option<Date>,
}

payload!(
    /// What came of sending a report to the provider.
    SendReportToProviderPayload, SendReportToProviderRefused, visit: VisitId, SendReportRefusal
);
payload!(
    /// What came of a provider's agreement.
    AcceptReportPayload, AcceptReportRefused, visit: VisitId, AcceptReportRefusal
);
payload!(
    /// What came of declaring a report agreed.
    AgreeReportPayload, AgreeReportRefused, visit: VisitId, AgreeReportRefusal
);
payload!(
    /// What came of publishing a report.
    PublishReportPayload, PublishReportRefused, visit: VisitId, PublishReportRefusal
);

/// Changes to reports.
#[derive(Debug, Default)]
pub struct ReportMutation;

#[Object]
impl ReportMutation {
    /// Sends a draft to the provider, who reads it from now on and may suggest amendments until a date. For the QA team.
    async fn send_report_to_provider(
        &self,
        ctx: &Context<'_>,
        input: SendReportToProviderInput,
    ) -> async_graphql::Result<SendReportToProviderPayload> {
        mutate(ctx, "sendReportToProvider", async |write| service::send(write, input).await).await
    }

    /// Agrees to a report before the time for amendments is over. For the provider's people.
    async fn accept_report(
        &self,
        ctx: &Context<'_>,
        input: AcceptReportInput,
    ) -> async_graphql::Result<AcceptReportPayload> {
        mutate(ctx, "acceptReport", async |write| service::accept(write, input).await).await
    }

    /// Declares a report agreed once the time for amendments is over. For the QA team.
    async fn agree_report(
        &self,
        ctx: &Context<'_>,
        input: AgreeReportInput,
    ) -> async_graphql::Result<AgreeReportPayload> {
        mutate(ctx, "agreeReport", async |write| service::agree(write, input).await).await
    }

    /// Publishes an agreed report; its outcome moves the provider's approval in the same step. For officers and coordinators.
    async fn publish_report(
        &self,
        ctx: &Context<'_>,
        input: PublishReportInput,
    ) -> async_graphql::Result<PublishReportPayload> {
        mutate(ctx, "publishReport", async |write| service::publish(write, input).await).await
    }
}
