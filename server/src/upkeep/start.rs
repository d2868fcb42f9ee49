//! What is looked at before a server starts: each thing that it should not run on is recognised here and said in a
//! sentence.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use domain::file::FileState;
use entity::{Coded, file};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement};

use crate::config::Config;
use crate::database::{self, Db};
use crate::objects::{Key, ObjectError};
use crate::uploads::Files;

/// So many of the newest files are looked for in the store at the start.
const NEWEST: u64 = 100;

/// How the database's schema stands to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schema {
    /// Both know the same migrations.
    Current,
    /// These have not been applied.
    Behind(Vec<String>),
    /// These are applied, and this program does not know them.
    Ahead(Vec<String>),
}

/// How the database's schema stands to this program.
///
/// # Errors
/// The database's.
pub async fn schema(db: &Db) -> Result<Schema> {
    let applied = applied(db).await.context("the database cannot say what was applied")?;
    let known: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let ahead: Vec<String> = applied.iter().filter(|name| !known.contains(name)).cloned().collect();
    let behind: Vec<String> = known.into_iter().filter(|name| !applied.contains(name)).collect();
    Ok(match (ahead.is_empty(), behind.is_empty()) {
        (false, _) => Schema::Ahead(ahead),
        (true, false) => Schema::Behind(behind),
        (true, true) => Schema::Current,
    })
}

/// The names of the applied migrations. Asked for without making their table: a look changes nothing.
async fn applied(db: &Db) -> Result<Vec<String>> {
    let backend = db.get_database_backend();
    let is_there = match backend {
        DbBackend::Postgres => {
            "select 1 from information_schema.tables
                                where table_schema = current_schema() and table_name = 'seaql_migrations'"
        }
        _ => "select 1 from sqlite_master where type = 'table' and name = 'seaql_migrations'",
    };
    if db.query_one_raw(Statement::from_string(backend, is_there)).await?.is_none() {
        return Ok(Vec::new());
    }
    let names = Statement::from_string(backend, "select version from seaql_migrations order by version");
    let rows = db.query_all_raw(names).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

/// Refuses a database that this program does not fit.
///
/// # Errors
/// A sentence that says what to do.
pub async fn check_schema(db: &Db) -> Result<()> {
    match schema(db).await? {
        Schema::Current => Ok(()),
        Schema::Behind(names) => {
            bail!("The database is not up to date: {} migrations are missing. Run: waymark migrate", names.len())
        }
        Schema::Ahead(names) => bail!(
            "The database was brought up to date by a newer Waymark: it has {}, which this program does not know. Run \
             the newer program, or restore a backup that was made before.",
            names.join(", ")
        ),
    }
}

/// Takes an SQLite file for one server alone, for as long as the answer is kept; of any other database there may be
/// many servers.
///
/// # Errors
/// A sentence when another server has it, or its directory cannot be written to.
pub fn lock(config: &Config) -> Result<Option<File>> {
    let Some(path) = database::sqlite_path(&config.database_url) else { return Ok(None) };
    let lock = PathBuf::from(format!("{}.lock", path.display()));
    let file = File::create(&lock).with_context(|| unwritable(lock.parent().unwrap_or(&config.data)))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => bail!(
            "Another Waymark server uses {}: an SQLite file is for one server. Stop the other, let WAYMARK_DATA name \
             another place, or use PostgreSQL for several servers.",
            path.display()
        ),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("{} cannot be locked", lock.display())),
    }
}

/// Refuses a data directory that cannot be written to.
///
/// # Errors
/// A sentence that names it.
pub fn check_writable(config: &Config) -> Result<()> {
    let probe = config.data.join(format!(".writable.{}", std::process::id()));
    std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)).with_context(|| unwritable(&config.data))
}

fn unwritable(directory: &Path) -> String {
    format!(
        "The data directory {} cannot be written to: give it to the account that runs the server, or let WAYMARK_DATA \
         name another",
        directory.display()
    )
}

/// Looks for the newest files in the store: after a restore that forgot the objects, or with another bucket in the
/// settings, most of them are missing. Answers a sentence if any is.
///
/// # Errors
/// The database's and the object store's.
pub async fn missing_objects(files: &Files) -> Result<Option<String>> {
    let newest = file::Entity::find()
        .filter(file::Column::State.eq(Coded(FileState::Accepted)))
        .order_by_desc(file::Column::Id)
        .limit(NEWEST)
        .all(&files.app.db)
        .await?;
    let (mut looked, mut missing) = (0, 0);
    for key in newest.into_iter().filter_map(|row| row.object_key?.parse::<Key>().ok()) {
        looked += 1;
        match files.objects.size(&key).await {
            Err(ObjectError::NotFound) => missing += 1,
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let sentence = format!(
        "{missing} of the {looked} newest files have no object in the store: it is another store than the database's, \
         or was restored without its objects. Run: waymark doctor"
    );
    Ok((missing > 0).then_some(sentence))
}
