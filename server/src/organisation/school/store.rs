//! Rows of School, within a scope.

use domain::organisation::SchoolPhase;
use entity::ids::{Key, SchoolId};
use entity::school::{Column, Entity};
use entity::{contact, placement, pupil, school_membership};

use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("School", SchoolId::PREFIX, "A school. Whoever holds a role in its authority sees it.")
        .listed_as("schools")
        .column("name", Column::Name, "Its name.")
        .column("urn", Column::Urn, "Unique reference number of the school register.")
        .code::<SchoolPhase>("phase", Column::Phase, "Phase of education.")
        .column("postcode", Column::Postcode, "Postcode.")
        .stamped()
        .one("authority", "LocalAuthority", Column::AuthorityId, "Its authority.")
        .many(
            "memberships",
            "SchoolMembership",
            school_membership::Column::SchoolId,
            "Partnerships that it is, was or will be a member of.",
        )
        .many("pupils", "Pupil", pupil::Column::SchoolId, "Pupils on its roll.")
        .many("placements", "Placement", placement::Column::OnRollSchoolId, "Placements of pupils on its roll.")
        .many("contacts", "Contact", contact::Column::SchoolId, "People to ring.")
        .ordered_by("name", Direction::Ascending)
        .seen_by(super::super::of_any_authority)
}
