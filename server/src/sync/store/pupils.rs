//! Pupils who attend on the day of a visit, as initials, year and days (S251): two statements.
//!
//! A visitor sees no pupil's record. What is said of a pupil has an id of its own for each visit, which leads to nothing.

use std::collections::BTreeMap;

use async_graphql::ID;
use domain::Code;
use domain::placement::{PlacementState, Weekday};
use domain::reference::stable_id;
use entity::{Private, placement, placement_session, pupil, visit};
use sea_orm::sea_query::{CaseStatement, Condition, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QueryResult};
use uuid::Uuid;

use super::{Eyes, Row, condition, nothing};
use crate::access::scope::{Sight, Table};
use crate::database::among;
use crate::sync::types::{SyncItem, SyncPupil, SyncRemoved};

/// Which pairs of visit and placement are wanted.
#[derive(Debug, Clone, Copy)]
pub enum Pairs<'a> {
    /// So many of those who attend, after this visit and placement.
    After { visit: Uuid, placement: Uuid, limit: u64 },
    /// Those of these visits, placements and pupils, whether or not they attend: who does not is said to be gone.
    Of { visits: &'a [Uuid], placements: &'a [Uuid], pupils: &'a [Uuid] },
}

/// What is said of pupils, and whose records it was taken from.
#[derive(Debug, Default)]
pub struct Attending {
    /// What is said.
    pub rows: Vec<Row>,
    /// Pupils whose initials and year were read.
    pub read: Vec<Uuid>,
}

/// Reads who attends.
pub async fn pupils(db: &impl ConnectionTrait, eyes: Eyes<'_>, pairs: Pairs<'_>) -> Result<Attending, DbErr> {
    let backend = db.get_database_backend();
    let found = db.query_all(&statement(backend, eyes, pairs)).await?;
    let found = found.iter().map(Pair::read).collect::<Result<Vec<_>, _>>()?;
    let attending = || found.iter().filter(|pair| pair.attends);
    let sessions = placement_session::Entity::find()
        .filter(among(
            backend,
            placement_session::Column::PlacementId.into_expr(),
            attending().map(|pair| pair.placement),
        ))
        .order_by_asc(placement_session::Column::Id)
        .all(db)
        .await?;
    let mut days: BTreeMap<Uuid, Vec<Weekday>> = BTreeMap::new();
    for session in sessions {
        days.entry(session.placement_id.0).or_default().push(session.weekday.0);
    }
    let read = attending().map(|pair| pair.pupil).collect();
    let rows = found.iter().map(|pair| pair.said(days.get(&pair.placement).cloned().unwrap_or_default()));
    Ok(Attending { rows: rows.collect(), read })
}

/// A placement at the provider of a visit.
struct Pair {
    visit: Uuid,
    placement: Uuid,
    pupil: Uuid,
    given_name: Private<String>,
    family_name: Private<String>,
    year_group: i32,
    attends: bool,
}

impl Pair {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            visit: row.try_get_by_index(0)?,
            placement: row.try_get_by_index(1)?,
            pupil: row.try_get_by_index(2)?,
            given_name: row.try_get_by_index(3)?,
            family_name: row.try_get_by_index(4)?,
            year_group: row.try_get_by_index(5)?,
            attends: row.try_get_by_index::<i32>(6)? == 1,
        })
    }

    fn said(&self, days: Vec<Weekday>) -> Row {
        let id = stable_id(&["pupil at visit", &self.visit.to_string(), &self.placement.to_string()]);
        let id = ID(format!("pupil_at_visit:{id}"));
        let item = if self.attends {
            let pupil = SyncPupil {
                id,
                visit: ID(format!("visit:{}", self.visit)),
                initials: self.given_name.0.chars().take(1).chain(self.family_name.0.chars().take(1)).collect(),
                year: year(self.year_group),
                days: week(days),
            };
            SyncItem { pupil: Some(Box::new(pupil)), ..SyncItem::default() }
        } else {
            SyncItem { removed: Some(Box::new(SyncRemoved { id })), ..SyncItem::default() }
        };
        Row { id: self.visit, within: self.placement, item }
    }
}

fn year(group: i32) -> String {
    if group < 1 { "Reception".to_owned() } else { format!("Year {group}") }
}

/// Days of the week in order, e.g. `Mon, Thu`.
fn week(mut days: Vec<Weekday>) -> String {
    days.sort_unstable();
    days.dedup();
    let short = |day: &Weekday| match day {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
    };
    days.iter().map(short).collect::<Vec<_>>().join(", ")
}

fn statement(backend: DbBackend, eyes: Eyes<'_>, pairs: Pairs<'_>) -> SelectStatement {
    let (visit, placement, pupil) = (Table::named("v"), Table::named("p"), Table::named("u"));
    let attends = attends(&visit, &placement);
    let keys = (visit.col(visit::Column::Id), placement.col(placement::Column::Id));
    let mut statement = Query::select();
    statement
        .expr(keys.0.clone())
        .expr(keys.1.clone())
        .expr(pupil.col(pupil::Column::Id))
        .expr(pupil.col(pupil::Column::GivenName))
        .expr(pupil.col(pupil::Column::FamilyName))
        .expr(pupil.col(pupil::Column::YearGroup))
        .expr(CaseStatement::new().case(attends.clone(), 1).finally(0))
        .from_as("visit", visit.alias())
        .join_as(
            sea_orm::JoinType::InnerJoin,
            "placement",
            placement.alias(),
            placement.col(placement::Column::ProviderId).eq(visit.col(visit::Column::ProviderId)),
        )
        .join_as(
            sea_orm::JoinType::InnerJoin,
            "pupil",
            pupil.alias(),
            pupil.col(pupil::Column::Id).eq(placement.col(placement::Column::PupilId)),
        )
        .cond_where(condition(eyes.visits(&visit)))
        .cond_where(condition(Sight::keys(placement.col(placement::Column::AuthorityId), &eyes.scope.qa_team())))
        .order_by_expr(keys.0.clone(), Order::Asc)
        .order_by_expr(keys.1.clone(), Order::Asc);
    match pairs {
        Pairs::After { visit, placement, limit } => {
            let beyond = keys.0.clone().gt(visit).or(keys.0.eq(visit).and(keys.1.gt(placement)));
            statement.and_where(attends).and_where(beyond).limit(limit);
        }
        Pairs::Of { visits, placements, pupils } => {
            let wanted: Condition = nothing()
                .add(among(backend, keys.0, visits.iter().copied()))
                .add(among(backend, keys.1, placements.iter().copied()))
                .add(among(backend, pupil.col(pupil::Column::Id), pupils.iter().copied()));
            statement.cond_where(wanted);
        }
    }
    statement
}

/// Whether a placement holds on the day of a visit.
fn attends(visit: &Table, placement: &Table) -> Expr {
    let day = || visit.col(visit::Column::PlannedFor);
    let running = [PlacementState::Agreed, PlacementState::Active, PlacementState::Ended].map(Code::as_str);
    let ended_on = placement.col(placement::Column::EndedOn);
    placement
        .col(placement::Column::State)
        .is_in(running)
        .and(placement.col(placement::Column::StartsOn).lte(day()))
        .and(ended_on.clone().is_null().or(ended_on.gte(day())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_and_a_year_read_as_people_say_them() {
        assert_eq!(week(vec![Weekday::Thursday, Weekday::Monday, Weekday::Thursday]), "Mon, Thu");
        assert_eq!((week(vec![]), year(9), year(0)), (String::new(), "Year 9".to_owned(), "Reception".to_owned()));
    }
}
