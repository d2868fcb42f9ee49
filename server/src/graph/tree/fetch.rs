//! Fetching a plan: one scoped statement a level, all levels in one snapshot.
//!
//! A level below another is fetched for all its parents at once: the rows behind an edge to one by their ids, the pages
//! behind an edge to many parent by parent, so that an index is read no further than a page goes. SQLite, which has no
//! lateral join, counts the rows of each parent by a window. The text of a statement does not depend on how many more there
//! are: their ids travel as one array.
//!
//! So it stays prepared, and PostgreSQL may keep its plan. Two things let it keep a good one: the size of a page stands in
//! the text, since of a size that it does not know it expects a tenth of all rows; and how many ids there are is hidden from
//! it, since it plans anew as long as a plan for fewer looks cheaper.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::pin::Pin;
use std::sync::Mutex;

use sea_orm::sea_query::{
    DynIden, Expr, ExprTrait, Func, IntoIden, OverStatement, Query, SelectStatement, WindowStatement,
};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Values};
use uuid::Uuid;

use super::catalog::Catalog;
use super::noun::Noun;
use super::page::Page;
use super::plan::{Connection, Level, Link, Slot};
use super::value::held;
use super::{TreeError, filter};
use crate::access::scope::{Scope, Sight, Table};
use crate::database::{among, array};

/// Ids of audited rows that a request has read, by table.
pub type Reads = Mutex<BTreeMap<&'static str, HashSet<Uuid>>>;

/// The rows of a level and what hangs below them.
#[derive(Debug, Default)]
pub struct Fetched {
    pub rows: Vec<QueryResult>,
    pub children: Vec<Found>,
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
    /// Whether more rows follow in the direction of the page.
    pub more: bool,
    pub total: i64,
}

/// The parent of a root connection's rows.
pub const ROOT: Uuid = Uuid::nil();

/// Runs a plan's statements.
#[derive(Debug)]
pub struct Reader<'a, C> {
    pub connection: &'a C,
    pub catalog: &'static Catalog,
    pub scope: &'a Scope,
    pub reads: &'a Reads,
}

type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, TreeError>> + Send + 'a>>;

