//! Schools in the graph: what can be asked to change.

use async_graphql::{Context, InputObject, Object};
use domain::organisation::SchoolPhase;
use domain::organisation::school::{CreateSchoolRefusal, SetSchoolPartnershipRefusal};
use entity::ids::{AuthorityId, PartnershipId, SchoolId};

use super::service;
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::graph::scalars::Date;
use crate::payload;

/// A school to add.
#[derive(Debug, InputObject)]
pub struct CreateSchoolInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// Its authority.
    pub authority_id: IdOf<AuthorityId>,
    /// Its name.
    pub name: String,
    /// Unique reference number of the school register: 6 digits.
    pub urn: Option<i32>,
    /// Phase of education.
    pub phase: CodeOf<SchoolPhase>,
    /// Postcode.
    pub postcode: String,
}

/// The partnership that a school belongs to from a day on.
#[derive(Debug, InputObject)]
pub struct SetSchoolPartnershipInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The school.
    pub school_id: IdOf<SchoolId>,
    /// The partnership; none where the school only leaves.
    pub partnership_id: Option<IdOf<PartnershipId>>,
    /// First day. The membership that holds until then ends on it.
    pub starts_on: Date,
}

payload!(
    /// What came of adding a school.
    CreateSchoolPayload, CreateSchoolRefused, school: SchoolId, CreateSchoolRefusal
);

payload!(
    /// What came of changing a school's partnership.
    SetSchoolPartnershipPayload, SetSchoolPartnershipRefused, school: SchoolId, SetSchoolPartnershipRefusal
);

/// Changes to schools.
#[derive(Debug, Default)]
pub struct SchoolMutation;

#[Object]
impl SchoolMutation {
    /// Adds a school. For officers of the authority.
    async fn create_school(
        &self,
        ctx: &Context<'_>,
        input: CreateSchoolInput,
    ) -> async_graphql::Result<CreateSchoolPayload> {
        mutate(ctx, "createSchool", async |write| service::create(write, input).await).await
    }

    /// Moves a school into a partnership, or out of one, from a day on; what was stays on record (D9). For officers of
    /// the authority.
    async fn set_school_partnership(
        &self,
        ctx: &Context<'_>,
        input: SetSchoolPartnershipInput,
    ) -> async_graphql::Result<SetSchoolPartnershipPayload> {
        mutate(ctx, "setSchoolPartnership", async |write| service::set_partnership(write, input).await).await
    }
}
