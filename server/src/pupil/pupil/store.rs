//! Rows of Pupil, within a scope.

use crate::graph::tree::Kind;
use domain::Code;
use domain::placement::PlacementState;
use domain::pupil::{Answer, PrimaryNeed, SenProvision};
use entity::ids::{Key, PupilId};
use entity::pupil::{Column, Entity};
use entity::{attendance_mark, placement};
use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Func, Query};

use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Pupil", PupilId::PREFIX, "A pupil. Officers see all of their authority, coordinators those on the roll of their schools, a provider those placed with it; analysts may only count. Every read is audited.")
        .listed_as("pupils")
        .column("givenName", Column::GivenName, "Given name.")
        .column("familyName", Column::FamilyName, "Family name.")
        .derived("initials", Kind::Text, "Initials, where no more is needed (S251).", |table| {
            let first = |column: Column| Expr::from(Func::cust("substr").args([table.col(column), Expr::val(1), Expr::val(1)]));
            first(Column::GivenName).binary(BinOper::Custom("||".into()), first(Column::FamilyName))
        })
        .column("upn", Column::Upn, "Unique pupil number; some pupils have none yet. For officers and coordinators.")
        .guarded(commissioners)
        .column("dateOfBirth", Column::DateOfBirth, "Date of birth.")
        .column("yearGroup", Column::YearGroup, "National curriculum year.")
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
}

/// Officers of the authority and coordinators of the school's partnership.
fn commissioners(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(Column::AuthorityId), &scope.authorities(&[domain::access::Role::Officer]))
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
