//! Partnerships in the graph: what can be asked to change.

use async_graphql::{Context, InputObject, Object};
use domain::organisation::partnership::CreatePartnershipRefusal;
use entity::ids::{AuthorityId, PartnershipId};

use super::service;
use crate::graph::ids::IdOf;
use crate::graph::mutate::mutate;
use crate::payload;

/// A partnership to make.
#[derive(Debug, InputObject)]
pub struct CreatePartnershipInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// Its authority.
    pub authority_id: IdOf<AuthorityId>,
    /// Short name: 2 to 12 letters and digits, kept in capitals; one of its kind in the authority.
    pub code: String,
    /// Its name.
    pub name: String,
}

payload!(
    /// What came of making a partnership.
    CreatePartnershipPayload, CreatePartnershipRefused, partnership: PartnershipId, CreatePartnershipRefusal
);

/// Changes to partnerships.
#[derive(Debug, Default)]
pub struct PartnershipMutation;

#[Object]
impl PartnershipMutation {
    /// Makes a partnership of schools. For officers of the authority.
    async fn create_partnership(
        &self,
        ctx: &Context<'_>,
        input: CreatePartnershipInput,
    ) -> async_graphql::Result<CreatePartnershipPayload> {
        mutate(ctx, "createPartnership", async |write| service::create(write, input).await).await
    }
}
