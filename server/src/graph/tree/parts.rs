//! One statement of many parts, each of which may be found from those before it; all their rows come in one answer.
//!
//! A part is a common table expression. The statement ends with the rows of all parts one below the other, each with the number of
//! its part. Their columns are shared by what they hold, not by what they are called: ids of one part stand where ids of the
//! others do, and where a part has nothing, there is NULL. So a row is as wide as the widest part needs, and both databases
//! answer in their own types. A column of SQLite holds anything.

use std::fmt::Write as _;

use sea_orm::sea_query::{
    Expr, ExprTrait, Func, PostgresQueryBuilder, Query, SelectStatement, SqlWriterValues, SqliteQueryBuilder,
    extension::postgres::PgFunc,
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};
use uuid::Uuid;

use super::TreeError;
use super::value::{Row, held};
use crate::database::{MOST_LEVELS, MOST_VALUES, one_each};

/// A statement as it is written.
#[derive(Debug)]
pub struct Parts {
    sql: Sql,
    /// What each part's columns hold, by the names of PostgreSQL's types; of one that only finds others, nothing.
    holds: Vec<Vec<&'static str>>,
}

/// The text of a statement, and the values in it.
#[derive(Debug)]
pub struct Sql {
    backend: DbBackend,
    text: SqlWriterValues,
}

/// A part that others are found from.
#[derive(Debug, Clone, Copy)]
pub struct Above {
    part: usize,
    /// Its rows up to this `place` alone, where it has such a column.
    shown: Option<usize>,
}

/// The rows of a part, and where their values stand.
#[derive(Debug, Default)]
pub struct Part {
    pub at: Vec<usize>,
    pub rows: Vec<QueryResult>,
}

/// The parts of an answer, in the order in which they were written.
#[derive(Debug)]
pub struct Answer(std::vec::IntoIter<Part>);

impl Parts {
    /// A statement without any part.
    pub fn new(backend: DbBackend) -> Self {
        let text = match backend {
            DbBackend::Postgres => SqlWriterValues::new("$", true),
            _ => SqlWriterValues::new("?", false),
        };
        Self { sql: Sql { backend, text }, holds: Vec::new() }
    }

    /// A part that holds these ids, and is not in the answer.
    pub fn given(&mut self, ids: Vec<Uuid>) -> Above {
        let ids = one_each(self.sql.backend, ids, "c0");
        self.add(Vec::new(), |sql| sql.select(&ids))
    }

    /// A part: what its columns `c0`, `c1` and so on hold, and a statement for its rows.
    pub fn add(&mut self, holds: Vec<&'static str>, rows: impl FnOnce(&mut Sql)) -> Above {
        let part = self.holds.len();
        self.sql.push(if part == 0 { "WITH " } else { ", " });
        // SQLite would find a part's rows again for each part that is found from them.
        let kept = if self.sql.backend == DbBackend::Postgres { "" } else { "MATERIALIZED " };
        self.sql.push(&format!("p{part} AS {kept}("));
        rows(&mut self.sql);
        self.sql.push(")");
        self.holds.push(if self.sql.backend == DbBackend::Postgres { holds } else { vec!["any"; holds.len()] });
        Above { part, shown: None }
    }

    /// Asks for the rows of all parts.
    pub async fn fetch(mut self, connection: &impl ConnectionTrait) -> Result<Answer, TreeError> {
        if self.holds.len() > MOST_LEVELS {
            let words = format!(
                "this query asks for more than {MOST_LEVELS} lists and records, one below the other or side by side"
            );
            return Err(too_wide(&words));
        }
        let mut parts = self.all_rows();
        if parts.is_empty() {
            return Ok(Answer(parts.into_iter()));
        }
        let Sql { backend, text } = self.sql;
        let (sql, values) = text.into_parts();
        if values.0.len() > MOST_VALUES {
            return Err(too_wide(&format!("this query compares with more than {MOST_VALUES} values")));
        }
        let statement = Statement::from_sql_and_values(backend, sql, values);
        for row in connection.query_all_raw(statement).await? {
            let part = held::<i32>(Row { values: &row, at: &[0] }, 0)?;
            let part = part.and_then(|part| parts.get_mut(usize::try_from(part).ok()?));
            part.ok_or_else(|| DbErr::Type("a row of no part".to_owned()))?.rows.push(row);
        }
        Ok(Answer(parts.into_iter()))
    }

    /// Ends the statement with the rows of all parts, and says where each part's values will stand.
    fn all_rows(&mut self) -> Vec<Part> {
        let (shared, places) = shared(&self.holds);
        let mut parts = Vec::with_capacity(places.len());
        for (part, at) in places.into_iter().enumerate().filter(|(_, at)| !at.is_empty()) {
            let first = parts.is_empty();
            self.sql.push(if first { " " } else { " UNION ALL " });
            self.sql.push(&format!("SELECT {}", parts.len()));
            for (column, holds) in shared.iter().enumerate() {
                match at.iter().position(|place| *place == column + 1) {
                    Some(slot) => self.sql.push(&format!(", c{slot}")),
                    None if first && self.sql.backend == DbBackend::Postgres => {
                        self.sql.push(&format!(", CAST(NULL AS {holds})"));
                    }
                    None => self.sql.push(", NULL"),
                }
            }
            self.sql.push(&format!(" FROM p{part}"));
            parts.push(Part { at, rows: Vec::new() });
        }
        parts
    }
}

