//! One statement for an aggregate: the rows with what is grouped and measured of each, and around them the groups.
//!
//! What a row brings is computed in an inner select, under names of its own, so that grouping and figures are over plain
//! columns: `k0` a dimension's value, `p0` which of several edges a row lies behind, `l0` its label, `d0` the id of a row
//! behind an edge, `m0` a column to measure. Medians need a layer between, which numbers each group's values.

use domain::calendar::{FIRST_MONTH, LATER_TERMS, Period};
use entity::ids::AuthorityId;
use sea_orm::sea_query::{
    CaseStatement, DynIden, Expr, ExprTrait, Func, JoinType, NullOrdering, OverStatement, Query, SelectStatement,
    WindowStatement,
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Order, QueryResult, TryGetable};
use uuid::Uuid;

use super::dimension::{self, Dimension, Place};
use super::plan::Aggregate;
use super::{Group, Part, Quantity};
use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::catalog::Catalog;
use crate::graph::tree::fetch::Reader;
use crate::graph::tree::noun::{Edge, Kind, Noun};
use crate::graph::tree::{Rollup, TreeError};

/// Groups that one aggregate may have.
pub const MAX_GROUPS: usize = 1_000;

/// A row behind an edge: its table under the name it has here, and its noun.
type Behind = (Table, &'static Noun);

impl<C: ConnectionTrait> Reader<'_, C> {
    /// The groups of an aggregate, exactly, of the rows that may be seen.
    pub(super) async fn groups(&self, asked: &Aggregate, path: &str) -> Result<Vec<Group>, TreeError> {
        let statement = self.grouped(asked)?;
        let rows = self.connection.query_all(&statement).await?;
        if rows.len() > MAX_GROUPS {
            let message =
                format!("{path}: more than {MAX_GROUPS} groups: group by less, or narrow the rows with `where`");
            return Err(TreeError::Asked { message, code: "TOO_MANY_GROUPS" });
        }
        rows.iter().map(|row| Ok(group(asked, row)?)).collect()
    }

    /// How many children lie in each cell, each in one: that of the row about it that was made last.
    pub(super) async fn cells(
        &self,
        noun: &'static Noun,
        dimensions: &[&Dimension],
        child: &DynIden,
        authority: AuthorityId,
    ) -> Result<Vec<(Vec<Part>, i64)>, TreeError> {
        let mut rows = Rows::new(noun, self.catalog, self.scope, self.connection.get_database_backend(), Sees::Counts);
        let table = rows.table.clone();
        let mut latest = WindowStatement::new();
        latest.add_partition_by(table.col(child.clone()));
        latest.order_by_expr(table.col("id"), Order::Desc);
        rows.select.expr_window_as(Func::cust("row_number"), latest, "place");
        rows.select.and_where(table.col("authority_id").eq(authority));
        let outer = Table::named("g");
        let mut statement = Query::select();
        for (index, dimension) in dimensions.iter().enumerate() {
            rows.bring(index, dimension);
            take_key(&mut statement, &outer, index, dimension);
        }
        statement.expr(Expr::cust("count(*)")).from_subquery(rows.select, outer.alias());
        statement.and_where(outer.col("place").eq(1));
        let found = self.connection.query_all(&statement).await?;
        found.iter().map(|row| Ok(cell(dimensions, row)?)).collect()
    }

    fn grouped(&self, asked: &Aggregate) -> Result<SelectStatement, TreeError> {
        let backend = self.connection.get_database_backend();
        let kept = asked.kept(self.scope);
        let sees = kept.map_or(Sees::Rows, Sees::Kept);
        let mut rows = Rows::new(asked.noun, self.catalog, self.scope, backend, sees);
        self.narrow(&mut rows.select, asked.noun, asked.filter.as_ref(), &rows.table, self.all_behind())?;
        for (index, dimension) in asked.dimensions.iter().enumerate() {
            rows.bring(index, dimension);
        }
        for (index, edge) in asked.distinct.iter().enumerate() {
            let ids = rows.behind(edge).into_iter().map(|(table, _)| table.col("id"));
            rows.select.expr_as(first_of(ids.collect()), format!("d{index}"));
        }
        for (index, (column, _)) in asked.quantities.iter().enumerate() {
            let value = column.read(self.scope, &rows.table);
            rows.select.expr_as(value, format!("m{index}"));
        }
        Ok(around(asked, rows.select, kept.is_some()))
    }
}

