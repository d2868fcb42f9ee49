//! Amendments in the graph: suggesting and deciding.

use async_graphql::{Context, InputObject, Object};
use domain::quality::amendment::{DecideAmendmentRefusal, SuggestAmendmentRefusal};
use entity::ids::{AmendmentId, FindingId, RatingId, VisitId};

use super::service;
use crate::graph::ids::IdOf;
use crate::graph::mutate::mutate;
use crate::payload;

/// An amendment that a provider suggests.
#[derive(Debug, InputObject)]
pub struct SuggestAmendmentInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The visit.
    pub visit_id: IdOf<VisitId>,
    /// The finding that it is about; left out for the report as a whole.
    pub finding_id: Option<IdOf<FindingId>>,
    /// What should be said instead, and why: 3 to 10,000 characters.
    pub suggestion: String,
}

/// New words for a finding.
#[derive(Debug, InputObject)]
pub struct FindingWordsInput {
    /// The rating: given where the standard is rated, left out where it is answered in words.
    pub rating_id: Option<IdOf<RatingId>>,
    /// What was seen, up to 10,000 characters.
    pub seen: String,
    /// Action or recommendation, up to 10,000 characters.
    pub action: String,
}

/// A decision on an amendment.
#[derive(Debug, InputObject)]
pub struct DecideAmendmentInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The amendment.
    pub amendment_id: IdOf<AmendmentId>,
    /// Whether it is accepted; else it is declined.
    pub accept: bool,
    /// Why, 3 to 2,000 characters: needed where it is declined. The provider reads it.
    pub reason: Option<String>,
    /// The finding's new words, where an amendment to a finding is accepted.
    pub finding: Option<FindingWordsInput>,
    /// The report's new summary, where an amendment to the report as a whole is accepted.
    pub summary: Option<String>,
}

payload!(
    /// What came of suggesting an amendment.
    SuggestAmendmentPayload, SuggestAmendmentRefused, amendment: AmendmentId, SuggestAmendmentRefusal
);
payload!(
    /// What came of deciding an amendment.
    DecideAmendmentPayload, DecideAmendmentRefused, amendment: AmendmentId, DecideAmendmentRefusal
);

/// Changes to amendments.
#[derive(Debug, Default)]
pub struct AmendmentMutation;

#[Object]
impl AmendmentMutation {
    /// Suggests an amendment to a report, up to and including the last day for it. For the provider's people.
    async fn suggest_amendment(
        &self,
        ctx: &Context<'_>,
        input: SuggestAmendmentInput,
    ) -> async_graphql::Result<SuggestAmendmentPayload> {
        mutate(ctx, "suggestAmendment", async |write| service::suggest(write, input).await).await
    }

    /// Accepts an amendment with new words, or declines it with a reason. For the QA team. After the last one the report
    /// is with the provider again.
    async fn decide_amendment(
        &self,
        ctx: &Context<'_>,
        input: DecideAmendmentInput,
    ) -> async_graphql::Result<DecideAmendmentPayload> {
        mutate(ctx, "decideAmendment", async |write| service::decide(write, input).await).await
    }
}