impl<C: ConnectionTrait> Reader<'_, C> {
    /// The rows of a noun with these ids, as far as they may be seen.
    pub async fn by_ids(&self, level: &Level, ids: Vec<Uuid>) -> Result<Found, TreeError> {
        let table = Table::named("t");
        let mut statement = self.select(level, &table);
        statement.and_where(among(self.backend(), table.col("id"), ids));
        let rows = self.connection.query_all(&statement).await?;
        let mut by_parent = HashMap::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            if let Some(id) = held(row, 0)? {
                by_parent.insert(id, Bunch { rows: vec![index], ..Bunch::default() });
            }
        }
        Ok(Found { below: self.below(level, rows).await?, by_parent })
    }

    /// A page of rows for each parent, or one page of all rows.
    pub async fn pages(
        &self,
        level: &Level,
        connection: &Connection,
        parents: Option<(&DynIden, Vec<Uuid>)>,
    ) -> Result<Found, TreeError> {
        let mut by_parent = HashMap::new();
        if connection.total {
            self.count(level, connection, parents.as_ref(), &mut by_parent).await?;
        }
        let rows = if connection.page.rows {
            let below_parents = parents.is_some();
            let statement = self.page(level, connection, parents)?;
            let rows = self.connection.query_all_raw(statement).await?;
            gather(rows, below_parents.then_some(level.slots.len()), connection, &mut by_parent)?
        } else {
            Vec::new()
        };
        Ok(Found { below: self.below(level, rows).await?, by_parent })
    }

    fn page(
        &self,
        level: &Level,
        connection: &Connection,
        parents: Option<(&DynIden, Vec<Uuid>)>,
    ) -> Result<Statement, TreeError> {
        let backend = self.backend();
        let table = Table::named("t");
        let page = &connection.page;
        let mut statement = self.select(level, &table);
        self.narrow(&mut statement, level.noun, connection, &table)?;
        statement.cond_where(page.between(self.scope, &table)?);
        let Some((column, ids)) = parents else {
            page.order(&mut statement, self.scope, &table);
            return Ok(limited(backend.build(&statement), page));
        };
        let key = table.col(column.clone());
        statement.expr_as(key.clone(), "parent");
        if let [id] = ids[..] {
            page.order(statement.and_where(key.eq(id)), self.scope, &table);
            return Ok(limited(backend.build(&statement), page));
        }
        if backend == DbBackend::Postgres {
            page.order(statement.and_where(key.eq(Table::named("parents").col("id"))), self.scope, &table);
            return Ok(for_each(limited(backend.build(&statement), page), ids));
        }
        statement.and_where(among(backend, key.clone(), ids));
        let mut window = WindowStatement::new();
        window.add_partition_by(key);
        for (expr, order, nulls) in page.terms(self.scope, &table) {
            match nulls {
                Some(nulls) => window.order_by_expr_with_nulls(expr, order, nulls),
                None => window.order_by_expr(expr, order),
            };
        }
        statement.expr_window_as(Func::cust("row_number"), window, "place");
        let pages = Table::named("pages");
        let mut outer = Query::select();
        outer.expr(Expr::cust("*")).from_subquery(statement, pages.alias());
        outer.and_where(pages.col("place").lte(i64::try_from(page.limit + 1).unwrap_or(i64::MAX)));
        outer.order_by_expr(pages.col("parent"), sea_orm::Order::Asc);
        outer.order_by_expr(pages.col("place"), sea_orm::Order::Asc);
        Ok(backend.build(&outer))
    }

    async fn count(
        &self,
        level: &Level,
        connection: &Connection,
        parents: Option<&(&DynIden, Vec<Uuid>)>,
        by_parent: &mut HashMap<Uuid, Bunch>,
    ) -> Result<(), TreeError> {
        let table = Table::named("t");
        let mut statement = Query::select();
        statement.expr(Expr::col((table.alias(), "id".into_iden())).count());
        statement.from_as(level.noun.table, table.alias());
        self.scope_to(&mut statement, level.noun, &table);
        self.narrow(&mut statement, level.noun, connection, &table)?;
        if let Some((column, ids)) = parents {
            let key = table.col((*column).clone());
            statement
                .expr(key.clone())
                .and_where(among(self.backend(), key.clone(), ids.iter().copied()))
                .add_group_by([key]);
        }
        for row in self.connection.query_all(&statement).await? {
            let parent = if parents.is_some() { row.try_get_by_index(1)? } else { ROOT };
            by_parent.entry(parent).or_default().total = row.try_get_by_index(0)?;
        }
        Ok(())
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
        self.scope_to(&mut statement, level.noun, table);
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

    fn narrow(
        &self,
        statement: &mut SelectStatement,
        noun: &'static Noun,
        connection: &Connection,
        table: &Table,
    ) -> Result<(), TreeError> {
        if let Some(given) = &connection.filter {
            statement.cond_where(filter::condition(self.catalog, self.scope, noun, table, given, noun.name)?);
        }
        Ok(())
    }

    fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// Notes which rows are shown, where showing them is audited. A row that only told that more would follow is not.
    fn note(&self, noun: &Noun, rows: &[QueryResult]) -> Result<(), TreeError> {
        if noun.audited && !rows.is_empty() {
            let mut reads = self.reads.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let seen = reads.entry(noun.table).or_default();
            for row in rows {
                seen.extend(held::<Uuid>(row, 0)?);
            }
        }
        Ok(())
    }

    fn below<'b>(&'b self, level: &'b Level, rows: Vec<QueryResult>) -> Pending<'b, Fetched> {
        Box::pin(async move {
            self.note(level.noun, &rows)?;
            let mut children = Vec::with_capacity(level.children.len());
            for child in &level.children {
                children.push(match &child.link {
                    Link::One { slot, .. } => match keys(&rows, *slot)? {
                        none if none.is_empty() => Found::default(),
                        ids => self.by_ids(&child.level, ids).await?,
                    },
                    Link::Many { column, connection } => match keys(&rows, 0)? {
                        none if none.is_empty() => Found::default(),
                        ids => self.pages(&child.level, connection, Some((column, ids))).await?,
                    },
                });
            }
            Ok(Fetched { rows, children })
        })
    }
}

/// A statement that ends after one row more than the page has.
fn limited(mut statement: Statement, page: &Page) -> Statement {
    statement.sql.push_str(&format!(" LIMIT {}", page.limit + 1));
    statement
}

/// A statement about `parents.id` for each of these, for PostgreSQL: there is no way to do so but one parent after the other, so
/// the rows of each come in their order.
fn for_each(Statement { sql, values, db_backend }: Statement, ids: Vec<Uuid>) -> Statement {
    let Values(mut values) = values.unwrap_or_else(|| Values(Vec::new()));
    values.push(array(ids));
    let sql = format!(
        "SELECT page.* FROM unnest((SELECT CAST(${} AS uuid[]))) AS parents (id) CROSS JOIN LATERAL ({sql}) AS page",
        values.len()
    );
    Statement::from_sql_and_values(db_backend, sql, values)
}

/// The different ids in a slot, in order.
fn keys(rows: &[QueryResult], slot: usize) -> Result<Vec<Uuid>, TreeError> {
    let mut ids = Vec::with_capacity(rows.len());
    for row in rows {
        ids.extend(held::<Uuid>(row, slot)?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Sorts rows to their parents, whose ids are in this slot of theirs (at the root there are none), notes where more would follow,
/// and puts pages from the end into reading order.
fn gather(
    rows: Vec<QueryResult>,
    parent: Option<usize>,
    connection: &Connection,
    by_parent: &mut HashMap<Uuid, Bunch>,
) -> Result<Vec<QueryResult>, TreeError> {
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        let parent = parent.map_or(Ok(Some(ROOT)), |slot| held(&row, slot))?.unwrap_or(ROOT);
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
    Ok(kept)
}
