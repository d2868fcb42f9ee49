//! Rows of SchoolMembership, within a scope.

use chrono::NaiveDate;
use domain::organisation::school::Term;
use entity::ids::{Key, PartnershipId, SchoolId, SchoolMembershipId};
use entity::school;
use entity::school_membership::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

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

/// A membership of a school, as the rule about moving sees it.
#[derive(Debug)]
pub struct Held {
    /// Its key.
    pub id: SchoolMembershipId,
    /// Where, and from when to when.
    pub term: Term<PartnershipId>,
}

/// The memberships of a school, the earliest first.
pub async fn of_school(write: &Write<'_>, school_id: SchoolId) -> Result<Vec<Held>, DbErr> {
    let rows = Entity::find()
        .filter(Column::SchoolId.eq(school_id))
        .order_by_asc(Column::StartsOn)
        .order_by_asc(Column::Id)
        .all(&write.tx)
        .await?;
    let held = rows.into_iter().map(|row| Held {
        id: row.id,
        term: Term { partnership: row.partnership_id, starts_on: row.starts_on, ends_on: row.ends_on },
    });
    Ok(held.collect())
}

/// Ends a membership on a day.
pub async fn end(write: &Write<'_>, held: &Held, day: NaiveDate) -> Result<(), DbErr> {
    Entity::update_many()
        .set(ActiveModel { ends_on: Set(Some(day)), updated_at: Set(write.now), ..Default::default() })
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(held.id))
        .exec(&write.tx)
        .await
        .map(drop)
}

/// Begins a membership on a day.
pub async fn insert(
    write: &Write<'_>,
    id: SchoolMembershipId,
    school: &school::Model,
    partnership_id: PartnershipId,
    starts_on: NaiveDate,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(id),
        authority_id: Set(school.authority_id),
        school_id: Set(school.id),
        partnership_id: Set(partnership_id),
        starts_on: Set(starts_on),
        ends_on: Set(None),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        version: Set(1),
    };
    Entity::insert(row).exec_without_returning(&write.tx).await.map(drop)
}
