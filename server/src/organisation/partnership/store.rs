//! Rows of Partnership, within a scope.

use entity::ids::{Key, PartnershipId};
use entity::partnership::{Column, Entity};
use entity::{contact, school_membership};

use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Partnership",
        PartnershipId::PREFIX,
        "A partnership of schools (S11). Whoever holds a role in its authority sees it.",
    )
    .listed_as("partnerships")
    .column("code", Column::Code, "Short name.")
    .column("name", Column::Name, "Its name.")
    .stamped()
    .one("authority", "LocalAuthority", Column::AuthorityId, "Its authority.")
    .many(
        "schoolMemberships",
        "SchoolMembership",
        school_membership::Column::PartnershipId,
        "Schools that are, were or will be members.",
    )
    .many("contacts", "Contact", contact::Column::PartnershipId, "People to ring.")
    .ordered_by("name", Direction::Ascending)
    .seen_by(super::super::of_any_authority)
}
