//! Opening the database: an SQLite file by default, PostgreSQL when its address is given.

use std::path::PathBuf;
use std::time::Duration;

use sea_orm::{ConnAcquireErr, ConnectOptions, Database, DatabaseConnection, DbErr};

use crate::access::secrets::Redacted;

/// How long a request waits for a connection, and SQLite's second writer for the first.
const PATIENCE: Duration = Duration::from_secs(8);

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
pub async fn connect(url: &Redacted) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url.reveal());
    options
        .max_connections(16)
        .acquire_timeout(PATIENCE)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_postgres_opts(|postgres| {
            postgres.options([("lock_timeout", "8s"), ("idle_in_transaction_session_timeout", "60s")])
        })
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite.foreign_keys(true).busy_timeout(PATIENCE).pragma("journal_mode", "WAL").pragma("synchronous", "FULL")
        });
    Database::connect(options).await
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
}
