//! Which changes concern a viewer's phone, and what they are about.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::Code;
use domain::quality::VisitState;
use entity::change;
use entity::ids::{
    ActionId, ContactId, DocumentId, EvidenceId, FileId, FindingId, JudgementId, Key, PlacementId, ProviderId, PupilId,
    SiteId, VisitId, VisitVisitorId,
};
use entity::{visit, visit_visitor};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, JoinType, QueryFilter};
use uuid::Uuid;

use super::{first_moment, nothing, select};
use crate::access::scope::{Scope, Table};
use crate::database::among;
use crate::ledger::feed::{self, Change, Place, Stretch};

/// What changes are about: ids by noun.
#[derive(Debug, Default)]
pub struct Said(BTreeMap<String, Vec<Uuid>>);

impl Said {
    /// What these changes are about.
    pub fn of(changes: &[Change]) -> Self {
        let mut said = Self::default();
        for change in changes {
            said.0.entry(change.noun.clone()).or_default().push(change.noun_id);
        }
        said.0.values_mut().for_each(|ids| {
            ids.sort_unstable();
            ids.dedup();
        });
        said
    }

    /// The rows of a noun.
    pub fn ids<K: Key>(&self) -> &[Uuid] {
        self.0.get(K::PREFIX).map_or(&[], Vec::as_slice)
    }
}

/// Changes beyond a place that concern a viewer's phone, so many at most.
pub async fn read(db: &impl ConnectionTrait, scope: &Scope, from: Place, limit: u64) -> Result<Stretch, DbErr> {
    feed::stretch(db, from, concerning(db.get_database_backend(), scope), limit).await
}

/// Changes of the visits that the viewer makes or was taken off, and of what belongs to the visits that they make and to
/// the providers of those.
fn concerning(backend: DbBackend, scope: &Scope) -> Condition {
    let part = |table| Changed::row(table, "visit_id").of(scope);
    let of_visit = |table, key| Changed::row(table, key).in_visit("visit_id", scope);
    let of_provider = |table, key| Changed::row(table, key).at_provider(scope);
    let rows: [(&str, SelectStatement); 14] = [
        (VisitId::PREFIX, part("visit_visitor")),
        (VisitId::PREFIX, part("visit_leaver")),
        (VisitVisitorId::PREFIX, of_visit("visit_visitor", "id")),
        (JudgementId::PREFIX, of_visit("judgement", "id")),
        (EvidenceId::PREFIX, of_visit("evidence", "id")),
        (FileId::PREFIX, of_visit("evidence", "file_id")),
        (ProviderId::PREFIX, Changed::row("visit", "provider_id").in_visit("id", scope)),
        (SiteId::PREFIX, of_provider("site", "id")),
        (ContactId::PREFIX, of_provider("contact", "id")),
        (FindingId::PREFIX, of_provider("finding", "id")),
        (ActionId::PREFIX, of_provider("improvement_action", "id")),
        (DocumentId::PREFIX, of_provider("document", "id")),
        (PlacementId::PREFIX, of_provider("placement", "id")),
        (PupilId::PREFIX, of_provider("placement", "pupil_id")),
    ];
    let concerned = rows.into_iter().fold(nothing(), |any, (noun, row)| {
        any.add(Condition::all().add(change::Column::Noun.eq(noun)).add(looked_up(backend, row)))
    });
    let team = among(backend, Expr::col((change::Entity, change::Column::AuthorityId)), scope.qa_team());
    Condition::all().add(team).add(concerned)
}

/// Whether there is such a row. It is looked up for each change: an offset, as text, keeps PostgreSQL from gathering all that the
/// viewer's visits hold before it looks at the first.
fn looked_up(backend: DbBackend, row: SelectStatement) -> Expr {
    match backend {
        DbBackend::Postgres => Expr::cust_with_expr("EXISTS($1 OFFSET 0)", Expr::SubQuery(None, Box::new(row.into()))),
        _ => Expr::exists(row),
    }
}

/// The row that a change is about, as a subquery, narrowed to what leads to a visit that the viewer makes.
struct Changed {
    row: SelectStatement,
    table: Table,
}

impl Changed {
    /// The row of a table whose `key` the change names.
    fn row(table: &'static str, key: &'static str) -> Self {
        let changed = Table::named("changed");
        let mut row = Query::select();
        row.expr(Expr::cust("1"))
            .from_as(table, changed.alias())
            .and_where(changed.col(key).eq(Expr::col((change::Entity, change::Column::NounId))));
        Self { row, table: changed }
    }

    /// The viewer's own.
    fn of(mut self, scope: &Scope) -> SelectStatement {
        self.row.and_where(self.table.col("account_id").eq(scope.account_id)).take()
    }

    /// Of a visit of the viewer's, which this column names.
    fn in_visit(mut self, column: &'static str, scope: &Scope) -> SelectStatement {
        own_part(&mut self.row, self.table.col(column), scope);
        self.row
    }

    /// Of the provider of such a visit.
    fn at_provider(mut self, scope: &Scope) -> SelectStatement {
        let made = Table::named("made");
        let there = made.col("provider_id").eq(self.table.col("provider_id"));
        self.row.join_as(JoinType::InnerJoin, "visit", made.alias(), there);
        own_part(&mut self.row, made.col("id"), scope);
        self.row
    }
}

fn own_part(row: &mut SelectStatement, visit: Expr, scope: &Scope) {
    let part = Table::named("own_part");
    let own = part.col("visit_id").eq(visit).and(part.col("account_id").eq(scope.account_id));
    row.join_as(JoinType::InnerJoin, "visit_visitor", part.alias(), own);
}

/// The visits of these visitors' parts: those in which the part is the viewer's own, and the others.
pub async fn granted(
    db: &impl ConnectionTrait,
    scope: &Scope,
    parts: &[Uuid],
) -> Result<(Vec<Uuid>, Vec<Uuid>), DbErr> {
    let named = among(db.get_database_backend(), visit_visitor::Column::Id.into_expr(), parts.iter().copied());
    let parts = visit_visitor::Entity::find().filter(named).all(db).await?;
    let (own, others): (Vec<_>, Vec<_>) = parts.iter().partition(|part| part.account_id == scope.account_id);
    let visits = |parts: Vec<&visit_visitor::Model>| parts.iter().map(|part| part.visit_id.0).collect();
    Ok((visits(own), visits(others)))
}

/// Visits that the viewer made and that were let go of by their age between that day and today.
pub async fn aged(db: &impl ConnectionTrait, scope: &Scope, day: NaiveDate) -> Result<Vec<VisitId>, DbErr> {
    let (from, to) = (first_moment(day), first_moment(scope.today));
    let mine = select("visit_visitor", "visit_id").and_where(Expr::col("account_id").eq(scope.account_id)).take();
    let complete = visit::Column::State
        .eq(VisitState::Complete.as_str())
        .and(visit::Column::CompletedAt.gte(from))
        .and(visit::Column::CompletedAt.lt(to));
    let cancelled = visit::Column::State
        .eq(VisitState::Cancelled.as_str())
        .and(visit::Column::UpdatedAt.gte(from))
        .and(visit::Column::UpdatedAt.lt(to));
    let rows = visit::Entity::find()
        .filter(visit::Column::Id.in_subquery(mine))
        .filter(complete.or(cancelled))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