/// The groups around the rows, or around what is kept of them.
fn around(asked: &Aggregate, rows: SelectStatement, kept: bool) -> SelectStatement {
    let rows = if asked.quantities.iter().any(|(_, median)| *median) { with_places(asked, rows) } else { rows };
    let table = Table::named("g");
    let mut groups = Query::select();
    for (index, dimension) in asked.dimensions.iter().enumerate() {
        take_key(&mut groups, &table, index, dimension);
    }
    if kept {
        let rows = table.col("n").sum();
        groups.expr(Expr::from(Func::coalesce([rows.clone(), Expr::val(0)])).cast_as("bigint"));
        if !asked.dimensions.is_empty() {
            groups.and_having(rows.ne(0));
        }
    } else {
        groups.expr(Expr::cust("count(*)"));
    }
    for index in 0..asked.distinct.len() {
        groups.expr(table.col(format!("d{index}")).count_distinct());
    }
    for (index, (_, median)) in asked.quantities.iter().enumerate() {
        let value = table.col(format!("m{index}"));
        groups.expr(value.clone().sum().cast_as("bigint")).expr(value.clone().count());
        if *median {
            let (place, rows) = (table.col(format!("r{index}")), table.col(format!("n{index}")));
            // The one in the middle, or the two.
            let middle = place.mul(2).between(rows.clone(), rows.add(2));
            let values: Expr = CaseStatement::new().case(middle, value).into();
            groups.expr(values.avg().cast_as("double precision"));
        }
    }
    groups.from_subquery(rows, table.alias()).limit(MAX_GROUPS as u64 + 1);
    groups
}

/// The rows, with each value's place in its group, and how many values the group has.
fn with_places(asked: &Aggregate, rows: SelectStatement) -> SelectStatement {
    let table = Table::named("v");
    let mut placed = Query::select();
    placed.expr(Expr::cust("v.*"));
    for (index, _) in asked.quantities.iter().enumerate().filter(|(_, (_, median))| *median) {
        let value = table.col(format!("m{index}"));
        let mut group = WindowStatement::new();
        for key in 0..asked.dimensions.len() {
            group.add_partition_by(table.col(format!("k{key}")));
        }
        let mut ordered = group.clone();
        ordered.order_by_expr_with_nulls(value.clone(), Order::Asc, NullOrdering::Last);
        placed.expr_window_as(Func::cust("row_number"), ordered, format!("r{index}"));
        placed.expr_window_as(Func::count(value), group, format!("n{index}"));
    }
    placed.from_subquery(rows, table.alias());
    placed
}

/// Groups by a dimension, and takes its value, which edge it is behind, and its label.
fn take_key(groups: &mut SelectStatement, table: &Table, index: usize, dimension: &Dimension) {
    let key = table.col(format!("k{index}"));
    groups.expr(key.clone()).add_group_by([key]);
    if matches!(dimension.at, Place::Row(_)) {
        groups.expr(table.col(format!("p{index}")).max()).expr(table.col(format!("l{index}")).max());
    }
}

/// Which of the rows are meant.
#[derive(Debug, Clone, Copy)]
enum Sees {
    /// Those that may be seen, as they may be read.
    Rows,
    /// The same, as they were counted when they were written: for who sees all of an authority.
    Kept(&'static Rollup),
    /// Those that may be counted, as they are.
    Counts,
}

/// The inner select: a noun's rows, and what lies behind their edges.
struct Rows<'a> {
    select: SelectStatement,
    table: Table,
    joined: Vec<(&'static Edge, Vec<Behind>)>,
    catalog: &'static Catalog,
    scope: &'a Scope,
    backend: DbBackend,
    sees: Sees,
}

impl<'a> Rows<'a> {
    fn new(noun: &'static Noun, catalog: &'static Catalog, scope: &'a Scope, backend: DbBackend, sees: Sees) -> Self {
        let table = Table::named("t");
        let mut select = Query::select();
        let sight = if let Sees::Kept(rollup) = sees {
            select.expr_as(table.col("n"), "n").from_as(rollup.table, table.alias());
            Sight::keys(table.col("authority_id"), &scope.any_authority())
        } else {
            // Where nothing but their number is asked, a row still has to bring something.
            select.expr_as(table.col("id"), "id").from_as(noun.table, table.alias());
            sees.sight(noun, scope, &table)
        };
        if let Some(condition) = condition(sight) {
            select.and_where(condition);
        }
        Self { select, table, joined: Vec::new(), catalog, scope, backend, sees }
    }

