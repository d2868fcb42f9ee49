//! Organisations: who commissions, who provides, and who answers for them.

use domain::access::Role;
use entity::ids::AuthorityId;
use sea_orm::sea_query::IntoIden;

use crate::access::scope::{Scope, Sight, Table};

pub mod authority;
pub mod contact;
pub mod partnership;
pub mod provider;
pub mod school;
pub mod school_membership;
pub mod site;
#[cfg(test)]
mod tests;

use crate::graph::tree::Noun;

/// The nouns of this area.
#[must_use]
pub fn nouns() -> Vec<Noun> {
    vec![
        authority::store::noun(),
        partnership::store::noun(),
        school::store::noun(),
        school_membership::store::noun(),
        provider::store::noun(),
        site::store::noun(),
        contact::store::noun(),
    ]
}

/// Rows of the authorities in which the viewer holds any role.
pub fn of_any_authority(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col("authority_id"), &scope.any_authority())
}

/// Rows of the viewer's authorities for their staff; for a provider's people the rows whose column names their provider.
pub fn staff_or_own(scope: &Scope, table: &Table, provider: impl IntoIden) -> Sight {
    let staff = [Role::Officer, Role::Coordinator, Role::Visitor, Role::Analyst];
    Sight::keys(table.col("authority_id"), &scope.authorities(&staff))
        .or(Sight::keys(table.col(provider), &scope.providers()))
}

/// Whether the viewer keeps the records of an authority's organisations: its officers and coordinators do.
pub fn keeps_records(scope: &Scope, authority_id: AuthorityId) -> bool {
    [Role::Officer, Role::Coordinator].iter().any(|role| scope.holds(*role, authority_id))
}

/// Rows about children that analysts of their authority may count, and not see.
pub fn counted(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col("authority_id"), &scope.authorities(&[Role::Analyst]))
}
