//! What can be done with a contact.

use domain::organisation::contact::{self as rule, AddContactRefusal, EndContactRefusal};
use entity::ids::{AuthorityId, ContactId};
use entity::provider;

use super::graph::{AddContactInput, ContactPartyInput, EndContactInput};
use super::store;
use crate::ledger::{Refused, Write};
use crate::organisation::{keeps_records, partnership, provider as providers, school};

/// Adds a contact.
pub async fn add(write: &mut Write<'_>, input: AddContactInput) -> Result<ContactId, Refused<AddContactRefusal>> {
    let party = party(write, input.organisation).await?;
    let (authority_id, provider) = party.ok_or_else(|| Refused::field(AddContactRefusal::NotFound, "organisation"))?;
    let own = provider.is_some_and(|provider| write.scope().works_for(provider.id));
    if !own && !keeps_records(write.scope(), authority_id) {
        return Err(Refused::field(AddContactRefusal::NotAllowed, "organisation"));
    }
    let claims = rule::Claims {
        name: &input.name,
        position: input.position.as_deref(),
        email: input.email.as_deref(),
        telephone: input.telephone.as_deref(),
    };
    rule::add(&claims).map_err(|(code, field)| Refused::field(code, field))?;
    let id = write.id();
    store::insert(write, id, authority_id, input).await?;
    write.created(authority_id, id);
    Ok(id)
}

/// The authority of an organisation that the viewer may see, and the provider if it is one.
async fn party(
    write: &Write<'_>,
    party: ContactPartyInput,
) -> Result<Option<(AuthorityId, Option<provider::Model>)>, Refused<AddContactRefusal>> {
    Ok(match party {
        ContactPartyInput::ProviderId(id) => {
            providers::store::seen(write, id.0).await?.map(|provider| (provider.authority_id, Some(provider)))
        }
        ContactPartyInput::SchoolId(id) => {
            school::store::seen(write, id.0).await?.map(|school| (school.authority_id, None))
        }
        ContactPartyInput::PartnershipId(id) => {
            partnership::store::seen(write, id.0).await?.map(|partnership| (partnership.authority_id, None))
        }
    })
}

/// Ends a contact on a day.
pub async fn end(write: &mut Write<'_>, input: EndContactInput) -> Result<ContactId, Refused<EndContactRefusal>> {
    let (id, day) = (input.contact_id.0, input.ends_on.0);
    let found = store::seen(write, id).await?;
    let contact = found.ok_or_else(|| Refused::field(EndContactRefusal::NotFound, "contactId"))?;
    let own = contact.provider_id.is_some_and(|provider_id| write.scope().works_for(provider_id));
    if !own && !keeps_records(write.scope(), contact.authority_id) {
        return Err(Refused::field(EndContactRefusal::NotAllowed, "contactId"));
    }
    rule::end(contact.starts_on, contact.ends_on, day).map_err(|code| Refused::current(code, id))?;
    if !store::end(write, &contact, day).await? {
        return Err(Refused::current(EndContactRefusal::AlreadyEnded, id));
    }
    write.updated(contact.authority_id, id);
    Ok(id)
}
