//! The database as the server asks it, over lines to PostgreSQL or SeaORM's pool for SQLite. SeaORM's traits stand over both.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use sea_orm::metric::Info;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use tokio::sync::Mutex;

use super::lines::{Lent, Lines, Listener};

/// The database. What is asked of it and its transactions have lines on PostgreSQL; for everything else it is SeaORM's pool.
#[derive(Clone)]
pub struct Db {
    pool: DatabaseConnection,
    lines: Option<Lines>,
    listener: Option<Listener>,
}

impl Db {
    /// The database behind a pool.
    #[must_use]
    pub fn over(pool: DatabaseConnection) -> Self {
        let is_postgres = pool.get_database_backend() == DbBackend::Postgres;
        let lines = is_postgres.then(|| Lines::made_by(pool.get_postgres_connection_pool().clone()));
        Self { pool, lines, listener: None }
    }

    /// Has every statement told, as SeaORM's pool tells its own.
    pub fn set_metric_callback(&mut self, listener: impl Fn(&Info<'_>) + Send + Sync + 'static) {
        let listener: Listener = Arc::new(listener);
        self.listener = Some(Arc::clone(&listener));
        self.pool.set_metric_callback(move |info| listener(info));
    }

    /// Looks whether it answers.
    ///
    /// # Errors
    /// The database's.
    pub async fn ping(&self) -> Result<(), DbErr> {
        match &self.lines {
            Some(lines) => lines.lend().await?.plain("SELECT 1").await.map(drop),
            None => self.pool.ping().await,
        }
    }

    /// Closes it: a line that is in use when that has ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn close(&self) -> Result<(), DbErr> {
        if let Some(lines) = &self.lines {
            lines.close();
        }
        self.pool.close_by_ref().await
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin(&self) -> Result<Tx, DbErr> {
        self.begin_as("BEGIN", TransactionOptions::default()).await
    }

    /// Begins a transaction that writes: on SQLite it takes the write lock at once instead of failing half-way.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin_writing(&self) -> Result<Tx, DbErr> {
        let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        self.begin_as("BEGIN", TransactionOptions { sqlite_transaction_mode, ..Default::default() }).await
    }

    /// Begins a transaction in which every statement sees the same rows. On SQLite each does, from its first read on.
    ///
    /// # Errors
    /// The database's.
    pub async fn snapshot(&self) -> Result<Tx, DbErr> {
        self.begin_as("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", TransactionOptions::default()).await
    }

    async fn begin_as(&self, postgres: &str, sqlite: TransactionOptions) -> Result<Tx, DbErr> {
        match &self.lines {
            Some(lines) => {
                Box::pin(async {
                    let mut line = lines.lend().await?;
                    line.begin(postgres).await?;
                    Ok(Tx(Within::Line(Mutex::new(line), self.listener.clone())))
                })
                .await
            }
            None => Ok(Tx(Within::Pool(self.pool.begin_with_options(sqlite).await?))),
        }
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db").field("pool", &self.pool).finish_non_exhaustive()
    }
}

impl Deref for Db {
    type Target = DatabaseConnection;

    fn deref(&self) -> &DatabaseConnection {
        &self.pool
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Db {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match &self.lines {
            Some(lines) => lines.lend().await?.execute(&statement, self.listener.as_ref()).await,
            None => self.pool.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match &self.lines {
            Some(lines) => lines.lend().await?.plain(sql).await,
            None => self.pool.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match &self.lines {
            Some(_) => Ok(self.query_all_raw(statement).await?.into_iter().next()),
            None => self.pool.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.lines {
            Some(lines) => lines.lend().await?.rows(&statement, self.listener.as_ref()).await,
            None => self.pool.query_all_raw(statement).await,
        }
    }
}

/// A transaction. One that is dropped is rolled back. How it begins and ends is boxed, as it is part of every mutation's future.
pub struct Tx(Within);

enum Within {
    Line(Mutex<Lent>, Option<Listener>),
    Pool(DatabaseTransaction),
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tx")
    }
}

impl Tx {
    /// Keeps what was written.
    ///
    /// # Errors
    /// The database's; whether it was kept is then unknown. That one of its statements failed; nothing was kept then.
    pub async fn commit(self) -> Result<(), DbErr> {
        match self.0 {
            Within::Line(line, _) => Box::pin(line.into_inner().commit()).await,
            Within::Pool(tx) => tx.commit().await,
        }
    }

    /// Lets go of it.
    ///
    /// # Errors
    /// The database's.
    pub async fn rollback(self) -> Result<(), DbErr> {
        match self.0 {
            Within::Line(line, _) => Box::pin(line.into_inner().rollback()).await,
            Within::Pool(tx) => tx.rollback().await,
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        match &self.0 {
            Within::Line(..) => DbBackend::Postgres,
            Within::Pool(tx) => tx.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match &self.0 {
            Within::Line(line, listener) => line.lock().await.execute(&statement, listener.as_ref()).await,
            Within::Pool(tx) => tx.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match &self.0 {
            Within::Line(line, _) => line.lock().await.plain(sql).await,
            Within::Pool(tx) => tx.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match &self.0 {
            Within::Line(..) => Ok(self.query_all_raw(statement).await?.into_iter().next()),
            Within::Pool(tx) => tx.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.0 {
            Within::Line(line, listener) => line.lock().await.rows(&statement, listener.as_ref()).await,
            Within::Pool(tx) => tx.query_all_raw(statement).await,
        }
    }
}
