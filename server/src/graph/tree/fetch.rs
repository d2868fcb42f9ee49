//! Fetching a plan: one statement for all its levels.
//!
//! Each level is a part of the statement ([`parts`](super::parts)), found from the part of its parents: the rows behind an edge to one
//! by their ids, the pages behind an edge to many parent by parent, so that an index is read no further than a page goes. One statement
//! sees one snapshot, and its text does not depend on how many rows there are.
//!
//! So it stays prepared, and PostgreSQL keeps its plan. Three things let it keep a good one: the size of a page stands in the
//! text, since of a size that it does not know it expects a tenth of all rows; so do two bounds of days or whole numbers
//! ([`filter`](super::filter)), since of bounds that it does not know it expects that next to nothing lies between; and how many ids
//! there are is hidden from it (they are an array), since it reads tables from end to end if it thinks that there are many.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Mutex;

use async_graphql::Value as GraphValue;
use sea_orm::sea_query::{DynIden, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend};
use uuid::Uuid;

use super::TreeError;
use super::catalog::Catalog;
use super::filter::{self, Behind};
use super::noun::Noun;
use super::parts::{Above, Answer, Part, Parts};
use super::plan::{Connection, Level, Link, Slot};
use super::value::{Row, held};
use crate::access::scope::{Scope, Sight, Table};

/// Ids of audited rows that a request has read, by table.
pub type Reads = Mutex<BTreeMap<&'static str, HashSet<Uuid>>>;

/// The rows of a level and what hangs below them.
#[derive(Debug, Default)]
pub struct Fetched {
    rows: Part,
    pub children: Vec<Found>,
}

impl Fetched {
    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.rows.is_empty()
    }

    /// One of the rows.
    pub fn row(&self, index: usize) -> Row<'_> {
        self.rows.row(index)
    }
}

/// What one child of a level found.
#[derive(Debug, Default)]
pub struct Found {
    pub below: Fetched,
    /// Rows of each parent; for an edge to one, the row of each id.
    pub by_parent: HashMap<Uuid, Bunch>,
}

/// A parent's page.
#[derive(Debug, Default, Clone)]
pub struct Bunch {
    /// Indexes into the rows found.
    pub rows: Vec<usize>,
    /// Whether more rows follow in the direction of the page, where that was asked.
    pub more: bool,
    pub total: i64,
}

/// The parent of a root connection's rows.
pub const ROOT: Uuid = Uuid::nil();

/// Runs a plan's statement.
#[derive(Debug)]
pub struct Reader<'a, C> {
    pub connection: &'a C,
    pub catalog: &'static Catalog,
    pub scope: &'a Scope,
    pub reads: &'a Reads,
}

