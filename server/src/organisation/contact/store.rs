//! Rows of Contact, within a scope.

use chrono::NaiveDate;
use domain::access::Role;
use domain::organisation::ContactRole;
use entity::contact::{ActiveModel, Column, Entity, Model};
use entity::ids::{AuthorityId, ContactId, Key};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{ExprTrait, IntoIden};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::graph::{AddContactInput, ContactPartyInput};
use crate::access::find;
use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Contact", ContactId::PREFIX, "A named person in one role, from one date to another (S2, D17). The QA team sees all of its authority; a provider its own people and those of partnerships.")
        .listed_as("contacts")
        .code::<ContactRole>("role", Column::Role, "What the person does.")
        .column("name", Column::Name, "Name.")
        .column("position", Column::Position, "Job title.")
        .column("email", Column::Email, "E-mail.")
        .column("telephone", Column::Telephone, "Telephone.")
        .column("startsOn", Column::StartsOn, "First day.")
        .column("endsOn", Column::EndsOn, "First day on which it no longer holds; null while it does.")
        .stamped()
        .any_of("organisation", "Party", vec![
            (Column::ProviderId.into_iden(), "Provider"),
            (Column::SchoolId.into_iden(), "School"),
            (Column::PartnershipId.into_iden(), "Partnership"),
        ], "Whom the person answers for.")
        .ordered_by("startsOn", Direction::Descending)
        .seen_by(may_see)
}

/// The QA team; a provider's people their own, and those of partnerships.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    let partnerships = Sight::keys(table.col(Column::AuthorityId), &scope.authorities(&[Role::Provider]))
        .and(table.col(Column::PartnershipId).is_not_null());
    Sight::keys(table.col(Column::AuthorityId), &scope.qa_team())
        .or(Sight::keys(table.col(Column::ProviderId), &scope.providers()))
        .or(partnerships)
}

/// A row that the viewer may see.
pub async fn seen(write: &Write<'_>, id: ContactId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// Writes a new contact.
pub async fn insert(
    write: &Write<'_>,
    id: ContactId,
    authority_id: AuthorityId,
    input: AddContactInput,
) -> Result<(), DbErr> {
    let (provider_id, school_id, partnership_id) = match input.organisation {
        ContactPartyInput::ProviderId(id) => (Some(id.0), None, None),
        ContactPartyInput::SchoolId(id) => (None, Some(id.0), None),
        ContactPartyInput::PartnershipId(id) => (None, None, Some(id.0)),
    };
    let row = ActiveModel {
        id: Set(id),
        authority_id: Set(authority_id),
        provider_id: Set(provider_id),
        school_id: Set(school_id),
        partnership_id: Set(partnership_id),
        role: Set(input.role.0.into()),
        name: Set(input.name.trim().to_owned()),
        position: Set(input.position),
        email: Set(input.email),
        telephone: Set(input.telephone),
        starts_on: Set(input.starts_on.map_or_else(|| write.today(), |day| day.0)),
        ends_on: Set(None),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        version: Set(1),
    };
    Entity::insert(row).exec_without_returning(&write.tx).await.map(drop)
}

/// Ends a contact that has not ended; whether it had not.
pub async fn end(write: &Write<'_>, contact: &Model, day: NaiveDate) -> Result<bool, DbErr> {
    let row = ActiveModel {
        ends_on: Set(Some(day)),
        updated_at: Set(write.now),
        version: Set(contact.version + 1),
        ..Default::default()
    };
    let ended = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(contact.id))
        .filter(Column::EndsOn.is_null())
        .exec(&write.tx)
        .await?;
    Ok(ended.rows_affected == 1)
}