    /// The rows behind an edge, one table for each noun that it may lead to; joined once.
    fn behind(&mut self, edge: &'static Edge) -> Vec<Behind> {
        if let Some((_, found)) = self.joined.iter().find(|(held, _)| std::ptr::eq(*held, edge)) {
            return found.clone();
        }
        let mut found = Vec::new();
        for (column, target) in edge.ones() {
            let target = self.catalog.noun(target);
            let table = Table::named(format!("e{}_{}", self.joined.len(), found.len()));
            let key = match self.sees {
                Sees::Rows | Sees::Kept(_) => edge.read(column, self.scope, &self.table),
                Sees::Counts => self.table.col(column.clone()),
            };
            let mut on = table.col("id").eq(key);
            if let Some(condition) = condition(self.sees.sight(target, self.scope, &table)) {
                on = on.and(condition);
            }
            self.select.join_as(JoinType::LeftJoin, target.table, table.alias(), on);
            found.push((table, target));
        }
        self.joined.push((edge, found.clone()));
        found
    }

    /// Brings a dimension's value.
    fn bring(&mut self, index: usize, dimension: &Dimension) {
        let value = match dimension.at {
            Place::Own(column) => coded(column.kind, self.read(column, &self.table)),
            Place::Period(column, period) => {
                number_of(period, month(self.backend, column.kind, self.read(column, &self.table)))
            }
            Place::Behind(edge, column) => match self.behind(edge).first() {
                Some((table, _)) => coded(column.kind, self.read(column, table)),
                None => Expr::cust("null"),
            },
            Place::Row(edge) => return self.bring_row(index, edge),
        };
        self.select.expr_as(value, format!("k{index}"));
    }

    fn bring_row(&mut self, index: usize, edge: &'static Edge) {
        let found = self.behind(edge);
        let mut which = CaseStatement::new();
        let (mut ids, mut labels) = (Vec::new(), Vec::new());
        for (place, (table, noun)) in (0_i64..).zip(&found) {
            which = which.case(table.col("id").is_not_null(), Expr::val(place).cast_as("bigint"));
            ids.push(table.col("id"));
            labels.extend(dimension::label(noun).map(|column| self.read(column, table)));
        }
        let label = if labels.is_empty() { Expr::val("").cast_as("text") } else { first_of(labels) };
        self.select.expr_as(first_of(ids), format!("k{index}"));
        self.select.expr_as(which, format!("p{index}")).expr_as(label, format!("l{index}"));
    }

