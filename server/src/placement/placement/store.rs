//! Rows of Placement, within a scope.

use crate::graph::tree::Kind;
use chrono::NaiveDate;
use domain::access::Role;
use domain::disclosure::PLACEMENTS;
use domain::placement::{PlacementState, RateBasis};
use entity::ids::{AuthorityId, Key, PlacementId, ProviderId, PupilId, SiteId};
use entity::placement::{ActiveModel, Column, Entity, Model};
use entity::{Coded, attendance_mark, partnership, placement_session, provider, pupil, school, site};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait, Func, IntoIden, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};

use super::graph::PartyInput;
use crate::access::find::seen;
use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun, Rollup};
use crate::ledger::Write;
use crate::organisation::{of_any_authority, staff_or_own};

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
        .counted_in(&PLACEMENTS, Column::PupilId)
        .rolled_up(|role| role == Role::Officer, &[
            Rollup { table: "placement_by_state", columns: &["state", "rate_basis"], month: None },
            Rollup { table: "placement_by_provider", columns: &["provider_id", "state"], month: None },
            Rollup { table: "placement_by_school", columns: &["on_roll_school_id", "state"], month: None },
        ])
}

/// Who sees a placement: officers, coordinators of its school or its contracting or paying partnership, its provider, its broker.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    officers(scope, table).or(parties(scope, table))
}

/// Who sees what belongs to a placement: whoever sees the placement. It names its authority itself, so that nobody who sees all of
/// an authority has each placement looked at.
pub fn through(scope: &Scope, table: &Table) -> Sight {
    let row = Table::named("of_placement");
    let placement_id = table.col("placement_id");
    officers(scope, table).or(crate::access::scope::behind("placement", &row, placement_id, parties(scope, &row)))
}

fn officers(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col("authority_id"), &scope.authorities(&[Role::Officer]))
}

fn parties(scope: &Scope, table: &Table) -> Sight {
    let (partnerships, providers) = (scope.partnerships(), scope.providers());
    Sight::keys(table.col(Column::OnRollSchoolId), &scope.schools())
        .or(Sight::keys(table.col(Column::ContractingPartnershipId), &partnerships))
        .or(Sight::keys(table.col(Column::PayingPartnershipId), &partnerships))
        .or(Sight::keys(table.col(Column::ProviderId), &providers))
        .or(Sight::keys(table.col(Column::BrokerId), &providers))
}

/// Whether somebody commissions this placement: an officer, or a coordinator of its school or of a party to it.
pub fn commissions(scope: &Scope, row: &Model) -> bool {
    let partnerships = scope.partnerships();
    scope.holds(Role::Officer, row.authority_id)
        || scope.schools().contains(&row.on_roll_school_id)
        || [row.contracting_partnership_id, row.paying_partnership_id]
            .iter()
            .flatten()
            .any(|id| partnerships.contains(id))
}

/// Whether somebody works for its provider.
pub fn provides(scope: &Scope, row: &Model) -> bool {
    scope.works_for(row.provider_id)
}

/// The placement with this id, if the writer may see it.
pub async fn find(write: &Write<'_>, id: PlacementId) -> Result<Option<Model>, DbErr> {
    seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// The provider with this id, if the writer may see it and it is of this authority.
pub async fn provider(
    write: &Write<'_>,
    authority_id: AuthorityId,
    id: ProviderId,
) -> Result<Option<provider::Model>, DbErr> {
    let rule = |scope: &Scope, table: &Table| staff_or_own(scope, table, provider::Column::Id);
    let found = seen::<provider::Entity>(&write.tx, write.scope(), rule, id).await?;
    Ok(found.filter(|provider| provider.authority_id == authority_id))
}

/// Whether the provider works at the site with this id.
pub async fn is_site_of(write: &Write<'_>, provider_id: ProviderId, id: SiteId) -> Result<bool, DbErr> {
    let rule = |scope: &Scope, table: &Table| staff_or_own(scope, table, site::Column::ProviderId);
    let found = seen::<site::Entity>(&write.tx, write.scope(), rule, id).await?;
    Ok(found.is_some_and(|site| site.provider_id == provider_id))
}

/// Whether the writer may commit this party, of this authority: an officer any, a coordinator their own schools and
/// partnership, and the authority that they propose to.
pub async fn may_commit(write: &Write<'_>, authority_id: AuthorityId, party: PartyInput) -> Result<bool, DbErr> {
    let (scope, tx) = (write.scope(), &write.tx);
    let officer = scope.holds(Role::Officer, authority_id);
    Ok(match party {
        PartyInput::AuthorityId(id) => id.0 == authority_id,
        PartyInput::SchoolId(id) => {
            let found = seen::<school::Entity>(tx, scope, of_any_authority, id.0).await?;
            found.is_some_and(|school| school.authority_id == authority_id)
                && (officer || scope.schools().contains(&id.0))
        }
        PartyInput::PartnershipId(id) => {
            let found = seen::<partnership::Entity>(tx, scope, of_any_authority, id.0).await?;
            found.is_some_and(|partnership| partnership.authority_id == authority_id)
                && (officer || scope.partnerships().contains(&id.0))
        }
    })
}

/// Every current placement of a pupil, whoever may see it: a week that is taken is taken. Holds the pupil's row.
pub async fn current_of_pupil(write: &Write<'_>, pupil_id: PupilId) -> Result<Vec<Model>, DbErr> {
    pupil::Entity::find_by_id(pupil_id).lock_exclusive().one(&write.tx).await?;
    Entity::find()
        .filter(Column::PupilId.eq(pupil_id))
        .filter(Column::State.is_in(PlacementState::CURRENT.map(Coded)))
        .all(&write.tx)
        .await
}

/// A step of a placement's life, and what it writes down.
#[derive(Debug)]
pub struct Step {
    /// The state that it leads to.
    pub state: PlacementState,
    /// The first day on record, where the step settles it.
    pub starts_on: Option<NaiveDate>,
    /// The last day, where the step settles it.
    pub ended_on: Option<NaiveDate>,
    /// Why it ended or was cancelled.
    pub reason: Option<String>,
}

impl Step {
    /// A step that writes down nothing but the state.
    pub fn to(state: PlacementState) -> Self {
        Self { state, starts_on: None, ended_on: None, reason: None }
    }
}

impl From<Step> for ActiveModel {
    fn from(step: Step) -> Self {
        Self {
            state: Set(step.state.into()),
            starts_on: step.starts_on.map_or(NotSet, Set),
            ended_on: step.ended_on.map_or(NotSet, |day| Set(Some(day))),
            end_reason: step.reason.map_or(NotSet, |reason| Set(Some(reason.trim().to_owned()))),
            ..<Self as Default>::default()
        }
    }
}

/// Writes a new placement.
pub async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(db).await.map(drop)
}

/// Writes a change over the version and state that it was decided on; false where somebody else was quicker.
pub async fn advance(write: &Write<'_>, row: &Model, change: ActiveModel) -> Result<bool, DbErr> {
    let change = ActiveModel { updated_at: Set(write.now), version: Set(row.version + 1), ..change };
    let done = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(row.id))
        .filter(Column::State.eq(row.state))
        .filter(Column::Version.eq(row.version))
        .exec(&write.tx)
        .await?;
    Ok(done.rows_affected == 1)
}
