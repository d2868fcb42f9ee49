//! Sites in the graph: what can be asked to change.

use async_graphql::{Context, InputObject, Object};
use domain::organisation::site::{AddSiteRefusal, CloseSiteRefusal};
use entity::ids::{ProviderId, SiteId};

use super::service;
use crate::graph::ids::IdOf;
use crate::graph::mutate::mutate;
use crate::graph::scalars::{BigInt, Date};
use crate::payload;

/// A site to add.
#[derive(Debug, InputObject)]
pub struct AddSiteInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// Its provider.
    pub provider_id: IdOf<ProviderId>,
    /// Its name.
    pub name: String,
    /// Address in one line.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// Unique property reference number.
    pub uprn: Option<BigInt>,
    /// First day in use; today where none is given.
    pub starts_on: Option<Date>,
}

/// A site to close.
#[derive(Debug, InputObject)]
pub struct CloseSiteInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The site.
    pub site_id: IdOf<SiteId>,
    /// First day no longer in use.
    pub ends_on: Date,
}

payload!(
    /// What came of adding a site.
    AddSitePayload, AddSiteRefused, site: SiteId, AddSiteRefusal
);

payload!(
    /// What came of closing a site.
    CloseSitePayload, CloseSiteRefused, site: SiteId, CloseSiteRefusal
);

/// Changes to sites.
#[derive(Debug, Default)]
pub struct SiteMutation;

#[Object]
impl SiteMutation {
    /// Adds a site to a provider. For its own people, and officers and coordinators of its authority.
    async fn add_site(&self, ctx: &Context<'_>, input: AddSiteInput) -> async_graphql::Result<AddSitePayload> {
        mutate(ctx, "addSite", async |write| service::add(write, input).await).await
    }

    /// Closes a site from a day on. For the provider's own people, and officers and coordinators of its authority.
    async fn close_site(&self, ctx: &Context<'_>, input: CloseSiteInput) -> async_graphql::Result<CloseSitePayload> {
        mutate(ctx, "closeSite", async |write| service::close(write, input).await).await
    }
}
