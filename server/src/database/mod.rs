//! Opening the database: an SQLite file by default, PostgreSQL when its address is given. And how statements are put that
//! either of them is to plan once.

mod db;
mod lines;

use std::path::PathBuf;
use std::time::Duration;

use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{ArrayType, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ConnAcquireErr, ConnectOptions, ConnectionTrait, Database, DbBackend, DbErr, Statement, Value};
use uuid::Uuid;

pub use self::db::{Db, Tx};
use crate::access::secrets::Redacted;

/// How long a request waits for a connection, and SQLite's second writer for the first.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long a connection stands unused until it is looked at before it is used again. To look each time is another way to the
/// database and back; what restarts a database takes longer.
const UNUSED: Duration = Duration::from_millis(50);

/// Texts of statements that a connection keeps prepared. The screens have more than a hundred queries, each of one statement.
/// A level of one that is kept costs PostgreSQL 50 kB: as many statements as widest trees ([`MOST_LEVELS`]) would be 200 MB.
const STATEMENTS: usize = 100;

/// Levels of a tree at most, each of which PostgreSQL keeps a plan of, and of which SQLite joins no more than five hundred.
pub const MOST_LEVELS: usize = 60;

/// Values in a statement at most. SQLite takes 32,766, PostgreSQL twice as many.
pub const MOST_VALUES: usize = 30_000;

/// Lines to PostgreSQL at most.
const CONNECTIONS: u32 = 16;

/// The same to SQLite. Each is a thread of this process with a cache of its own: 16 are not quicker, and hold 50 MB more.
const SQLITE_CONNECTIONS: u32 = 8;

/// Rows that SQLite's thread may be ahead of who reads them, who is woken for each time that it waits.
const AHEAD: usize = 500;

/// How long a few statements may take together; more than a connection and a lock are waited for.
const FROZEN: Duration = Duration::from_secs(20);

/// Opens a pool. Statements are not logged: they hold people's data.
///
/// SQLite keeps a write-ahead log, so that readers never wait for the one writer; a second writer waits its turn.
/// What was committed is on the disk before anybody is told, as the objects are: it outlives a power cut. On
/// PostgreSQL nobody waits for a lock for ever, and a transaction whose server froze in the middle is ended: the change
/// feed waits for the oldest one that runs.
///
/// # Errors
/// When the database cannot be reached or opened.
pub async fn connect(url: &Redacted) -> Result<Db, DbErr> {
    let mut options = ConnectOptions::new(url.reveal());
    options
        .max_connections(if DbBackend::Sqlite.is_prefix_of(url.reveal()) { SQLITE_CONNECTIONS } else { CONNECTIONS })
        .acquire_timeout(PATIENCE)
        .test_before_acquire_if_idle_for(UNUSED)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_postgres_opts(|postgres| {
            let waits = [("lock_timeout", "8s"), ("idle_in_transaction_session_timeout", "60s")];
            // Compiling a statement of many conditions takes a hundred times as long as running it.
            postgres.statement_cache_capacity(STATEMENTS).options(waits).options([("jit", "off")])
        })
        .map_sqlx_sqlite_opts(|sqlite| {
            let sqlite = sqlite.foreign_keys(true).busy_timeout(PATIENCE).statement_cache_capacity(STATEMENTS);
            sqlite.pragma("journal_mode", "WAL").pragma("synchronous", "FULL").row_buffer_size(AHEAD)
        });
    Database::connect(options).await.map(Db::over)
}

/// Has SQLite note how much its tables hold, where that has changed a lot: it chooses by that how to go about a statement.
/// PostgreSQL does so by itself.
///
/// # Errors
/// The database's.
pub async fn note_sizes(db: &Db) -> Result<(), DbErr> {
    if db.get_database_backend() == DbBackend::Sqlite {
        // Of every table that grew or shrank tenfold (0x10000) it reads (0x02) a sample (0x10).
        db.execute_unprepared("pragma optimize = 0x10012").await?;
    }
    Ok(())
}

/// A value that PostgreSQL does not look at when it plans: otherwise it plans a statement anew, each time that it is run, as long
/// as the plan for these values looks cheaper than the one that it keeps.
pub(crate) fn hidden(value: impl Into<Value>) -> Expr {
    Expr::SubQuery(None, Box::new(Query::select().expr(Expr::val(value)).take().into()))
}

