//! Rows of Partnership, within a scope.

use entity::ids::{AuthorityId, Key, PartnershipId};
use entity::partnership::{ActiveModel, Column, Entity, Model};
use entity::{contact, school_membership};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::access::find;
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;
use crate::organisation::of_any_authority;

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
    .seen_by(of_any_authority)
}

/// A row that the viewer may see.
pub async fn seen(write: &Write<'_>, id: PartnershipId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), of_any_authority, id).await
}

/// The authority's partnership of this short name.
pub async fn by_code(write: &Write<'_>, authority_id: AuthorityId, code: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::AuthorityId.eq(authority_id)).filter(Column::Code.eq(code)).one(&write.tx).await
}

/// Writes a new partnership.
pub async fn insert(
    write: &Write<'_>,
    id: PartnershipId,
    authority_id: AuthorityId,
    code: String,
    name: &str,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(id),
        authority_id: Set(authority_id),
        code: Set(code),
        name: Set(name.to_owned()),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        version: Set(1),
    };
    Entity::insert(row).exec_without_returning(&write.tx).await.map(drop)
}
