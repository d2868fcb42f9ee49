//! The register in the graph: what can be asked to change.

use async_graphql::{Context, InputObject, Object};
use domain::placement::Session;
use domain::placement::register::RecordMarksRefusal;
use entity::ids::{MarkId, PlacementId};

use super::service;
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::graph::scalars::Date;
use crate::payload;

/// A mark for one session of one day.
#[derive(Debug, InputObject)]
pub struct MarkInput {
    /// The id for a new mark, made by the caller: a UUID of version 7. Passed over where the session has a mark already.
    pub id: Option<IdOf<MarkId>>,
    /// Date.
    pub date: Date,
    /// Morning or afternoon.
    pub session: CodeOf<Session>,
    /// Attendance code, as it was in use on that date.
    pub code: String,
    /// Minutes late, with the codes L and U.
    pub minutes_late: Option<i32>,
}

/// Marks for a placement. A session that is marked already is corrected.
#[derive(Debug, InputObject)]
pub struct RecordMarksInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The placement.
    pub placement_id: IdOf<PlacementId>,
    /// 1 to 100 marks, each for a session of its own.
    pub marks: Vec<MarkInput>,
}

payload!(
    /// What came of recording marks: all of them, or none.
    RecordMarksPayload, RecordMarksRefused, placement: PlacementId, RecordMarksRefusal
);

/// Changes to the register.
#[derive(Debug, Default)]
pub struct RegisterMutation;

#[Object]
impl RegisterMutation {
    /// Records attendance for a placement. For its provider's people and those who commission it.
    async fn record_marks(
        &self,
        ctx: &Context<'_>,
        input: RecordMarksInput,
    ) -> async_graphql::Result<RecordMarksPayload> {
        mutate(ctx, "recordMarks", async |write| service::record(write, input).await).await
    }
}
