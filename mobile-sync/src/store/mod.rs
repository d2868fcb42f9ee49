//! Where rows are kept: a small table of sealed rows, written all or nothing.
//!
//! A store sees the kind of a row, its id and its size; what it says is sealed before it gets here. Every store keeps to the
//! one contract suite in `tests/stores.rs`.

mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;

use uuid::Uuid;

/// A place where rows are kept.
pub trait Store {
    /// Makes all of these writes, in their order, or none. When it returns, they survive a loss of power.
    ///
    /// # Errors
    /// Nothing was written then.
    fn write(&self, writes: &[Write]) -> Result<(), StoreError>;

    /// Every row of a kind, in the order of the ids.
    ///
    /// # Errors
    /// The store's.
    fn read(&self, kind: &str) -> Result<Vec<(Uuid, Vec<u8>)>, StoreError>;

    /// Removes everything, in such a way that it cannot be read from the medium by ordinary means.
    ///
    /// # Errors
    /// The store's.
    fn wipe(&self) -> Result<(), StoreError>;
}

/// A change to one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// The row is now this.
    Put { kind: &'static str, id: Uuid, sealed: Vec<u8> },
    /// The row is gone, if it was there.
    Remove { kind: &'static str, id: Uuid },
}

/// Why nothing was written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no room: free some, then try again. What was there is whole.
    #[error("the phone's storage is full")]
    Full,
    /// It was written by a later version of this program.
    #[error("a later version of this app has used this phone; install that")]
    Newer,
    /// Anything else.
    #[error("the phone's storage failed: {0}")]
    Failed(String),
}
