//! Pupils in the graph: what can be asked to change.

use std::fmt;

use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use domain::pupil::record::{ChangePupilRefusal, CreatePupilRefusal};
use domain::pupil::{Answer, PrimaryNeed, SenProvision};
use entity::ids::{PupilId, SchoolId};

use super::service;
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::graph::scalars::Date;
use crate::payload;

/// A pupil to create.
#[derive(InputObject)]
pub struct CreatePupilInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The school whose roll the pupil is on.
    pub school_id: IdOf<SchoolId>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Date of birth.
    pub date_of_birth: Date,
    /// National curriculum year: 0 (reception) to 13.
    pub year_group: i32,
    /// Unique pupil number, permanent or temporary; left out where there is none yet.
    pub upn: Option<String>,
    /// SEN provision.
    pub sen_provision: CodeOf<SenProvision>,
    /// Primary need, beside SEN support or a plan.
    pub primary_need: Option<CodeOf<PrimaryNeed>>,
    /// Whether an authority looks after the pupil: answered, or said to be unknown (D25).
    pub looked_after: CodeOf<Answer>,
}

/// What to change of a pupil. What is left out stays as it is.
#[derive(InputObject)]
pub struct ChangePupilInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The pupil.
    pub pupil_id: IdOf<PupilId>,
    /// The version that was read.
    pub version: i32,
    /// The school whose roll the pupil is on now. Placements keep the school that they were made with.
    pub school_id: Option<IdOf<SchoolId>>,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<Date>,
    /// National curriculum year: 0 (reception) to 13.
    pub year_group: Option<i32>,
    /// Unique pupil number; null takes it away.
    pub upn: MaybeUndefined<String>,
    /// SEN provision.
    pub sen_provision: Option<CodeOf<SenProvision>>,
    /// Primary need; null takes it away.
    pub primary_need: MaybeUndefined<CodeOf<PrimaryNeed>>,
    /// Whether an authority looks after the pupil.
    pub looked_after: Option<CodeOf<Answer>>,
}

/// Says nothing of the pupil: records are not for logs.
impl fmt::Debug for CreatePupilInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreatePupilInput").field("school_id", &self.school_id).finish_non_exhaustive()
    }
}

/// Says which pupil, and nothing of them.
impl fmt::Debug for ChangePupilInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangePupilInput").field("pupil_id", &self.pupil_id).finish_non_exhaustive()
    }
}

payload!(
    /// What came of creating a pupil.
    CreatePupilPayload, CreatePupilRefused, pupil: PupilId, CreatePupilRefusal
);
payload!(
    /// What came of changing a pupil.
    ChangePupilPayload, ChangePupilRefused, pupil: PupilId, ChangePupilRefusal
);

/// Changes to pupils.
#[derive(Debug, Default)]
pub struct PupilMutation;

#[Object]
impl PupilMutation {
    /// Creates the record of a pupil. For officers, and for coordinators of the school's partnership.
    async fn create_pupil(
        &self,
        ctx: &Context<'_>,
        input: CreatePupilInput,
    ) -> async_graphql::Result<CreatePupilPayload> {
        mutate(ctx, "createPupil", async |write| service::create(write, input).await).await
    }

    /// Changes the record of a pupil. For officers, and for coordinators of the school's partnership.
    async fn change_pupil(
        &self,
        ctx: &Context<'_>,
        input: ChangePupilInput,
    ) -> async_graphql::Result<ChangePupilPayload> {
        mutate(ctx, "changePupil", async |write| service::change(write, input).await).await
    }
}
