//! Opening the database: an SQLite file by default, PostgreSQL when its address is given.

use std::time::Duration;

use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr};

use crate::access::secrets::Redacted;

/// Opens a pool. Statements are not logged: they hold people's data.
///
/// SQLite keeps a write-ahead log, so that readers never wait for the one writer; a second writer waits its turn.
///
/// # Errors
/// When the database cannot be reached or opened.
pub async fn connect(url: &Redacted) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url.reveal());
    options
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(8))
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(8))
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "NORMAL")
        });
    Database::connect(options).await
}