impl<C: ConnectionTrait> Reader<'_, C> {
    /// The row of a noun with this id, if it may be seen.
    pub async fn node(&self, level: &Level, id: Uuid) -> Result<Found, TreeError> {
        let mut parts = Parts::new(self.backend());
        self.one(&mut parts, level, |column| column.eq(id))?;
        self.found_one(level, &mut parts.fetch(self.connection).await?)
    }

    /// A page of rows for each parent, whose id a column holds; or one page of all rows.
    pub async fn pages(
        &self,
        level: &Level,
        connection: &Connection,
        parents: Option<(&DynIden, Vec<Uuid>)>,
    ) -> Result<Found, TreeError> {
        let mut parts = Parts::new(self.backend());
        let above = parents.map(|(column, ids)| (column, parts.given(ids)));
        self.page(&mut parts, level, connection, above)?;
        self.found_pages(level, connection, above.is_some(), &mut parts.fetch(self.connection).await?)
    }

    fn one(&self, parts: &mut Parts, level: &Level, is: impl FnOnce(Expr) -> Expr) -> Result<(), TreeError> {
        let table = Table::named("t");
        let mut statement = self.select(level, &table);
        self.scope_to(&mut statement, level.noun, &table);
        statement.and_where(is(table.col("id")));
        let above = parts.add(level.holds(), |sql| sql.select(&statement));
        self.below(parts, level, above)
    }

    fn page(
        &self,
        parts: &mut Parts,
        level: &Level,
        connection: &Connection,
        parents: Option<(&DynIden, Above)>,
    ) -> Result<(), TreeError> {
        if connection.total {
            self.count(parts, level, connection, parents)?;
        }
        let page = &connection.page;
        if !page.rows {
            return Ok(());
        }
        // A row that only tells that more would follow has nothing below it.
        let shown = (page.more && !level.children.is_empty()).then_some(page.limit);
        let limit = page.limit + usize::from(page.more);
        let table = Table::named("t");
        let mut rows = self.select(level, &table);
        let mut holds = level.holds();
        let key = parents.map(|(column, _)| table.col(column.clone()));
        if let Some(key) = &key {
            rows.expr_as(key.clone(), format!("c{}", holds.len()));
            holds.push("uuid");
        }
        let paged = |mut statement: SelectStatement| -> Result<SelectStatement, TreeError> {
            self.scope_to(&mut statement, level.noun, &table);
            self.narrow(&mut statement, level.noun, connection.filter.as_ref(), &table, Behind::LookedUp)?;
            statement.cond_where(page.between(self.scope, &table)?);
            if let Some(key) = key {
                statement.and_where(key.eq(Table::named("above").col("c0")));
            }
            page.order(&mut statement, self.scope, &table);
            Ok(statement)
        };
        let found = match parents {
            None => {
                let rows = paged(rows)?;
                parts.add(holds, |sql| sql.first(&rows, limit, shown.is_some()))
            }
            Some((_, above)) if self.backend() == DbBackend::Postgres => {
                let rows = paged(rows)?;
                parts.add(holds, |sql| sql.first_of_each(above, &rows, limit, shown.is_some()))
            }
            Some((_, above)) => {
                let row = || table.col("rowid");
                let mut listed = Query::select();
                listed.expr_as(row(), "row").from_as(level.noun.table, table.alias());
                let listed = paged(listed)?;
                rows.expr_as(row(), "row");
                parts.add(holds, |sql| sql.listed_for_each(above, &listed, &rows, limit))
            }
        };
        self.below(parts, level, found.showing(shown))
    }

    fn count(
        &self,
        parts: &mut Parts,
        level: &Level,
        connection: &Connection,
        parents: Option<(&DynIden, Above)>,
    ) -> Result<(), TreeError> {
        let table = Table::named("t");
        let mut statement = Query::select();
        statement.expr_as(table.col("id").count(), "c0").from_as(level.noun.table, table.alias());
        self.scope_to(&mut statement, level.noun, &table);
        let behind = if parents.is_none() { self.all_behind() } else { Behind::LookedUp };
        self.narrow(&mut statement, level.noun, connection.filter.as_ref(), &table, behind)?;
        let mut holds = vec!["bigint"];
        if let Some((column, above)) = parents {
            let key = table.col(column.clone());
            holds.push("uuid");
            statement
                .expr_as(key.clone(), "c1")
                .and_where(above.among(self.backend(), key.clone(), 0))
                .add_group_by([key]);
        }
        parts.add(holds, |sql| sql.select(&statement));
        Ok(())
    }

    fn below(&self, parts: &mut Parts, level: &Level, above: Above) -> Result<(), TreeError> {
        for child in &level.children {
            match &child.link {
                Link::One { slot, .. } => {
                    let is = |column: Expr| above.among(self.backend(), column, *slot);
                    self.one(parts, &child.level, is)?;
                }
                Link::Many { column, connection } => {
                    self.page(parts, &child.level, connection, Some((column, above)))?;
                }
            }
        }
        Ok(())
    }

    fn found_one(&self, level: &Level, answer: &mut Answer) -> Result<Found, TreeError> {
        let rows = answer.part();
        let mut by_parent = HashMap::with_capacity(rows.rows.len());
        for index in 0..rows.rows.len() {
            if let Some(id) = held(rows.row(index), 0)? {
                by_parent.insert(id, Bunch { rows: vec![index], ..Bunch::default() });
            }
        }
        Ok(Found { below: self.fetched(level, rows, answer)?, by_parent })
    }

    fn found_pages(
        &self,
        level: &Level,
        connection: &Connection,
        below_parents: bool,
        answer: &mut Answer,
    ) -> Result<Found, TreeError> {
        let mut by_parent: HashMap<Uuid, Bunch> = HashMap::new();
        if connection.total {
            let totals = answer.part();
            for index in 0..totals.rows.len() {
                let parent = if below_parents { held(totals.row(index), 1)? } else { None };
                by_parent.entry(parent.unwrap_or(ROOT)).or_default().total =
                    held(totals.row(index), 0)?.unwrap_or_default();
            }
        }
        if !connection.page.rows {
            return Ok(Found { by_parent, ..Found::default() });
        }
        let rows = gather(answer.part(), below_parents.then_some(level.slots.len()), connection, &mut by_parent)?;
        Ok(Found { below: self.fetched(level, rows, answer)?, by_parent })
    }

    fn fetched(&self, level: &Level, rows: Part, answer: &mut Answer) -> Result<Fetched, TreeError> {
        self.note(level.noun, &rows)?;
        let found = level.children.iter().map(|child| match &child.link {
            Link::One { .. } => self.found_one(&child.level, answer),
            Link::Many { connection, .. } => self.found_pages(&child.level, connection, true, answer),
        });
        Ok(Fetched { children: found.collect::<Result<_, _>>()?, rows })
    }

    fn select(&self, level: &Level, table: &Table) -> SelectStatement {
        let mut statement = Query::select();
        for (index, slot) in level.slots.iter().enumerate() {
            let expr = match slot {
                Slot::Column(column) => column.read(self.scope, table),
                Slot::Key(edge, column) => edge.read(column, self.scope, table),
            };
            statement.expr_as(expr, format!("c{index}"));
        }
        statement.from_as(level.noun.table, table.alias());
        statement
    }

    fn scope_to(&self, statement: &mut SelectStatement, noun: &Noun, table: &Table) {
        match (noun.may_see)(self.scope, table) {
            Sight::All => {}
            Sight::Nothing => {
                statement.and_where(Expr::cust("1 = 0"));
            }
            Sight::Where(condition) => {
                statement.and_where(condition);
            }
        }
    }

    /// How to compare what lies behind the rows, where all of them are looked at. PostgreSQL sees by itself what is best.
    pub(super) fn all_behind(&self) -> Behind {
        if self.backend() == DbBackend::Sqlite { Behind::Listed } else { Behind::LookedUp }
    }

    /// Leaves the rows that fit a filter.
    pub(super) fn narrow(
        &self,
        statement: &mut SelectStatement,
        noun: &'static Noun,
        given: Option<&GraphValue>,
        table: &Table,
        behind: Behind,
    ) -> Result<(), TreeError> {
        if let Some(given) = given {
            let fits = filter::condition(self.catalog, self.scope, noun, table, given, noun.name, behind)?;
            statement.cond_where(fits);
        }
        Ok(())
    }

    fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// Notes which rows are shown, where showing them is audited. A row that only told that more would follow is not.
    fn note(&self, noun: &Noun, part: &Part) -> Result<(), TreeError> {
        if noun.audited && !part.rows.is_empty() {
            let mut reads = self.reads.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let seen = reads.entry(noun.table).or_default();
            for index in 0..part.rows.len() {
                seen.extend(held::<Uuid>(part.row(index), 0)?);
            }
        }
        Ok(())
    }
}

