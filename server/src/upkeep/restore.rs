//! `waymark restore`: brings a backup back into an empty database, and its objects into the store.
//!
//! A restored database is another life of the installation: its newest changes are gone, and what is written now takes
//! numbers that were given out before. So it begins a new epoch, and whoever follows the change feed begins anew.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sha2::{Digest, Sha256};

use super::kept::{Database, Manifest, OBJECTS, SUMS};
use super::start::{self, Schema};
use super::{named, postgres};
use crate::app::App;
use crate::database::{self, Db};
use crate::ledger::{installation, seal::ANCHOR};
use crate::objects::{DirectoryStore, Key, ObjectError, ObjectStore};
use crate::uploads::Files;

/// What became of the objects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Objects {
    /// Brought back.
    pub restored: u64,
    /// In the store already.
    pub present: u64,
    /// Named by rows, and neither in the store nor whole in the backup.
    pub missing: Vec<String>,
}

/// Brings the database back. The pool of `app` is closed: the database that it was opened on is replaced.
///
/// # Errors
/// A sentence: the backup is not whole, the target is not empty, a program is not there.
pub async fn database(app: &App, directory: &Path) -> Result<App> {
    let manifest = Manifest::read(directory).await?;
    let url = &app.config.database_url;
    let kind = match app.db.get_database_backend() {
        DbBackend::Postgres => Database::Postgres,
        _ => Database::Sqlite,
    };
    if kind != manifest.database {
        bail!(
            "The backup is of {}, and the settings name {kind}: a backup goes back into a database of its own kind.",
            manifest.database
        );
    }
    refuse_a_full_one(&app.db).await?;
    let copy = manifest.check_database(directory).await?;
    app.db.close().await?;
    match database::sqlite_path(url) {
        Some(path) => put_in_place(&copy, &path).await.context("the database cannot be put in its place")?,
        None => postgres::restore(url, &copy).await?,
    }
    let restored = app.over(database::connect(url).await?);
    // What was made by an older program is brought up to date; what was made by a newer one cannot be.
    if let Schema::Behind(_) = start::schema(&restored.db).await? {
        Migrator::up(&*restored.db, None).await.context("the restored database cannot be migrated")?;
    }
    start::check_schema(&restored.db).await?;
    begin_anew(&restored).await?;
    let anchor = app.config.data.join(ANCHOR);
    if !tokio::fs::try_exists(&anchor).await? && tokio::fs::try_exists(directory.join(ANCHOR)).await? {
        tokio::fs::copy(directory.join(ANCHOR), anchor).await.context("the audit's anchor cannot be written")?;
    }
    Ok(restored)
}

async fn refuse_a_full_one(db: &Db) -> Result<()> {
    let backend = db.get_database_backend();
    let tables = match backend {
        DbBackend::Postgres => "select 1 from information_schema.tables where table_schema = current_schema() limit 1",
        _ => "select 1 from sqlite_master where type = 'table' limit 1",
    };
    if db.query_one_raw(Statement::from_string(backend, tables)).await?.is_some() {
        bail!(
            "The database is not empty, and a restore never writes over one: let DATABASE_URL or WAYMARK_DATA name an \
             empty place, or move the old database away first."
        );
    }
    Ok(())
}

async fn put_in_place(copy: &Path, path: &Path) -> std::io::Result<()> {
    let coming = path.with_extension("restoring");
    tokio::fs::copy(copy, &coming).await?;
    tokio::fs::File::open(&coming).await?.sync_all().await?;
    for leftover in ["-wal", "-shm"] {
        let leftover = format!("{}{leftover}", path.display());
        if tokio::fs::try_exists(&leftover).await? {
            tokio::fs::remove_file(leftover).await?;
        }
    }
    tokio::fs::rename(coming, path).await
}

/// Another epoch; and on PostgreSQL, whose new cluster counts its transactions anew, every transaction of the old one
/// goes before every new one, in its old order.
async fn begin_anew(app: &App) -> Result<()> {
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    if app.db.get_database_backend() == DbBackend::Postgres {
        for table in ["change", "audit"] {
            let shift = format!(
                "update {table} set transaction_id = transaction_id - 1 - (select max(transaction_id) from {table})"
            );
            tx.execute_unprepared(&shift).await?;
        }
    }
    installation::begin_epoch(&tx, app.ids.next(now), now).await?;
    Ok(tx.commit().await?)
}

/// Brings back the objects that rows name and that the store lacks.
///
/// # Errors
/// The database's and the object store's; the backup's own faults are part of the answer.
pub async fn objects(files: &Files, directory: &Path) -> Result<Objects> {
    Manifest::read(directory).await?;
    let sums = tokio::fs::read_to_string(directory.join(SUMS)).await.context("the list of hashes cannot be read")?;
    let hashes: HashMap<&str, &str> = sums.lines().filter_map(sum).collect();
    let copies = DirectoryStore::open(directory.join(OBJECTS)).await.context("the objects cannot be read")?;
    let mut wanted = Vec::new();
    named::each(&files.app.db, |named| {
        if let (Some(_), Ok(key)) = (named.expected, named.key.parse::<Key>()) {
            wanted.push(key);
        }
    })
    .await?;
    let mut outcome = Objects::default();
    for key in wanted {
        let name = key.to_string();
        match files.objects.size(&key).await {
            Ok(_) => outcome.present += 1,
            Err(ObjectError::NotFound) if bring_back(files, &copies, &key, hashes.get(&*name)).await? => {
                outcome.restored += 1;
            }
            Err(ObjectError::NotFound) => outcome.missing.push(name),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(outcome)
}

/// Hash and key of a line of the list.
fn sum(line: &str) -> Option<(&str, &str)> {
    let (hash, path) = line.split_once("  ")?;
    Some((path.rsplit('/').next()?, hash))
}

/// Copies one object into the store; false when the backup lacks it, or has other bytes than it wrote.
async fn bring_back(
    files: &Files,
    copies: &DirectoryStore,
    key: &Key,
    expected: Option<&&str>,
) -> Result<bool, ObjectError> {
    let bytes = match copies.get(key, None).await {
        Ok(bytes) => bytes,
        Err(ObjectError::NotFound) => return Ok(false),
        Err(error) => return Err(error),
    };
    let mut hash = Sha256::new();
    let bytes = bytes.inspect(|chunk| {
        if let Ok(chunk) = chunk {
            hash.update(chunk);
        }
    });
    files.objects.put(key, "application/octet-stream", bytes.boxed()).await?;
    if expected == Some(&&*hex::encode(hash.finalize())) {
        return Ok(true);
    }
    files.objects.delete(key).await?;
    Ok(false)
}
