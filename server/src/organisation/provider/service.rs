//! What can be done with a provider.

use async_graphql::MaybeUndefined;
use domain::organisation::provider::{self as rule, RegisterProviderRefusal as Refusal, UpdateProviderRefusal};
use entity::ids::ProviderId;
use entity::provider;

use super::super::keeps_records;
use super::graph::{RegisterProviderInput, UpdateProviderInput};
use super::store;
use crate::ledger::{Refused, Write};

/// Registers a provider with an authority.
pub async fn register(write: &mut Write<'_>, input: RegisterProviderInput) -> Result<ProviderId, Refused<Refusal>> {
    let authority_id = input.authority_id.0;
    if !keeps_records(write.scope(), authority_id) {
        return Err(Refused::field(Refusal::NotAllowed, "authorityId"));
    }
    let claims = rule::Claims { name: &input.name, registered: input.registered, urn: input.urn, ukprn: input.ukprn };
    rule::register(&claims).map_err(|(code, field)| Refused::field(code, field))?;
    let id = write.id();
    store::insert(write, id, input).await?;
    write.created(authority_id, id);
    Ok(id)
}

/// Changes a provider, from a version on.
pub async fn update(
    write: &mut Write<'_>,
    input: UpdateProviderInput,
) -> Result<ProviderId, Refused<UpdateProviderRefusal>> {
    let id = input.provider_id.0;
    let found = store::seen(write, id).await?;
    let provider = found.ok_or_else(|| Refused::field(UpdateProviderRefusal::NotFound, "providerId"))?;
    let keeps_records = keeps_records(write.scope(), provider.authority_id);
    if !keeps_records && !write.scope().works_for(id) {
        return Err(Refused::field(UpdateProviderRefusal::NotAllowed, "providerId"));
    }
    let reserved = reserved(&input);
    if let Some(field) = reserved.filter(|_| !keeps_records) {
        return Err(Refused::field(UpdateProviderRefusal::NotAllowed, field));
    }
    let claims = reserved.map(|_| claims(&input, &provider));
    let details = rule::Details {
        website: input.website.value().map(String::as_str),
        telephone: input.telephone.value().map(String::as_str),
        email: input.email.value().map(String::as_str),
        capacity: input.capacity.value().copied(),
    };
    rule::update(claims.as_ref(), &details).map_err(|(code, field)| Refused::field(code, field))?;
    let (authority_id, version) = (provider.authority_id, input.version);
    if !store::update(write, id, version, input.into()).await? {
        return Err(Refused::current(UpdateProviderRefusal::Stale, id));
    }
    write.updated(authority_id, id);
    Ok(id)
}

/// The first field that only officers and coordinators change.
fn reserved(input: &UpdateProviderInput) -> Option<&'static str> {
    let given = [
        (input.name.is_some(), "name"),
        (input.kind.is_some(), "kind"),
        (input.registered.is_some(), "registered"),
        (!input.urn.is_undefined(), "urn"),
        (!input.ukprn.is_undefined(), "ukprn"),
    ];
    given.into_iter().find_map(|(is_given, field)| is_given.then_some(field))
}

/// What the provider will claim once it is changed.
fn claims<'a>(input: &'a UpdateProviderInput, provider: &'a provider::Model) -> rule::Claims<'a> {
    let patched = |value: &MaybeUndefined<i32>, now| if value.is_undefined() { now } else { value.value().copied() };
    rule::Claims {
        name: input.name.as_ref().unwrap_or(&provider.name),
        registered: input.registered.unwrap_or(provider.registered),
        urn: patched(&input.urn, provider.urn),
        ukprn: patched(&input.ukprn, provider.ukprn),
    }
}
