//! Findings in the graph: settling one.

use async_graphql::{Context, InputObject, Object};
use domain::quality::report::SettleFindingRefusal;
use entity::ids::{FindingId, RatingId};

use super::service;
use crate::graph::ids::IdOf;
use crate::graph::mutate::mutate;
use crate::payload;

/// What a finding is to say.
#[derive(Debug, InputObject)]
pub struct SettleFindingInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The finding.
    pub finding_id: IdOf<FindingId>,
    /// The version of the finding that the person saw.
    pub version: i32,
    /// The rating: given where the standard is rated, left out where it is answered in words.
    pub rating_id: Option<IdOf<RatingId>>,
    /// What was seen, up to 10,000 characters.
    pub seen: String,
    /// Action or recommendation, up to 10,000 characters.
    pub action: String,
}

payload!(
    /// What came of settling a finding.
    SettleFindingPayload, SettleFindingRefused, finding: FindingId, SettleFindingRefusal
);

/// Changes to findings.
#[derive(Debug, Default)]
pub struct FindingMutation;

#[Object]
impl FindingMutation {
    /// Settles a finding on which visitors differ, or edits one of a draft. For the QA team.
    async fn settle_finding(
        &self,
        ctx: &Context<'_>,
        input: SettleFindingInput,
    ) -> async_graphql::Result<SettleFindingPayload> {
        mutate(ctx, "settleFinding", async |write| service::settle(write, input).await).await
    }
}
