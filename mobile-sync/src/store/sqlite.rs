//! Rows in SQLite: one table, one file.
//!
//! `user_version` says which version wrote the file. A later version opens what an earlier one wrote; a test opens a file
//! of each.

use std::cell::RefCell;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, params};
use uuid::Uuid;

use super::{Store, StoreError, Write};

/// The version that this program writes.
const VERSION: i64 = 1;

const TABLES: &str = "
    CREATE TABLE row (
        kind TEXT NOT NULL,
        id BLOB NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (kind, id)
    ) WITHOUT ROWID, STRICT;
";

/// Rows in SQLite.
#[derive(Debug)]
pub struct SqliteStore {
    connection: RefCell<Connection>,
}

impl SqliteStore {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// Where it cannot be opened, or was written by a later version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::with(Connection::open(path)?, "DELETE")
    }

    /// Opens the file, or makes it, where SQLite reaches it by this file system of its own, which no other program shares.
    ///
    /// It keeps a log that is read again after a kill, not a journal that is rolled back: a browser's pool of files says of
    /// itself that it is always locked, and then SQLite takes no journal for one that a kill has left.
    ///
    /// # Errors
    /// As for [`SqliteStore::open`].
    pub fn open_in(vfs: &str, path: &Path) -> Result<Self, StoreError> {
        Self::with(Connection::open_with_flags_and_vfs(path, OpenFlags::default(), vfs)?, "WAL")
    }

    /// A store that is gone when it is dropped.
    ///
    /// # Errors
    /// SQLite's.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::with(Connection::open_in_memory()?, "DELETE")
    }

    fn with(mut connection: Connection, journal: &str) -> Result<Self, StoreError> {
        // A phone's battery may be pulled: what was written must be on the medium. What is deleted is overwritten. The lock comes
        // first: a log needs no memory shared with others where there are none.
        connection.execute_batch(&format!(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = {journal}; PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON;",
        ))?;
        let tx = connection.transaction()?;
        let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        match version {
            0 => tx.execute_batch(TABLES)?,
            VERSION => {}
            _ => return Err(StoreError::Newer),
        }
        tx.pragma_update(None, "user_version", VERSION)?;
        tx.commit()?;
        Ok(Self { connection: RefCell::new(connection) })
    }
}

impl Store for SqliteStore {
    fn write(&self, writes: &[Write]) -> Result<(), StoreError> {
        let mut connection = self.connection.borrow_mut();
        let tx = connection.transaction()?;
        {
            let mut put = tx.prepare("INSERT OR REPLACE INTO row (kind, id, sealed) VALUES (?1, ?2, ?3)")?;
            let mut remove = tx.prepare("DELETE FROM row WHERE kind = ?1 AND id = ?2")?;
            for write in writes {
                match write {
                    Write::Put { kind, id, sealed } => put.execute(params![kind, id.as_bytes(), sealed])?,
                    Write::Remove { kind, id } => remove.execute(params![kind, id.as_bytes()])?,
                };
            }
        }
        Ok(tx.commit()?)
    }

    fn read(&self, kind: &str) -> Result<Vec<(Uuid, Vec<u8>)>, StoreError> {
        let connection = self.connection.borrow();
        let mut select = connection.prepare("SELECT id, sealed FROM row WHERE kind = ?1 ORDER BY id")?;
        let rows = select.query_map([kind], |row| Ok((Uuid::from_bytes(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn wipe(&self) -> Result<(), StoreError> {
        // A log would hold what was there before; where there is none, that does nothing.
        Ok(self.connection.borrow().execute_batch("DELETE FROM row; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            _ => Self::Failed(error.to_string()),
        }
    }
}
