//! Rows that a phone may take along, each kind with a statement or a few, however many rows there are.
//!
//! Nothing is read but through [`Eyes`]: the visits that the viewer makes, as far as they are of the QA team today, and what
//! belongs to those visits or to their providers.

mod around;
mod changes;
mod frameworks;
mod pupils;
mod visits;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::Code;
use domain::quality::VisitState;
use entity::{evidence as proof, judgement, visit, visit_visitor};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr};
use uuid::Uuid;

pub use around::{actions, documents, findings, outdated_findings, providers, sites};
pub use changes::{Said, aged, granted, read};
pub use frameworks::frameworks;
pub use pupils::{Attending, Pairs, pupils};
pub use visits::{evidence, judgements, receipts, visits};

use super::types::SyncItem;
use crate::access::scope::{Scope, Sight, Table, behind};
use crate::database::among;

/// Days for which a visit that is over stays in the feed.
pub const DAYS_KEPT: u64 = 30;

/// Which visits a viewer may take along.
#[derive(Debug, Clone, Copy)]
pub struct Eyes<'a> {
    /// Who looks.
    pub scope: &'a Scope,
    /// Visits that were over before this are left out; none where all may be seen.
    since: Option<DateTime<Utc>>,
}

impl<'a> Eyes<'a> {
    /// The visits that are open, or over for [`DAYS_KEPT`] at most.
    pub fn lately(scope: &'a Scope) -> Self {
        Self { scope, since: Some(first_moment(scope.today)) }
    }

    /// Every visit that the viewer makes or made.
    pub fn ever(scope: &'a Scope) -> Self {
        Self { scope, since: None }
    }

    /// The rows of the visit table that may be taken along.
    pub fn visits(&self, table: &Table) -> Sight {
        let part = Table::named("own_part");
        let mut own = Query::select();
        own.expr(Expr::val(1))
            .from_as("visit_visitor", part.alias())
            .and_where(part.col(visit_visitor::Column::VisitId).eq(table.col(visit::Column::Id)))
            .and_where(part.col(visit_visitor::Column::AccountId).eq(self.scope.account_id));
        let made = Sight::keys(table.col(visit::Column::AuthorityId), &self.scope.qa_team()).and(Expr::exists(own));
        match self.since {
            Some(since) => made.and(is_kept(table, since)),
            None => made,
        }
    }

    /// The rows of such visits: of their authorities, with whose rows a database may begin.
    fn of_visit(&self, rows: &Table) -> Condition {
        let made = Table::named("made");
        let of_visit = behind("visit", &made, rows.col("visit_id"), self.visits(&made));
        condition(of_visit.and_sight(Sight::keys(rows.col("authority_id"), &self.scope.qa_team())))
    }

    /// The rows of which a column of such a visit is the expression: its provider, its site, its framework.
    fn named_by(&self, column: visit::Column, id: Expr) -> Condition {
        let made = Table::named("naming");
        let Sight::Where(visible) = self.visits(&made) else { return nothing() };
        let mut visits = Query::select();
        visits.expr(Expr::val(1)).from_as("visit", made.alias()).and_where(made.col(column).eq(id)).and_where(visible);
        Condition::all().add(Expr::exists(visits))
    }
}

/// The first moment of the days for which visits that are over are kept.
pub fn first_moment(today: NaiveDate) -> DateTime<Utc> {
    (today - Days::new(DAYS_KEPT)).and_time(NaiveTime::MIN).and_utc()
}

fn is_kept(table: &Table, since: DateTime<Utc>) -> Expr {
    let state = |state: VisitState| table.col(visit::Column::State).eq(state.as_str());
    let complete = state(VisitState::Complete).and(table.col(visit::Column::CompletedAt).gte(since));
    let cancelled = state(VisitState::Cancelled).and(table.col(visit::Column::UpdatedAt).gte(since));
    state(VisitState::Planned).or(state(VisitState::InProgress)).or(complete).or(cancelled)
}

/// Which rows of a kind are wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    which: Condition,
    limit: Option<u64>,
}

impl Wanted {
    /// So many rows after this one, by id.
    pub fn after(column: Expr, last: Uuid, limit: u64) -> Self {
        Self { which: Condition::all().add(column.gt(last)), limit: Some(limit) }
    }

    /// Every row for which any of these holds.
    pub fn any(which: impl IntoIterator<Item = Expr>) -> Self {
        let which = which.into_iter().fold(nothing(), Condition::add);
        Self { which, limit: None }
    }
}

impl Wanted {
    /// These judgements.
    pub fn judgements(backend: DbBackend, ids: &[Uuid]) -> Self {
        Self::any([among(backend, judgement::Column::Id.into_expr(), ids.iter().copied())])
    }

    /// These pieces of evidence.
    pub fn evidence(backend: DbBackend, ids: &[Uuid]) -> Self {
        Self::any([among(backend, proof::Column::Id.into_expr(), ids.iter().copied())])
    }
}

/// Something that a phone is told of a row, and the row's id.
#[derive(Debug)]
pub struct Row {
    /// Its id; for a pupil that of the visit.
    pub id: Uuid,
    /// For a pupil that of the placement.
    pub within: Uuid,
    /// What is said.
    pub item: SyncItem,
}

impl Row {
    fn new(id: impl Into<Uuid>, item: SyncItem) -> Self {
        Self { id: id.into(), within: Uuid::nil(), item }
    }
}

fn condition(sight: Sight) -> Condition {
    match sight {
        Sight::All => Condition::all(),
        Sight::Nothing => nothing(),
        Sight::Where(holds) => Condition::all().add(holds),
    }
}

/// An "any" to be added to, which as it is lets nothing through.
fn nothing() -> Condition {
    Condition::any().add(Expr::cust("1 = 0"))
}

/// A subquery for one column of a table.
pub fn select(table: &'static str, column: &'static str) -> SelectStatement {
    let mut select = Query::select();
    select.column(column).from(table);
    select
}

/// The epoch of the database, as phones name it.
pub async fn epoch(db: &impl ConnectionTrait) -> Result<Uuid, DbErr> {
    crate::ledger::installation::epoch(db).await
}
