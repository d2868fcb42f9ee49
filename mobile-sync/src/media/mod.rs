//! Where staged bytes are kept: sealed, immutable, one medium a piece of evidence.
//!
//! A medium is written before its record, so a kill between the two leaves a medium that nobody knows; opening a phone removes
//! those. Every media store keeps to the one contract suite in `tests/stores.rs`.

#[cfg(feature = "native")]
mod directory;
mod memory;

#[cfg(feature = "native")]
pub use directory::DirectoryMedia;
pub use memory::MemoryMedia;

use uuid::Uuid;

use crate::store::StoreError;

/// A place where sealed bytes are kept.
pub trait MediaStore {
    /// Keeps a medium, whole or not at all. When it returns, it survives a loss of power.
    ///
    /// # Errors
    /// Nothing is kept then.
    async fn put(&self, id: Uuid, sealed: &[u8]) -> Result<(), StoreError>;

    /// Some bytes of a medium: so many, or up to its end; none where there is no such medium.
    ///
    /// # Errors
    /// The store's.
    async fn read(&self, id: Uuid, offset: u64, length: usize) -> Result<Option<Vec<u8>>, StoreError>;

    /// Removes a medium, if it is there.
    ///
    /// # Errors
    /// The store's.
    async fn remove(&self, id: Uuid) -> Result<(), StoreError>;

    /// Every medium, in any order.
    ///
    /// # Errors
    /// The store's.
    async fn list(&self) -> Result<Vec<Uuid>, StoreError>;
}