    fn read(&self, column: &crate::graph::tree::Column, table: &Table) -> Expr {
        match self.sees {
            Sees::Rows | Sees::Kept(_) => column.read(self.scope, table),
            Sees::Counts => column.counted(table),
        }
    }
}

impl Sees {
    fn sight(self, noun: &Noun, scope: &Scope, table: &Table) -> Sight {
        match self {
            Self::Rows | Self::Kept(_) => (noun.may_see)(scope, table),
            Self::Counts => (noun.may_count)(scope, table),
        }
    }
}

fn condition(sight: Sight) -> Option<Expr> {
    match sight {
        Sight::All => None,
        Sight::Nothing => Some(Expr::cust("1 = 0")),
        Sight::Where(condition) => Some(condition),
    }
}

/// The first of these that there is.
fn first_of(mut values: Vec<Expr>) -> Expr {
    if values.len() == 1 { values.remove(0) } else { Func::coalesce(values).into() }
}

/// Numbers of every width are read alike.
fn coded(kind: Kind, value: Expr) -> Expr {
    if kind == Kind::Int { value.cast_as("bigint") } else { value }
}

/// The number of the month that a date or an instant falls in, in UTC.
fn month(backend: DbBackend, kind: Kind, value: Expr) -> Expr {
    let part = |name: &str, from: i32, length: i32| match (backend, kind) {
        (DbBackend::Postgres, Kind::Instant) => {
            let utc = Func::cust("timezone").args([Expr::val("UTC"), value.clone()]);
            Expr::from(Func::cust("date_part").args([Expr::val(name), utc.into()])).cast_as("bigint")
        }
        (DbBackend::Postgres, _) => {
            Expr::from(Func::cust("date_part").args([Expr::val(name), value.clone()])).cast_as("bigint")
        }
        // Both are stored as text that begins with the date.
        _ => {
            Expr::from(Func::cust("substr").args([value.clone(), Expr::val(from), Expr::val(length)])).cast_as("bigint")
        }
    };
    part("year", 1, 4).mul(12).add(part("month", 6, 2)).sub(1)
}

/// The number of the period that a month falls in, as [`Period::of_month`] says.
fn number_of(period: Period, month: Expr) -> Expr {
    let school_month = || month.clone().sub(FIRST_MONTH);
    match period {
        Period::Month => month,
        Period::Year => month.div(12),
        Period::AcademicYear => school_month().div(12),
        Period::Term => {
            let begun = |first: i64| -> Expr {
                let later = school_month().modulo(12).gte(first);
                CaseStatement::new().case(later, 1).finally(0).into()
            };
            school_month().div(12).mul(3).add(begun(LATER_TERMS[0])).add(begun(LATER_TERMS[1]))
        }
    }
}

/// Takes a row's values one after the other.
struct Take<'a> {
    row: &'a QueryResult,
    next: usize,
}

impl Take<'_> {
    fn value<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        self.next += 1;
        self.row.try_get_by_index(self.next - 1)
    }

    fn part(&mut self, dimension: &Dimension) -> Result<Part, DbErr> {
        Ok(match dimension.at {
            Place::Period(_, period) => Part::period(period, self.value()?),
            Place::Own(column) | Place::Behind(_, column) => match column.kind {
                Kind::Boolean => Part::truth(self.value()?),
                Kind::Int | Kind::BigInt => Part::number(self.value()?),
                _ => Part::code(column, self.value()?),
            },
            Place::Row(edge) => {
                let (id, which, label) =
                    (self.value::<Option<Uuid>>()?, self.value::<Option<i64>>()?, self.value::<Option<String>>()?);
                let option = edge.ones().get(which.and_then(|which| usize::try_from(which).ok()).unwrap_or(0)).copied();
                let prefix = option.map_or("", |(_, target)| crate::graph::tree::catalog().noun(target).prefix);
                Part::row(id.map(|id| format!("{prefix}:{id}")), label.filter(|label| !label.is_empty()))
            }
        })
    }
}

fn cell(dimensions: &[&Dimension], row: &QueryResult) -> Result<(Vec<Part>, i64), DbErr> {
    let mut take = Take { row, next: 0 };
    let parts = dimensions.iter().map(|dimension| take.part(dimension)).collect::<Result<_, _>>()?;
    Ok((parts, take.value()?))
}

fn group(asked: &Aggregate, row: &QueryResult) -> Result<Group, DbErr> {
    let mut take = Take { row, next: 0 };
    let key = asked.dimensions.iter().map(|dimension| take.part(dimension)).collect::<Result<_, _>>()?;
    let count = take.value()?;
    let distinct = asked.distinct.iter().map(|_| take.value()).collect::<Result<_, _>>()?;
    let quantities = asked.quantities.iter().map(|(_, median)| {
        let (sum, rows) = (take.value()?, take.value()?);
        let median = if *median { take.value()? } else { None };
        Ok::<_, DbErr>(Quantity { sum, rows, median })
    });
    let quantities = quantities.collect::<Result<_, _>>()?;
    Ok(Group { key, count, distinct, quantities })
}
