//! Rows of SchoolMembership, within a scope.

use entity::ids::{Key, SchoolMembershipId};
use entity::school_membership::{Column, Entity};

use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "SchoolMembership",
        SchoolMembershipId::PREFIX,
        "A school's membership of a partnership, from one date to another (D9).",
    )
    .listed_as("schoolMemberships")
    .column("startsOn", Column::StartsOn, "First day.")
    .column("endsOn", Column::EndsOn, "First day on which it no longer holds; null while it does.")
    .stamped()
    .one("school", "School", Column::SchoolId, "The school.")
    .one("partnership", "Partnership", Column::PartnershipId, "The partnership.")
    .ordered_by("startsOn", Direction::Ascending)
    .seen_by(super::super::of_any_authority)
}
