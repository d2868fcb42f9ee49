//! Rows of Site, within a scope.

use entity::ids::{Key, SiteId};
use entity::site::{Column, Entity};

use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Site",
        SiteId::PREFIX,
        "A place where a provider works with pupils. Who sees the provider sees it.",
    )
    .listed_as("sites")
    .column("name", Column::Name, "Its name.")
    .column("address", Column::Address, "Address in one line.")
    .column("postcode", Column::Postcode, "Postcode.")
    .column("uprn", Column::Uprn, "Unique property reference number.")
    .column("startsOn", Column::StartsOn, "First day in use.")
    .column("endsOn", Column::EndsOn, "First day no longer in use; null while it is.")
    .stamped()
    .one("provider", "Provider", Column::ProviderId, "Its provider.")
    .ordered_by("name", Direction::Ascending)
    .seen_by(|scope, table| super::super::staff_or_own(scope, table, Column::ProviderId))
}
