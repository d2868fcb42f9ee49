//! Judgements in the graph: recording and revising one.

use async_graphql::{Context, InputObject, Object};
use domain::quality::judgement::RecordJudgementRefusal;
use entity::ids::{JudgementId, RatingId, StandardId, VisitId};

use super::service;
use crate::graph::ids::IdOf;
use crate::graph::mutate::mutate;
use crate::graph::scalars::Date;
use crate::payload;

/// What a visitor judges on a standard. It replaces all that this visitor said on it before, which is kept as a revision.
#[derive(Debug, InputObject)]
pub struct RecordJudgementInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The judgement's id, where a phone made it while offline.
    pub id: Option<IdOf<JudgementId>>,
    /// The visit.
    pub visit_id: IdOf<VisitId>,
    /// The standard, of the visit's framework version.
    pub standard_id: IdOf<StandardId>,
    /// The rating: given where the standard is rated, left out where it is answered in words.
    pub rating_id: Option<IdOf<RatingId>>,
    /// What was seen (S251), up to 10,000 characters.
    #[graphql(default)]
    pub seen: String,
    /// Action or recommendation (S251), up to 10,000 characters.
    #[graphql(default)]
    pub action: String,
    /// The date that the standard asks for, or the last of two (S268, S270).
    pub answered_on: Option<Date>,
    /// The next date that it asks for (S270).
    pub next_on: Option<Date>,
    /// Why a date or a piece of evidence cannot be had.
    pub missing_reason: Option<String>,
    /// The revision that it was made from; left out for the first.
    pub base_revision: Option<i32>,
}

payload!(
    /// What came of recording a judgement.
    RecordJudgementPayload, RecordJudgementRefused, judgement: JudgementId, RecordJudgementRefusal
);

/// Changes to judgements.
#[derive(Debug, Default)]
pub struct JudgementMutation;

#[Object]
impl JudgementMutation {
    /// Records or revises the viewer's own judgement on a standard. For the visit's visitors. The first one begins the visit.
    async fn record_judgement(
        &self,
        ctx: &Context<'_>,
        input: RecordJudgementInput,
    ) -> async_graphql::Result<RecordJudgementPayload> {
        mutate(ctx, "recordJudgement", async |write| service::record(write, input).await).await
    }
}
