//! Rows of Contact, within a scope.

use domain::access::Role;
use domain::organisation::ContactRole;
use entity::contact::{Column, Entity};
use entity::ids::{ContactId, Key};
use sea_orm::sea_query::{ExprTrait, IntoIden};

use crate::access::scope::Sight;
use crate::graph::tree::{Direction, Noun};

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
        .seen_by(|scope, table| {
            let partnerships = Sight::keys(table.col(Column::AuthorityId), &scope.authorities(&[Role::Provider]))
                .and(table.col(Column::PartnershipId).is_not_null());
            Sight::keys(table.col(Column::AuthorityId), &scope.qa_team())
                .or(Sight::keys(table.col(Column::ProviderId), &scope.providers()))
                .or(partnerships)
        })
}
