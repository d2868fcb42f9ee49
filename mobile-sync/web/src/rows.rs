//! Rows in SQLite on the origin's private file system.
//!
//! SQLite reaches it by a pool of files that are kept open for this worker alone. What it syncs is flushed to the medium, so
//! the rollback journal does what it does on a phone's own disk. The rows are sealed before they get here.

use mobile_sync::store::{SqliteStore, StoreError};

/// The pool's name for SQLite.
const POOL: &str = "waymark";

/// Opens the files in this folder for this worker: once, before [`open`].
///
/// # Errors
/// Where another worker has them, or there is no such file system.
#[cfg(target_family = "wasm")]
pub async fn prepare(folder: &str) -> Result<(), StoreError> {
    use sqlite_wasm_rs::WasmOsCallback;
    use sqlite_wasm_vfs::sahpool::{OpfsSAHPoolCfgBuilder, install};

    // The database, its journal, and room for what SQLite makes in passing.
    let pool = OpfsSAHPoolCfgBuilder::new().vfs_name(POOL).directory(folder).initial_capacity(4).build();
    install::<WasmOsCallback>(&pool, true).await.map_err(|error| StoreError::Failed(error.to_string()))?;
    Ok(())
}

/// Outside a browser there is no such file system; this is compiled there only to be checked.
#[cfg(not(target_family = "wasm"))]
pub async fn prepare(folder: &str) -> Result<(), StoreError> {
    Err(StoreError::Failed(format!("only a browser has a private file system for {folder}")))
}

/// Opens the rows.
///
/// # Errors
/// SQLite's.
pub fn open(name: &str) -> Result<SqliteStore, StoreError> {
    SqliteStore::open_in(POOL, name.as_ref())
}
