//! What can be done with a site.

use domain::organisation::site::{self as rule, AddSiteRefusal, CloseSiteRefusal};
use entity::ids::SiteId;

use super::graph::{AddSiteInput, CloseSiteInput};
use super::store;
use crate::ledger::{Refused, Write};
use crate::organisation::{keeps_records, provider};

/// Adds a site to a provider.
pub async fn add(write: &mut Write<'_>, input: AddSiteInput) -> Result<SiteId, Refused<AddSiteRefusal>> {
    let provider_id = input.provider_id.0;
    let found = provider::store::seen(write, provider_id).await?;
    let provider = found.ok_or_else(|| Refused::field(AddSiteRefusal::NotFound, "providerId"))?;
    if !keeps_records(write.scope(), provider.authority_id) && !write.scope().works_for(provider_id) {
        return Err(Refused::field(AddSiteRefusal::NotAllowed, "providerId"));
    }
    let claims = rule::Claims {
        name: &input.name,
        address: &input.address,
        postcode: &input.postcode,
        uprn: input.uprn.map(|uprn| uprn.0),
    };
    let postcode = rule::add(&claims).map_err(|(code, field)| Refused::field(code, field))?;
    let id = write.id();
    store::insert(write, id, &provider, input, postcode).await?;
    write.created(provider.authority_id, id);
    Ok(id)
}

/// Closes a site from a day on.
pub async fn close(write: &mut Write<'_>, input: CloseSiteInput) -> Result<SiteId, Refused<CloseSiteRefusal>> {
    let (id, day) = (input.site_id.0, input.ends_on.0);
    let found = store::seen(write, id).await?;
    let site = found.ok_or_else(|| Refused::field(CloseSiteRefusal::NotFound, "siteId"))?;
    if !keeps_records(write.scope(), site.authority_id) && !write.scope().works_for(site.provider_id) {
        return Err(Refused::field(CloseSiteRefusal::NotAllowed, "siteId"));
    }
    rule::close(site.starts_on, site.ends_on, day).map_err(|code| Refused::current(code, id))?;
    if !store::close(write, &site, day).await? {
        return Err(Refused::current(CloseSiteRefusal::AlreadyClosed, id));
    }
    write.updated(site.authority_id, id);
    Ok(id)
}
