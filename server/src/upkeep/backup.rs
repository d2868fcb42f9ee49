//! `waymark backup`: the database as of one instant, then the objects that it names. It runs beside a server.
//!
//! Objects are never changed once they are named, and outlive the instant by at least the job that removes them, so a
//! copy made after the database finds what the database names; what was removed on purpose meanwhile is left out.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sha2::{Digest, Sha256};

use super::kept::{Database, Manifest, OBJECTS, SUMS, hash_file};
use super::named::{self, Named};
use super::postgres;
use crate::database::Db;
use crate::ledger::{installation, seal::ANCHOR};
use crate::objects::{DirectoryStore, Key, ObjectError, ObjectStore};
use crate::uploads::Files;

/// Copies database and objects into a directory, which must be empty or not there.
///
/// # Errors
/// A sentence; what was written so far is no backup, for want of a manifest.
pub async fn backup(files: &Files, directory: &Path) -> Result<Manifest> {
    prepare(directory).await?;
    let app = &files.app;
    // The anchor first: the chain of a later copy of the database reaches at least this far.
    let anchor = app.config.data.join(ANCHOR);
    if tokio::fs::try_exists(&anchor).await? {
        tokio::fs::copy(&anchor, directory.join(ANCHOR)).await.context("the audit's anchor cannot be copied")?;
    }
    let kind = match app.db.get_database_backend() {
        DbBackend::Postgres => Database::Postgres,
        _ => Database::Sqlite,
    };
    let path = directory.join(kind.file());
    let (epoch, named) = match kind {
        Database::Postgres => copy_postgres(files, &path).await?,
        Database::Sqlite => copy_sqlite(&app.db, &path).await?,
    };
    let sha256 = hash_file(&path).await.context("the database's copy cannot be read")?;
    let mut sums = format!("{sha256}  {}\n", kind.file());
    let mut manifest = Manifest::new(app.clock.now(), epoch, kind, sha256);
    copy_objects(files, directory, named, &mut manifest, &mut sums).await?;
    tokio::fs::write(directory.join(SUMS), sums).await.context("the list of hashes cannot be written")?;
    manifest.write(directory).await?;
    Ok(manifest)
}

async fn prepare(directory: &Path) -> Result<()> {
    let place = directory.display();
    crate::cli::private_directory(directory).with_context(|| format!("the directory {place} cannot be made"))?;
    let mut entries = tokio::fs::read_dir(directory).await.with_context(|| format!("{place} cannot be read"))?;
    if entries.next_entry().await?.is_some() {
        bail!("{place} is not empty: a backup has a directory of its own.");
    }
    Ok(())
}

/// What the copy names, and its epoch.
type Copied = (uuid::Uuid, Vec<Named>);

async fn copy_sqlite(db: &Db, path: &Path) -> Result<Copied> {
    let into = Statement::from_sql_and_values(DbBackend::Sqlite, "vacuum into ?", [path.display().to_string().into()]);
    db.execute_raw(into).await.context("the database cannot be copied")?;
    tokio::fs::File::open(path).await?.sync_all().await?;
    let copy = sea_orm::Database::connect(format!("sqlite://{}?mode=ro", path.display())).await?;
    let copied = read(&copy).await?;
    copy.close().await?;
    Ok(copied)
}

/// The dump and the names are taken from one snapshot.
async fn copy_postgres(files: &Files, path: &Path) -> Result<Copied> {
    let app = &files.app;
    let one = app.db.snapshot().await?;
    // It waits for as long as the dump takes.
    one.execute_unprepared("set local idle_in_transaction_session_timeout = 0").await?;
    let export = Statement::from_string(DbBackend::Postgres, "select pg_export_snapshot()");
    let snapshot: String = match one.query_one_raw(export).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => bail!("the database exports no snapshot"),
    };
    postgres::dump(&app.config.database_url, &snapshot, path).await?;
    let copied = read(&one).await?;
    one.rollback().await?;
    Ok(copied)
}

async fn read(db: &impl ConnectionTrait) -> Result<Copied> {
    let mut all = Vec::new();
    named::each(db, |named| all.push(named)).await?;
    Ok((installation::epoch(db).await?, all))
}

async fn copy_objects(
    files: &Files,
    directory: &Path,
    named: Vec<Named>,
    manifest: &mut Manifest,
    sums: &mut String,
) -> Result<()> {
    let copies = DirectoryStore::open(directory.join(OBJECTS)).await.context("no objects can be written")?;
    let mut missing = Vec::new();
    for Named { key: name, expected, .. } in named {
        let (Some(_), Ok(key)) = (expected, name.parse::<Key>()) else { continue };
        match copy(files, &copies, &key).await {
            Ok((size, sha256)) => {
                manifest.objects += 1;
                manifest.bytes += size;
                writeln!(sums, "{sha256}  {OBJECTS}/{}/{name}", &name[name.len() - 2..])?;
            }
            Err(ObjectError::NotFound) => missing.push(name),
            Err(error) => return Err(error).with_context(|| format!("the object {name} cannot be copied")),
        }
    }
    if !missing.is_empty() {
        let still_named = named::keys(&files.app.db).await?;
        manifest.missing = missing.into_iter().filter(|name| still_named.contains(name)).collect();
    }
    Ok(())
}

async fn copy(files: &Files, copies: &DirectoryStore, key: &Key) -> Result<(u64, String), ObjectError> {
    let mut hash = Sha256::new();
    let bytes = files.objects.get(key, None).await?.inspect(|chunk| {
        if let Ok(chunk) = chunk {
            hash.update(chunk);
        }
    });
    let size = copies.put(key, "application/octet-stream", bytes.boxed()).await?;
    Ok((size, hex::encode(hash.finalize())))
}