fn too_wide(words: &str) -> TreeError {
    TreeError::Asked { message: format!("{words}: split it into smaller ones"), code: "BAD_INPUT" }
}

/// The columns that parts share, and where each part's stand among them; the number of the part stands before all.
fn shared(parts: &[Vec<&'static str>]) -> (Vec<&'static str>, Vec<Vec<usize>>) {
    let mut shared: Vec<&'static str> = Vec::new();
    let mut places = Vec::with_capacity(parts.len());
    for part in parts {
        let mut at: Vec<usize> = Vec::with_capacity(part.len());
        for holds in part {
            let free = (0..shared.len()).find(|column| shared[*column] == *holds && !at.contains(&(column + 1)));
            let column = free.unwrap_or_else(|| {
                shared.push(holds);
                shared.len() - 1
            });
            at.push(column + 1);
        }
        places.push(at);
    }
    (shared, places)
}

impl Sql {
    /// A statement as it is.
    pub fn select(&mut self, statement: &SelectStatement) {
        match self.backend {
            DbBackend::Postgres => statement.build_collect_into(PostgresQueryBuilder, &mut self.text),
            _ => statement.build_collect_into(SqliteQueryBuilder, &mut self.text),
        }
    }

    /// The first rows of a statement; with their `place`, where it is asked for.
    pub fn first(&mut self, statement: &SelectStatement, limit: usize, place: bool) {
        if place {
            self.push("SELECT first.*, row_number() OVER () AS place FROM (");
        }
        self.select(statement);
        self.push(&format!(" LIMIT {limit}"));
        if place {
            self.push(") AS first");
        }
    }

    /// The first rows of a page about `above.c0` for each row above. There is no way to find them but one parent after the other, so
    /// the rows of each come in their order; with their `place`, where it is asked for. For PostgreSQL.
    pub fn first_of_each(&mut self, above: Above, page: &SelectStatement, limit: usize, place: bool) {
        self.push(&format!("SELECT below.* FROM p{} AS above CROSS JOIN LATERAL (", above.part));
        self.first(page, limit, place);
        self.push(") AS below");
        if let Some(shown) = above.shown {
            self.push(&format!(" WHERE above.place <= {shown}"));
        }
    }

    /// The same for SQLite, always with their `place`. Its joins know what stands before them only in lists of JSON: a page finds the
    /// `rowid` of its rows, and these the rows. Both statements call it `row`.
    pub fn listed_for_each(&mut self, above: Above, page: &SelectStatement, rows: &SelectStatement, limit: usize) {
        self.push(&format!("SELECT below.*, listed.key + 1 AS place FROM p{} AS above CROSS JOIN ", above.part));
        self.push("json_each((SELECT json_group_array(row) FROM (");
        self.first(page, limit, false);
        self.push("))) AS listed CROSS JOIN (");
        self.select(rows);
        self.push(") AS below WHERE below.row = listed.value");
        if let Some(shown) = above.shown {
            self.push(&format!(" AND above.place <= {shown}"));
        }
    }

    fn push(&mut self, text: &str) {
        self.text.write_str(text).expect("text can be written to memory");
    }
}

impl Above {
    /// The same, of which this many rows are shown, where it has more.
    pub fn showing(self, shown: Option<usize>) -> Self {
        Self { shown, ..self }
    }

    fn column(self, slot: usize) -> SelectStatement {
        let mut ids = Query::select();
        ids.column(format!("c{slot}")).from(format!("p{}", self.part));
        if let Some(shown) = self.shown {
            ids.and_where(Expr::cust(format!("place <= {shown}")));
        }
        ids
    }

    /// Whether a column holds what stands in this slot of one of these rows.
    pub fn among(self, backend: DbBackend, column: Expr, slot: usize) -> Expr {
        let mut ids = self.column(slot);
        match backend {
            DbBackend::Postgres => {
                let ids = Expr::SubQuery(None, Box::new(ids.distinct().take().into()));
                column.eq(PgFunc::any(Func::cust("ARRAY").arg(ids)))
            }
            _ => column.in_subquery(ids),
        }
    }
}

impl Part {
    /// One of the rows.
    pub fn row(&self, index: usize) -> Row<'_> {
        Row { values: &self.rows[index], at: &self.at }
    }
}

impl Answer {
    /// The next part.
    pub fn part(&mut self) -> Part {
        self.0.next().expect("every part that was written is answered")
    }
}
