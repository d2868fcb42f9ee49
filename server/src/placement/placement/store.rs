//! Rows of Placement, within a scope.

use crate::graph::tree::Kind;
use domain::access::Role;
use domain::placement::{PlacementState, RateBasis};
use entity::ids::{Key, PlacementId};
use entity::placement::{Column, Entity};
use entity::{attendance_mark, placement_session};
use sea_orm::sea_query::{Expr, ExprTrait, Func, IntoIden, Query};

use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Placement", PlacementId::PREFIX, "A placement: pupil, provider, and the parties, kept apart (D11). Officers see all of their authority, coordinators those of their schools or their partnership's contracts, a provider its own; analysts may only count.")
        .listed_as("placements")
        .code::<PlacementState>("state", Column::State, "State.")
        .column("startsOn", Column::StartsOn, "Start date (S1).")
        .column("targetEndsOn", Column::TargetEndsOn, "Target end date (S1).")
        .column("endedOn", Column::EndedOn, "Actual end date (S84); null while it runs.")
        .column("endReason", Column::EndReason, "Why it ended or was cancelled.")
        .money("rate", Column::RatePence, "Agreed rate, in pounds per `rateBasis`.")
        .code::<RateBasis>("rateBasis", Column::RateBasis, "What the rate is per.")
        .column("purpose", Column::Purpose, "Purpose in commissioning (S1).")
        .derived("weeklyMinutes", Kind::BigInt, "Minutes a week, from the weekly sessions.", |table| {
            let row = Table::named("weekly");
            let mut minutes = Query::select();
            minutes
                .expr(Expr::from(Func::coalesce([row.col(placement_session::Column::Minutes).sum(), Expr::val(0)])).cast_as("bigint"))
                .from_as("placement_session", row.alias())
                .and_where(row.col(placement_session::Column::PlacementId).eq(table.col(Column::Id)));
            Expr::SubQuery(None, Box::new(minutes.into()))
        })
        .stamped()
        .one("pupil", "Pupil", Column::PupilId, "The pupil.")
        .one("provider", "Provider", Column::ProviderId, "The provider.")
        .one("site", "Site", Column::SiteId, "Where, if it is settled.")
        .one("onRollSchool", "School", Column::OnRollSchoolId, "School whose roll the pupil is on.")
        .any_of("contractingParty", "Party", vec![
            (Column::ContractingSchoolId.into_iden(), "School"),
            (Column::ContractingPartnershipId.into_iden(), "Partnership"),
            (Column::ContractingAuthorityId.into_iden(), "LocalAuthority"),
        ], "Who signs the agreement (S86).")
        .any_of("payingParty", "Party", vec![
            (Column::PayingSchoolId.into_iden(), "School"),
            (Column::PayingPartnershipId.into_iden(), "Partnership"),
            (Column::PayingAuthorityId.into_iden(), "LocalAuthority"),
        ], "Who pays.")
        .one("broker", "Provider", Column::BrokerId, "Who arranged it, if a broker did (S145).")
        .many("sessions", "PlacementSession", placement_session::Column::PlacementId, "Its week.")
        .many("marks", "AttendanceMark", attendance_mark::Column::PlacementId, "Its attendance marks.")
        .ordered_by("startsOn", Direction::Descending)
        .seen_by(may_see)
        .counted_by(|scope, table| may_see(scope, table).or(crate::organisation::counted(scope, table)))
}

/// Who sees a placement: officers, coordinators of its school or its contracting or paying partnership, its provider, its broker.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    let (partnerships, providers) = (scope.partnerships(), scope.providers());
    Sight::keys(table.col(Column::AuthorityId), &scope.authorities(&[Role::Officer]))
        .or(Sight::keys(table.col(Column::OnRollSchoolId), &scope.schools()))
        .or(Sight::keys(table.col(Column::ContractingPartnershipId), &partnerships))
        .or(Sight::keys(table.col(Column::PayingPartnershipId), &partnerships))
        .or(Sight::keys(table.col(Column::ProviderId), &providers))
        .or(Sight::keys(table.col(Column::BrokerId), &providers))
}

/// Who sees what belongs to a placement: whoever sees the placement.
pub fn through(scope: &Scope, placement_id: Expr) -> Sight {
    let row = Table::named("of_placement");
    crate::access::scope::behind("placement", &row, placement_id, may_see(scope, &row))
}
