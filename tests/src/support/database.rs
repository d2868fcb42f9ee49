//! A database per test, without migrating once per test.
//!
//! SQLite: the migrated file is made once per process, kept in memory, and written out for each test. PostgreSQL: a
//! migrated template is made once per set of migrations, and each test's database is created from it and dropped.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use migration::Migrator;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use sea_orm_migration::MigratorTrait;
use server::access::secrets::Redacted;
use server::database::Db;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

/// Where one test's database is.
#[derive(Debug)]
pub struct Database {
    url: String,
    /// Its name, when it lives on a server and must be dropped.
    name: Option<String>,
}

impl Database {
    /// What the server's settings take as the database's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Connected to as the server connects.
    pub async fn connect(&self) -> Db {
        server::database::connect(&Redacted::new(self.url())).await.unwrap()
    }

    /// The same, with how many statements it was asked.
    pub async fn counted(&self) -> (Db, Arc<AtomicUsize>) {
        let mut db = self.connect().await;
        let count = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&count);
        db.set_metric_callback(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        (db, count)
    }

    /// A migrated file at this path.
    pub async fn sqlite(path: &Path) -> Self {
        static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
        std::fs::write(path, TEMPLATE.get_or_init(sqlite_template).await).unwrap();
        Self { url: sqlite_url(path), name: None }
    }

    /// A migrated database on the server that `WAYMARK_TEST_POSTGRES` names.
    pub async fn postgres() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let template = TEMPLATE.get_or_init(postgres_template).await;
        let name = format!("waymark_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        execute_on_server(&format!("create database {name} template {template}")).await;
        Self { url: postgres_url(&name), name: Some(name) }
    }

    /// A file that is not there yet.
    pub fn blank_sqlite(path: &Path) -> Self {
        Self { url: sqlite_url(path), name: None }
    }

    /// A database without tables on the same server.
    pub async fn blank_postgres() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("waymark_blank_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        execute_on_server(&format!("create database {name}")).await;
        Self { url: postgres_url(&name), name: Some(name) }
    }

    /// Drops it if it lives on a server, whoever is still connected.
    pub async fn remove(&self) {
        if let Some(name) = &self.name {
            execute_on_server(&format!("drop database {name} with (force)")).await;
        }
    }
}

/// Waits until all that was recorded so far may be told and sealed. On PostgreSQL the ledger is read below the oldest
/// transaction that runs in the whole cluster, and other tests have theirs in the same one: the longest fills a table of a
/// nation.
pub async fn ledger_settles(db: &Db) {
    const AT_MOST: Duration = Duration::from_secs(120);
    const SETTLED: &str = "select coalesce(greatest(
        (select max(transaction_id) from change), (select max(transaction_id) from audit)), 0)
        < pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    if db.get_database_backend() != DbBackend::Postgres {
        return;
    }
    let since = Instant::now();
    while since.elapsed() < AT_MOST {
        let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, SETTLED)).await.unwrap();
        if row.unwrap().try_get_by_index(0).unwrap() {
            return;
        }
        #[expect(clippy::disallowed_methods, reason = "the condition is the database's, which has to be asked again")]
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("a transaction runs on and on");
}

async fn sqlite_template() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.sqlite");
    let database = connect(&sqlite_url(&path)).await.unwrap();
    Migrator::up(&database, None).await.unwrap();
    database.close().await.unwrap();
    std::fs::read(path).unwrap()
}

/// The template's name. Processes that start at once wait for each other, and a template half made is never taken for one.
async fn postgres_template() -> String {
    const LOCK: i64 = 0x0077_6179_6d61_726b;
    let name = format!("waymark_template_{}", migrations_hash());
    let unfinished = format!("{name}_unfinished");
    let server =
        connect(&server_url()).await.unwrap_or_else(|error| panic!("WAYMARK_TEST_POSTGRES cannot be reached: {error}"));
    let run = async |sql: String| server.execute_unprepared(&sql).await.unwrap();

    run(format!("select pg_advisory_lock({LOCK})")).await;
    let there = format!("select 1 from pg_database where datname = '{name}'");
    if server.query_one_raw(Statement::from_string(server.get_database_backend(), there)).await.unwrap().is_none() {
        run(format!("drop database if exists {unfinished} with (force)")).await;
        run(format!("create database {unfinished}")).await;
        let database = connect(&postgres_url(&unfinished)).await.unwrap();
        Migrator::up(&database, None).await.unwrap();
        database.close().await.unwrap();
        run(format!("alter database {unfinished} rename to {name}")).await;
    }
    // Closing the session gives the lock back.
    server.close().await.unwrap();
    name
}

/// A hash of the migrations' source: a changed migration needs a new template even under its old name.
fn migrations_hash() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migration/src");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let hash = files.iter().fold(Sha256::new(), |hash, file| hash.chain_update(std::fs::read(file).unwrap()));
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

async fn execute_on_server(sql: &str) {
    let server = connect(&server_url()).await.unwrap();
    server.execute_unprepared(sql).await.unwrap();
    server.close().await.unwrap();
}

/// One connection, so that what is set on the session holds for all statements.
async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await
}

fn sqlite_url(path: &Path) -> String {
    format!("sqlite://{}?mode=rwc", path.display())
}

fn server_url() -> String {
    std::env::var("WAYMARK_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!(
            "this test needs PostgreSQL: run it by `cargo xtask test`, or name a server that may be written to in \
             WAYMARK_TEST_POSTGRES (postgres://user@host:port/postgres), or leave this pair out by WAYMARK_TEST_PAIRS=sqlite"
        )
    })
}

/// The server's address with another database's name.
fn postgres_url(name: &str) -> String {
    let server = server_url();
    let (server, _) = server.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}