impl Level {
    /// What each row's values are, as PostgreSQL calls it.
    fn holds(&self) -> Vec<&'static str> {
        let one = |slot: &Slot| match slot {
            Slot::Column(column) => column.kind.sql_type(),
            Slot::Key(..) => "uuid",
        };
        self.slots.iter().map(one).collect()
    }
}

/// Sorts rows to their parents, whose ids are in this slot of theirs (at the root there are none), notes where more would follow,
/// and puts pages from the end into reading order.
fn gather(
    part: Part,
    parent: Option<usize>,
    connection: &Connection,
    by_parent: &mut HashMap<Uuid, Bunch>,
) -> Result<Part, TreeError> {
    let mut kept = Vec::with_capacity(part.rows.len());
    for row in part.rows {
        let parent = match parent {
            Some(slot) => held(Row { values: &row, at: &part.at }, slot)?.unwrap_or(ROOT),
            None => ROOT,
        };
        let bunch = by_parent.entry(parent).or_default();
        if bunch.rows.len() == connection.page.limit {
            bunch.more = true;
        } else {
            bunch.rows.push(kept.len());
            kept.push(row);
        }
    }
    if connection.page.from_end {
        for bunch in by_parent.values_mut() {
            bunch.rows.reverse();
        }
    }
    Ok(Part { at: part.at, rows: kept })
}
