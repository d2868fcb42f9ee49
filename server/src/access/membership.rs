//! Roles held, as the graph shows them.

use domain::access::Role;
use entity::ids::{Key, MembershipId};
use entity::membership::{Column, Entity};

use super::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of a membership.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Membership",
        MembershipId::PREFIX,
        "A role that an account holds, from one date to another. Officers see those of their authority; everybody their own.",
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

/// One's own, and for officers those of their authorities.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(Column::AccountId), &[scope.account_id])
        .or(Sight::keys(table.col(Column::AuthorityId), &scope.authorities(&[Role::Officer])))
}
