//! Roles held, as the graph shows them.

use domain::Code;
use domain::access::Role;
use entity::ids::{Key, MembershipId};
use entity::membership::{Column, Entity};
use sea_orm::sea_query::ExprTrait;

use super::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of a membership.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Membership",
        MembershipId::PREFIX,
        "A role that an account holds, from one date to another. Everybody sees their own; officers those of their authority; the QA team those that its members hold today.",
    )
    .code::<Role>("role", Column::Role, "The role.")
    .column("startsOn", Column::StartsOn, "First day.")
    .column("endsOn", Column::EndsOn, "First day on which it no longer holds; null while it does.")
    .stamped()
    .one("account", "Account", Column::AccountId, "The account.")
    .one("authority", "LocalAuthority", Column::AuthorityId, "The authority.")
    .one("partnership", "Partnership", Column::PartnershipId, "For a coordinator: the partnership.")
    .one("provider", "Provider", Column::ProviderId, "For a provider's people: the provider.")
    .ordered_by("startsOn", Direction::Ascending)
    .seen_by(may_see)
}

/// One's own; for officers those of their authorities; for the rest of the QA team those of its members that hold today.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    let own = Sight::keys(table.col(Column::AccountId), &[scope.account_id]);
    let managed = Sight::keys(table.col(Column::AuthorityId), &scope.authorities(&[Role::Officer]));
    [Role::Coordinator, Role::Visitor]
        .into_iter()
        .fold(own.or(managed), |sight, role| sight.or(known_to(role, scope, table)))
}

/// Those that hold today, of roles whose holders this role knows, where the viewer holds it.
fn known_to(role: Role, scope: &Scope, table: &Table) -> Sight {
    let known = Role::ALL.iter().filter(|other| role.knows_holders_of(**other)).map(|other| other.as_str());
    let ends_on = table.col(Column::EndsOn);
    Sight::keys(table.col(Column::AuthorityId), &scope.authorities(&[role]))
        .and(table.col(Column::Role).is_in(known))
        .and(table.col(Column::StartsOn).lte(scope.today))
        .and(ends_on.clone().is_null().or(ends_on.gt(scope.today)))
}
