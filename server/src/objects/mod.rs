//! Object storage: bytes under random keys, in a directory or in S3.
//!
//! The database says what an object is and who may have it; here are only bytes. A key is written down in a row
//! *before* its bytes are stored, so that whatever a crash leaves behind can be found and removed. Both
//! implementations are held to one suite, [`contract`].

pub mod contract;
mod directory;
mod key;
mod s3;

use std::fmt::Debug;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use crate::config::Config;

pub use directory::DirectoryStore;
pub use key::{Key, NotAKey};
pub use s3::S3Store;

/// Bytes on their way, in pieces of any size.
pub type Chunks<'a> = BoxStream<'a, io::Result<Bytes>>;

/// Objects, one after the other.
pub type Listing<'a> = BoxStream<'a, Result<Listed, ObjectError>>;

/// What a store says about one of its objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name; a [`Key`], unless somebody else put it there.
    pub name: String,
    /// Its bytes.
    pub size: u64,
}

/// A store of objects.
///
/// Every call may be repeated: `put` replaces, `delete` of what is not there succeeds.
#[async_trait]
pub trait ObjectStore: Debug + Send + Sync {
    /// Stores all of `body` under `key` and answers how many bytes that were. They are durable when this returns.
    /// When `body` fails, nothing is stored and whatever was there before still is.
    async fn put(&self, key: &Key, media_type: &str, body: Chunks<'_>) -> Result<u64, ObjectError>;

    /// Whether objects can be added to, and [`Self::extend`] be asked for.
    fn extends(&self) -> bool {
        false
    }

    /// Adds all of `body` to an object that has `at` bytes, and answers how many that were. They are durable when this
    /// returns. When it fails, the object has what it had, and perhaps more behind it. One writer at a time.
    async fn extend(&self, _key: &Key, _at: u64, _body: Chunks<'_>) -> Result<u64, ObjectError> {
        Err(ObjectError::Other("objects of this store are whole from the beginning".into()))
    }

    /// The bytes of an object, or of `range` within it; what lies beyond its end is left out.
    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Chunks<'static>, ObjectError>;

    /// The file that the object is, where the store has files on this machine.
    async fn file(&self, _key: &Key) -> Result<Option<File>, ObjectError> {
        Ok(None)
    }

    /// How many bytes the object has.
    async fn size(&self, key: &Key) -> Result<u64, ObjectError>;

    /// Removes the object.
    async fn delete(&self, key: &Key) -> Result<(), ObjectError>;

    /// Every object, in no order. What is under the store's roof and is no object of ours is listed as well.
    fn list(&self) -> Listing<'_>;

    /// An address from which anybody can fetch the object for as long as `valid`, with these headers; `None` where
    /// the store has no address of its own and the server must pass the bytes on.
    async fn link(&self, key: &Key, headers: &LinkHeaders, valid: Duration) -> Result<Option<String>, ObjectError>;
}

/// What a fetched link answers with.
#[derive(Debug, Clone)]
pub struct LinkHeaders {
    /// `Content-Type`.
    pub media_type: String,
    /// `Content-Disposition`.
    pub disposition: String,
}

/// Why an object could not be stored, fetched or removed.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// There is no such object.
    #[error("there is no such object")]
    NotFound,
    /// The store does not answer now, or not properly; the same call may succeed later.
    #[error("the object store is unavailable")]
    Unavailable(#[source] BoxError),
    /// The store has no room left.
    #[error("the object store is full")]
    Full(#[source] BoxError),
    /// The bytes that were to be stored broke off.
    #[error("the bytes to be stored broke off")]
    Body(#[source] io::Error),
    /// Anything else, a wrong setting above all.
    #[error("the object store refused")]
    Other(#[source] BoxError),
}

/// Any error, boxed.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl ObjectError {
    /// Whether the same call may succeed later without anybody doing anything.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Body(_))
    }
}

impl From<ObjectError> for io::Error {
    fn from(error: ObjectError) -> Self {
        match error {
            ObjectError::NotFound => Self::new(io::ErrorKind::NotFound, error),
            ObjectError::Body(error) => error,
            other => Self::other(other),
        }
    }
}

/// The store that the settings name. Says at once when it cannot be used: a wrong setting should show at the start.
///
/// # Errors
/// The store's.
pub async fn open(config: &Config) -> Result<Arc<dyn ObjectStore>, ObjectError> {
    if let Some(settings) = &config.s3 {
        let store = S3Store::new(settings);
        store.check().await?;
        return Ok(Arc::new(store));
    }
    let root = config.data.join("objects");
    let store = DirectoryStore::open(root).await.map_err(|error| ObjectError::Other(error.into()))?;
    Ok(Arc::new(store))
}

/// Bytes in hand, as chunks.
pub fn whole(bytes: impl Into<Bytes>) -> Chunks<'static> {
    let bytes = bytes.into();
    stream::once(async move { Ok(bytes) }).boxed()
}

/// So many bytes of each of several objects, one after the other, each opened when its turn comes.
pub fn joined<'a>(store: &'a dyn ObjectStore, parts: Vec<(Key, u64)>) -> Chunks<'a> {
    stream::iter(parts)
        .then(async move |(key, size)| match store.get(&key, Some(0..size)).await {
            Ok(chunks) => chunks,
            Err(error) => stream::once(async move { Err(error.into()) }).boxed(),
        })
        .flatten()
        .boxed()
}
