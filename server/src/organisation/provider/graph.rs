//! Providers in the graph: what can be asked to change.

use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use domain::organisation::ProviderKind;
use domain::organisation::provider::{RegisterProviderRefusal, UpdateProviderRefusal};
use entity::ids::{AuthorityId, ProviderId};

use super::service;
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::payload;

/// A provider to register.
#[derive(Debug, InputObject)]
pub struct RegisterProviderInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The authority that will quality-assure it.
    pub authority_id: IdOf<AuthorityId>,
    /// Its name.
    pub name: String,
    /// What it mainly offers.
    pub kind: CodeOf<ProviderKind>,
    /// Whether it is a registered school.
    pub registered: bool,
    /// Unique reference number, where registered.
    pub urn: Option<i32>,
    /// UK provider reference number.
    pub ukprn: Option<i32>,
    /// Website.
    pub website: Option<String>,
    /// Telephone.
    pub telephone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Pupils it can take at once.
    pub capacity: Option<i32>,
}

payload!(
    /// What came of registering a provider.
    RegisterProviderPayload, RegisterProviderRefused, provider: ProviderId, RegisterProviderRefusal
);

/// A provider to change. What is left out stays; null takes a value away where there may be none.
#[derive(Debug, InputObject)]
pub struct UpdateProviderInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The provider.
    pub provider_id: IdOf<ProviderId>,
    /// The version from which the change was made.
    pub version: i32,
    /// Its name. For officers and coordinators.
    pub name: Option<String>,
    /// What it mainly offers. For officers and coordinators.
    pub kind: Option<CodeOf<ProviderKind>>,
    /// Whether it is a registered school. For officers and coordinators.
    pub registered: Option<bool>,
    /// Unique reference number, where registered. For officers and coordinators.
    pub urn: MaybeUndefined<i32>,
    /// UK provider reference number. For officers and coordinators.
    pub ukprn: MaybeUndefined<i32>,
    /// Website.
    pub website: MaybeUndefined<String>,
    /// Telephone.
    pub telephone: MaybeUndefined<String>,
    /// E-mail.
    pub email: MaybeUndefined<String>,
    /// Pupils it can take at once.
    pub capacity: MaybeUndefined<i32>,
}

payload!(
    /// What came of changing a provider.
    UpdateProviderPayload, UpdateProviderRefused, provider: ProviderId, UpdateProviderRefusal
);

/// Changes to providers.
#[derive(Debug, Default)]
pub struct ProviderMutation;

#[Object]
impl ProviderMutation {
    /// Registers a provider with an authority. For its officers and coordinators.
    async fn register_provider(
        &self,
        ctx: &Context<'_>,
        input: RegisterProviderInput,
    ) -> async_graphql::Result<RegisterProviderPayload> {
        mutate(ctx, "registerProvider", async |write| service::register(write, input).await).await
    }

    /// Changes a provider. Officers and coordinators of its authority change everything; its own people its website,
    /// telephone, e-mail and capacity.
    async fn update_provider(
        &self,
        ctx: &Context<'_>,
        input: UpdateProviderInput,
    ) -> async_graphql::Result<UpdateProviderPayload> {
        mutate(ctx, "updateProvider", async |write| service::update(write, input).await).await
    }
}
