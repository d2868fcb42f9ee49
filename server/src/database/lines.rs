//! Lines to PostgreSQL: connections that are lent for a statement or a transaction, and kept.
//!
//! sqlx's pool asks each connection that is given back whether it is well, and so sends what is left of a transaction that nobody
//! ended. There is no setting against it, and a request, which gives two or three back, paid each time for a way to the database
//! and back that told nobody anything. A line is looked at only where it was not used for a while, or where something is not over
//! when it is given back (ADR 34).

use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, QueueMode, RecycleError, RecycleResult, WeakPool};
use sea_orm::metric::Info;
use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::{self, AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Postgres};
use sea_orm::{ConnAcquireErr, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::{CONNECTIONS, FROZEN, PATIENCE, UNUSED};

/// How long a line that was not used for a while has to answer before another is tried.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// How long a line is kept that nobody uses.
const REST: Duration = Duration::from_mins(10);

/// Hears of every statement.
pub(super) type Listener = Arc<dyn Fn(&Info<'_>) + Send + Sync>;

/// The lines to one database.
#[derive(Clone)]
pub(super) struct Lines(Pool<Maker, Lent>);

impl Lines {
    /// Lines that are made as this pool makes its connections.
    pub(super) fn made_by(pool: PgPool) -> Self {
        let most = usize::try_from(CONNECTIONS).unwrap_or(usize::MAX);
        let lines = Pool::builder(Maker(pool)).max_size(most).runtime(Runtime::Tokio1);
        // The line that was used last needs no look.
        let lines = lines.recycle_timeout(Some(ANSWERS_WITHIN)).queue_mode(QueueMode::Lifo).build();
        let lines = lines.expect("the runtime that the timeout needs is named");
        tokio::spawn(put_down_unused(lines.weak()));
        Self(lines)
    }

    /// Lends a line; who asks waits for one as long as for a connection.
    pub(super) async fn lend(&self) -> Result<Lent, DbErr> {
        let acquired = |error| Err(DbErr::ConnectionAcquire(error));
        match timeout(PATIENCE, self.0.get()).await {
            Ok(Ok(line)) => Ok(line),
            Err(_) | Ok(Err(PoolError::Backend(sqlx::Error::PoolTimedOut))) => acquired(ConnAcquireErr::Timeout),
            Ok(Err(PoolError::Closed | PoolError::Backend(sqlx::Error::PoolClosed))) => {
                acquired(ConnAcquireErr::ConnectionClosed)
            }
            Ok(Err(PoolError::Backend(error))) => Err(DbErr::Conn(RuntimeErr::SqlxError(error.into()))),
            Ok(Err(other)) => Err(DbErr::Conn(RuntimeErr::Internal(other.to_string()))),
        }
    }

    /// Closes those that nobody uses, and each other when it is given back.
    pub(super) fn close(&self) {
        self.0.close();
    }
}

/// Puts down, now and then, lines that were not used for long, so that a flood leaves none behind; until the pool goes.
async fn put_down_unused(lines: WeakPool<Maker>) {
    let mut now_and_then = tokio::time::interval(REST / 10);
    loop {
        now_and_then.tick().await;
        let Some(lines) = lines.upgrade() else { return };
        lines.retain(|line, _| line.since.elapsed() < REST);
    }
}

/// Makes lines as the pool makes its connections.
#[derive(Debug)]
struct Maker(PgPool);

/// A connection for one statement or transaction after the other.
struct Line {
    connection: PgConnection,
    /// When the last statement ended.
    since: Instant,
    /// Whether a statement began of which nobody saw a good end.
    is_midway: bool,
    /// Whether a transaction began that has not ended.
    is_within: bool,
}

impl Line {
    /// Waits until what runs is over, and rolls back.
    async fn settle(&mut self) -> Result<(), sqlx::Error> {
        if self.is_within {
            self.connection.execute("ROLLBACK").await?;
        } else {
            self.connection.ping().await?;
        }
        (self.is_midway, self.is_within) = (false, false);
        Ok(())
    }
}

impl Manager for Maker {
    type Type = Line;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Line, sqlx::Error> {
        let connection = self.0.acquire().await?.detach();
        Ok(Line { connection, since: Instant::now(), is_midway: false, is_within: false })
    }

    async fn recycle(&self, line: &mut Line, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        let is_old = self.0.options().get_max_lifetime().is_some_and(|most| metrics.age() > most);
        if line.is_midway || line.is_within || is_old {
            return Err(RecycleError::message("a line that is not used any more"));
        }
        if line.since.elapsed() >= UNUSED {
            line.connection.ping().await?;
        }
        Ok(())
    }
}

/// A line, until it is given back.
pub(super) struct Lent(Option<Object<Maker>>);

impl From<Object<Maker>> for Lent {
    fn from(line: Object<Maker>) -> Self {
        Self(Some(line))
    }
}

impl Lent {
    pub(super) async fn execute(
        &mut self,
        statement: &Statement,
        listener: Option<&Listener>,
    ) -> Result<ExecResult, DbErr> {
        let done = self.run(statement, listener, async |line, query| query.execute(line).await).await;
        done.map(ExecResult::from).map_err(|error| DbErr::Exec(RuntimeErr::SqlxError(error.into())))
    }

    pub(super) async fn rows(
        &mut self,
        statement: &Statement,
        listener: Option<&Listener>,
    ) -> Result<Vec<QueryResult>, DbErr> {
        let rows = self.run(statement, listener, async |line, query| query.fetch_all(line).await).await;
        let rows = rows.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// Asks in plain text.
    pub(super) async fn plain(&mut self, sql: &str) -> Result<ExecResult, DbErr> {
        let done = self.start().execute(AssertSqlSafe(sql)).await;
        self.ended(&done);
        done.map(ExecResult::from).map_err(|error| DbErr::Exec(RuntimeErr::SqlxError(error.into())))
    }

    /// Begins a transaction.
    pub(super) async fn begin(&mut self, how: &str) -> Result<(), DbErr> {
        self.line().is_within = true;
        self.plain(how).await.map(drop)
    }

    /// Ends it, and keeps what was written. After a statement that failed PostgreSQL would keep nothing, and answer as if it had.
    pub(super) async fn commit(mut self) -> Result<(), DbErr> {
        if self.line().is_midway {
            return Err(DbErr::Exec(RuntimeErr::Internal("a statement of this transaction failed".to_owned())));
        }
        self.end("COMMIT").await
    }

    /// Ends it.
    pub(super) async fn rollback(mut self) -> Result<(), DbErr> {
        self.end("ROLLBACK").await
    }

    async fn end(&mut self, how: &str) -> Result<(), DbErr> {
        self.plain(how).await?;
        self.line().is_within = false;
        Ok(())
    }

    async fn run<T>(
        &mut self,
        statement: &Statement,
        listener: Option<&Listener>,
        ask: impl AsyncFnOnce(&mut PgConnection, Query<'_, Postgres, SqlxValues>) -> Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        let since = Instant::now();
        let Statement { sql, values, .. } = statement;
        let values = SqlxValues(values.clone().unwrap_or(Values(Vec::new())));
        let outcome = ask(self.start(), sqlx::query_with(AssertSqlSafe(sql.as_str()), values)).await;
        self.ended(&outcome);
        if let Some(listener) = listener {
            listener(&Info { elapsed: since.elapsed(), statement, failed: outcome.is_err() });
        }
        outcome
    }

    fn start(&mut self) -> &mut PgConnection {
        let line = self.line();
        line.is_midway = true;
        &mut line.connection
    }

    /// After a statement that failed, the line is looked at when it is given back.
    fn ended<T>(&mut self, outcome: &Result<T, sqlx::Error>) {
        let line = self.line();
        line.is_midway = outcome.is_err();
        line.since = Instant::now();
    }

    fn line(&mut self) -> &mut Line {
        self.0.as_mut().expect("a line is held until it is given back")
    }
}

impl Drop for Lent {
    /// A line on which something is not over is lent to nobody until that has ended: so no more statements run at once than there are
    /// lines, and a transaction that nobody ended is rolled back. Where nothing is heard for too long there may be nobody on the other
    /// end, and the line is closed.
    fn drop(&mut self) {
        let open = self.0.take().filter(|line| line.is_midway || line.is_within);
        if let (Some(mut line), Ok(runtime)) = (open, Handle::try_current()) {
            runtime.spawn(async move {
                match timeout(FROZEN, line.settle()).await {
                    Ok(Ok(())) => line.since = Instant::now(),
                    _ => drop(Object::take(line)),
                }
            });
        }
    }
}
