//! Rows of LocalAuthority, within a scope.

use entity::ids::{AuthorityId, Key};
use entity::local_authority::{Column, Entity};
use entity::{partnership, provider};

use crate::access::scope::Sight;
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("LocalAuthority", AuthorityId::PREFIX, "A local authority. Whoever holds a role in it sees it.")
        .listed_as("localAuthorities")
        .column("code", Column::Code, "Three-digit code of the Department for Education.")
        .column("name", Column::Name, "Its name.")
        .stamped()
        .many("partnerships", "Partnership", partnership::Column::AuthorityId, "Its partnerships.")
        .many("providers", "Provider", provider::Column::AuthorityId, "Providers known in it.")
        .ordered_by("name", Direction::Ascending)
        .seen_by(|scope, table| Sight::keys(table.col(Column::Id), &scope.any_authority()))
}
