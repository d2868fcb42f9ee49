//! Contacts in the graph: what can be asked to change.

use async_graphql::{Context, InputObject, Object, OneofObject};
use domain::organisation::ContactRole;
use domain::organisation::contact::{AddContactRefusal, EndContactRefusal};
use entity::ids::{ContactId, PartnershipId, ProviderId, SchoolId};

use super::service;
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::graph::scalars::Date;
use crate::payload;

/// Whom a contact answers for: exactly one of these.
#[derive(Debug, Clone, Copy, OneofObject)]
pub enum ContactPartyInput {
    /// A provider.
    ProviderId(IdOf<ProviderId>),
    /// A school.
    SchoolId(IdOf<SchoolId>),
    /// A partnership.
    PartnershipId(IdOf<PartnershipId>),
}

/// A contact to add.
#[derive(Debug, InputObject)]
pub struct AddContactInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// Whom the person answers for.
    pub organisation: ContactPartyInput,
    /// What the person does.
    pub role: CodeOf<ContactRole>,
    /// Name.
    pub name: String,
    /// Job title.
    pub position: Option<String>,
    /// E-mail; this or a telephone number.
    pub email: Option<String>,
    /// Telephone; this or an e-mail address.
    pub telephone: Option<String>,
    /// First day; today where none is given.
    pub starts_on: Option<Date>,
}

/// A contact to end.
#[derive(Debug, InputObject)]
pub struct EndContactInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The contact.
    pub contact_id: IdOf<ContactId>,
    /// First day on which it no longer holds.
    pub ends_on: Date,
}

payload!(
    /// What came of adding a contact.
    AddContactPayload, AddContactRefused, contact: ContactId, AddContactRefusal
);

payload!(
    /// What came of ending a contact.
    EndContactPayload, EndContactRefused, contact: ContactId, EndContactRefusal
);

/// Changes to contacts.
#[derive(Debug, Default)]
pub struct ContactMutation;

#[Object]
impl ContactMutation {
    /// Adds a named person in a role (S2, D17). For officers and coordinators of the authority, and for a provider's
    /// own people.
    async fn add_contact(&self, ctx: &Context<'_>, input: AddContactInput) -> async_graphql::Result<AddContactPayload> {
        mutate(ctx, "addContact", async |write| service::add(write, input).await).await
    }

    /// Ends a person's role on a day; it stays on record. For officers and coordinators of the authority, and for a
    /// provider's own people.
    async fn end_contact(&self, ctx: &Context<'_>, input: EndContactInput) -> async_graphql::Result<EndContactPayload> {
        mutate(ctx, "endContact", async |write| service::end(write, input).await).await
    }
}
