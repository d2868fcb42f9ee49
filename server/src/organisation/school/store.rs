//! Rows of School, within a scope.

use domain::organisation::SchoolPhase;
use entity::ids::{Key, SchoolId};
use entity::school::{ActiveModel, Column, Entity, Model};
use entity::{contact, placement, pupil, school_membership};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::graph::CreateSchoolInput;
use crate::access::find;
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;
use crate::organisation::of_any_authority;

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
        .seen_by(of_any_authority)
}

/// A row that the viewer may see.
pub async fn seen(write: &Write<'_>, id: SchoolId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), of_any_authority, id).await
}

/// Whether a school of any authority has this unique reference number.
pub async fn has_urn(write: &Write<'_>, urn: i32) -> Result<bool, DbErr> {
    Ok(Entity::find().filter(Column::Urn.eq(urn)).one(&write.tx).await?.is_some())
}

/// Writes a new school.
pub async fn insert(write: &Write<'_>, id: SchoolId, input: CreateSchoolInput, postcode: String) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(id),
        authority_id: Set(input.authority_id.0),
        urn: Set(input.urn),
        name: Set(input.name.trim().to_owned()),
        phase: Set(input.phase.0.into()),
        postcode: Set(postcode),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        version: Set(1),
    };
    Entity::insert(row).exec_without_returning(&write.tx).await.map(drop)
}

/// Counts a change of a school, if it is still at the version that was read; whether it was.
pub async fn touch(write: &Write<'_>, school: &Model) -> Result<bool, DbErr> {
    let row = ActiveModel { updated_at: Set(write.now), version: Set(school.version + 1), ..Default::default() };
    let touched = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(school.id))
        .filter(Column::Version.eq(school.version))
        .exec(&write.tx)
        .await?;
    Ok(touched.rows_affected == 1)
}