/// The first rows of a statement. How many stands in its text: of a number that it does not know PostgreSQL expects a tenth of all rows,
/// and so it plans the statement anew, each time that it is run, as long as the number makes it look cheaper.
#[must_use]
pub fn first(backend: DbBackend, of: &SelectStatement, most: u64) -> Statement {
    let mut statement = backend.build(of);
    statement.sql.push_str(&format!(" LIMIT {most}"));
    statement
}

/// Whether a column holds one of these ids. They travel as one value: the text of the statement does not depend on how many
/// they are, unless there is none.
#[must_use]
pub fn among<K: Into<Uuid>>(backend: DbBackend, column: Expr, ids: impl IntoIterator<Item = K>) -> Expr {
    let mut ids = ids.into_iter().map(Into::into).peekable();
    if ids.peek().is_none() {
        return Expr::cust("1 = 0");
    }
    match backend {
        DbBackend::Postgres => column.eq(PgFunc::any(hidden(array(ids)).cast_as("uuid[]"))),
        _ => column.in_subquery(one_each(backend, ids, "id")),
    }
}

/// A row for each of these ids, in a column of this name. They travel as one value.
#[must_use]
pub fn one_each(backend: DbBackend, ids: impl IntoIterator<Item = Uuid>, name: &'static str) -> SelectStatement {
    let mut rows = Query::select();
    match backend {
        DbBackend::Postgres => {
            rows.expr_as(Func::cust("unnest").arg(hidden(array(ids)).cast_as("uuid[]")), name);
        }
        _ => {
            let ids: Vec<String> = ids.into_iter().map(|id| id.simple().to_string()).collect();
            let list = serde_json::to_string(&ids).unwrap_or_default();
            rows.expr_as(Func::cust("unhex").arg(Expr::col("value")), name);
            rows.from_function(Func::cust("json_each").arg(Expr::val(list)), "ids");
        }
    }
    rows
}

/// Ids as one value, for PostgreSQL.
fn array(ids: impl IntoIterator<Item = Uuid>) -> Value {
    Value::Array(ArrayType::Uuid, Some(Box::new(ids.into_iter().map(Value::from).collect())))
}

/// Waits for work on the database, but not for ever: one that froze keeps its lines open and says nothing.
///
/// # Errors
/// The work's own; and that no connection was to be had, when it took too long. What was committed is unknown then, as
/// when a line breaks.
pub async fn in_time<T, E: From<DbErr>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let outcome = tokio::time::timeout(FROZEN, work).await;
    outcome.unwrap_or_else(|_| Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout).into()))
}

/// The file of an SQLite database; none of any other.
#[must_use]
pub fn sqlite_path(url: &Redacted) -> Option<PathBuf> {
    let rest = url.reveal().strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next()?;
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_an_address() {
        for (url, path) in [
            ("sqlite://data/waymark.sqlite?mode=rwc", Some("data/waymark.sqlite")),
            ("sqlite:/var/lib/waymark.sqlite", Some("/var/lib/waymark.sqlite")),
            ("sqlite::memory:", None),
            ("postgres://waymark@localhost/waymark", None),
        ] {
            assert_eq!(sqlite_path(&Redacted::new(url)), path.map(PathBuf::from), "{url}");
        }
    }

    #[tokio::test]
    async fn sizes_are_noted_of_what_has_grown() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("sizes.sqlite").display());
        let db = connect(&Redacted::new(url)).await.unwrap();
        let grown = "with recursive n (n) as (select 1 union all select n + 1 from n where n < 3000)
            insert into grown (kind) select n % 3 from n";
        for sql in ["create table grown (kind integer)", "create index grown_kind_idx on grown (kind)", grown] {
            db.execute_unprepared(sql).await.unwrap();
        }
        note_sizes(&db).await.unwrap();
        let noted =
            Statement::from_string(DbBackend::Sqlite, "select stat from sqlite_stat1 where idx = 'grown_kind_idx'");
        let noted: String = db.query_one_raw(noted).await.unwrap().unwrap().try_get_by_index(0).unwrap();
        assert!(noted.starts_with("3000 "), "{noted}");
    }
}
