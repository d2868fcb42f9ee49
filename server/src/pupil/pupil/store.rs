//! Rows of Pupil, within a scope.

use crate::graph::tree::Kind;
use domain::Code;
use domain::access::Role;
use domain::disclosure::PUPILS;
use domain::placement::PlacementState;
use domain::pupil::{Answer, PrimaryNeed, SenProvision};
use entity::ids::{Key, PupilId, SchoolId};
use entity::pupil::{ActiveModel, Column, Entity, Model};
use entity::{attendance_mark, placement, school};
use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Func, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
};

use crate::access::find::seen;
use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Coded, Direction, Noun};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Pupil", PupilId::PREFIX, "A pupil. Officers see all of their authority, coordinators those on the roll of their schools, a provider those placed with it; analysts may only count. Every read is audited.")
        .listed_as("pupils")
        .column("givenName", Column::GivenName, "Given name.")
        .column("familyName", Column::FamilyName, "Family name.")
        .derived("initials", Kind::Text, "Initials, where no more is needed (S251).", |table| {
            let first = |column: Column| Expr::from(Func::cust("substr").args([table.col(column), Expr::val(1), Expr::val(1)]));
            first(Column::GivenName).binary(BinOper::Custom("||"), first(Column::FamilyName))
        })
        .column("upn", Column::Upn, "Unique pupil number; some pupils have none yet. For officers and coordinators.")
        .guarded(commissioners)
        .column("dateOfBirth", Column::DateOfBirth, "Date of birth.")
        .column("yearGroup", Column::YearGroup, "National curriculum year.")
        .coded(Coded::Numbers(0..=13))
        .code::<SenProvision>("senProvision", Column::SenProvision, "SEN provision.")
        .code::<PrimaryNeed>("primaryNeed", Column::PrimaryNeed, "Primary need.")
        .code::<Answer>("lookedAfter", Column::LookedAfter, "Whether an authority looks after the pupil. For officers and coordinators.")
        .guarded(commissioners)
        .stamped()
        .one("school", "School", Column::SchoolId, "The school whose roll the pupil is on.")
        .many("placements", "Placement", placement::Column::PupilId, "The pupil's placements; several may run at once.")
        .many("marks", "AttendanceMark", attendance_mark::Column::PupilId, "The pupil's attendance marks.")
        .ordered_by("familyName", Direction::Ascending)
        .ordered_by("givenName", Direction::Ascending)
        .audited()
        .seen_by(may_see)
        .counted_by(|scope, table| may_see(scope, table).or(crate::organisation::counted(scope, table)))
        .counted_in(&PUPILS, Column::Id)
}

/// Officers of the authority and coordinators of the school's partnership.
fn commissioners(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(Column::AuthorityId), &scope.authorities(&[Role::Officer]))
        .or(Sight::keys(table.col(Column::SchoolId), &scope.schools()))
}

/// Who sees a pupil: the commissioners, and a provider with whom the pupil is placed or about to be.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    commissioners(scope, table).or(placed_with(scope, table))
}

fn placed_with(scope: &Scope, table: &Table) -> Sight {
    let row = Table::named("placed");
    let Sight::Where(own) = Sight::keys(row.col(placement::Column::ProviderId), &scope.providers()) else {
        return Sight::Nothing;
    };
    let current = [PlacementState::Agreed, PlacementState::Active].map(Code::as_str);
    let mut placements = Query::select();
    placements
        .expr(Expr::val(1))
        .from_as("placement", row.alias())
        .and_where(row.col(placement::Column::PupilId).eq(table.col(Column::Id)))
        .and_where(row.col(placement::Column::State).is_in(current))
        .and_where(own);
    Sight::Where(Expr::exists(placements))
}

/// Whether somebody commissions provision at all.
pub fn may_commission(scope: &Scope) -> bool {
    !scope.authorities(&[Role::Officer, Role::Coordinator]).is_empty()
}

/// The pupil with this id, if the writer may see it.
pub async fn find(write: &Write<'_>, id: PupilId) -> Result<Option<Model>, DbErr> {
    seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// The school with this id, if the writer looks after its pupils.
pub async fn school(write: &Write<'_>, id: SchoolId) -> Result<Option<school::Model>, DbErr> {
    seen::<school::Entity>(&write.tx, write.scope(), enrols, id).await
}

/// Schools whose pupils somebody looks after: an officer of the authority, a coordinator of their partnership.
fn enrols(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(school::Column::AuthorityId), &scope.authorities(&[Role::Officer]))
        .or(Sight::keys(table.col(school::Column::Id), &scope.schools()))
}

/// Whether somebody looks after this pupil, as an officer or a coordinator.
pub fn commissions(scope: &Scope, pupil: &Model) -> bool {
    scope.holds(Role::Officer, pupil.authority_id) || scope.schools().contains(&pupil.school_id)
}

/// Another pupil of the authority with the same unique pupil number.
pub async fn with_number_of(db: &impl ConnectionTrait, pupil: &Model) -> Result<Option<Model>, DbErr> {
    let Some(upn) = &pupil.upn else { return Ok(None) };
    Entity::find()
        .filter(Column::AuthorityId.eq(pupil.authority_id))
        .filter(Column::Upn.eq(upn.clone()))
        .filter(Column::Id.ne(pupil.id))
        .one(db)
        .await
}

/// Writes a new pupil.
pub async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    let row = row.into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(db).await.map(drop)
}

/// Writes a pupil over the version it was read in; false where that is no longer the version.
pub async fn update(write: &Write<'_>, row: Model) -> Result<bool, DbErr> {
    let (id, version) = (row.id, row.version);
    let row =
        ActiveModel { updated_at: Set(write.now), version: Set(version + 1), ..row.into_active_model().reset_all() };
    let done = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(version))
        .exec(&write.tx)
        .await?;
    Ok(done.rows_affected == 1)
}
