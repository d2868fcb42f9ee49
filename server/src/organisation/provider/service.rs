//! What can be done with a provider.

use domain::access::Role;
use domain::organisation::provider::{self as rule, RegisterProviderRefusal as Refusal};
use entity::ids::ProviderId;

use super::graph::RegisterProviderInput;
use super::store;
use crate::ledger::{Refused, Write};

/// Registers a provider with an authority.
pub async fn register(write: &mut Write<'_>, input: RegisterProviderInput) -> Result<ProviderId, Refused<Refusal>> {
    let authority_id = input.authority_id.0;
    let may = [Role::Officer, Role::Coordinator].iter().any(|role| write.scope().holds(*role, authority_id));
    if !may {
        return Err(Refused::field(Refusal::NotAllowed, "authorityId"));
    }
    let claims = rule::Claims { name: &input.name, registered: input.registered, urn: input.urn, ukprn: input.ukprn };
    rule::register(&claims).map_err(|(code, field)| Refused::field(code, field))?;
    let id = write.id();
    store::insert(write, id, input).await?;
    write.created(authority_id, id);
    Ok(id)
}
