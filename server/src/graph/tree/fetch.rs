//! Fetching a plan: one scoped statement a level, all levels in one snapshot.
//!
//! A level below another is fetched for all its parents at once: the rows behind an edge to one by their ids, the pages
//! behind an edge to many by a window over each parent, or without one where there is a single parent. The text of a
//! statement does not depend on how many more there are (their ids travel as one array), so it stays prepared.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::pin::Pin;
use std::sync::Mutex;

use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{
    ArrayType, DynIden, Expr, ExprTrait, Func, IntoIden, OverStatement, Query, SelectStatement, WindowStatement,
};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Value};
use uuid::Uuid;

use super::catalog::Catalog;
use super::noun::Noun;
use super::plan::{Connection, Level, Link, Slot};
use super::value::held;
use super::{TreeError, filter};
use crate::access::scope::{Scope, Sight, Table};

/// Ids of audited rows that a request has read, by table.
pub type Reads = Mutex<BTreeMap<&'static str, HashSet<Uuid>>>;

/// The rows of a level and what hangs below them.
#[derive(Debug, Default)]
pub struct Fetched {
    pub rows: Vec<QueryResult>,
    pub children: Vec<Found>,
}

/// What one child of a level found.
#[derive(Debug)]
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
        statement.and_where(self.among(table.col("id"), ids));
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
            let rows = self.connection.query_all(&statement).await?;
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
    ) -> Result<SelectStatement, TreeError> {
        let table = Table::named("t");
        let page = &connection.page;
        let one_more = page.limit as u64 + 1;
        let mut statement = self.select(level, &table);
        self.narrow(&mut statement, level.noun, connection, &table)?;
        statement.cond_where(page.between(self.scope, &table)?);
        let Some((column, ids)) = parents else {
            page.order(&mut statement, self.scope, &table);
            statement.limit(one_more);
            return Ok(statement);
        };
        let key = table.col(column.clone());
        statement.expr_as(key.clone(), "parent");
        if let [id] = ids[..] {
            statement.and_where(key.eq(id));
            page.order(&mut statement, self.scope, &table);
            statement.limit(one_more);
            return Ok(statement);
        }
        statement.and_where(self.among(key.clone(), ids));
        let mut window = WindowStatement::new();
        window.add_partition_by(key.clone());
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
        outer.and_where(pages.col("place").lte(i64::try_from(one_more).unwrap_or(i64::MAX)));
        outer.order_by_expr(pages.col("parent"), sea_orm::Order::Asc);
        outer.order_by_expr(pages.col("place"), sea_orm::Order::Asc);
        Ok(outer)
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
            statement.expr(key.clone()).and_where(self.among(key.clone(), ids.clone())).add_group_by([key]);
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

    /// Whether a column holds one of these ids; the ids travel as one value.
    fn among(&self, column: Expr, ids: Vec<Uuid>) -> Expr {
        match self.connection.get_database_backend() {
            DbBackend::Postgres => {
                let ids = ids.into_iter().map(Value::from).collect::<Vec<_>>();
                column.eq(PgFunc::any(Expr::val(Value::Array(ArrayType::Uuid, Some(Box::new(ids))))))
            }
            _ => {
                let ids = ids.iter().map(|id| id.simple().to_string()).collect::<Vec<_>>();
                let list = serde_json::to_string(&ids).unwrap_or_default();
                let mut values = Query::select();
                values.expr(Func::cust("unhex").arg(Expr::col("value")));
                values.from_function(Func::cust("json_each").arg(Expr::val(list)), "ids");
                column.in_subquery(values)
            }
        }
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
                    Link::One { slot, .. } => {
                        let ids = keys(&rows, *slot)?;
                        self.by_ids(&child.level, ids).await?
                    }
                    Link::Many { column, connection } => {
                        let ids = keys(&rows, 0)?;
                        self.pages(&child.level, connection, Some((column, ids))).await?
                    }
                });
            }
            Ok(Fetched { rows, children })
        })
    }
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
