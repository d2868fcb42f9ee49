//! Objects as files in a directory: the embedded default.
//!
//! A file is written under `incoming/`, flushed to the disk, and only then given its name, so that a reader sees all of
//! an object or nothing of it. Files stand in 256 folders, named after the last two digits of their keys.

use std::fs::Metadata;
use std::io::{self, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio_util::io::ReaderStream;

use super::{Chunks, Key, LinkHeaders, Listed, Listing, ObjectError, ObjectStore};

const INCOMING: &str = "incoming";
/// An incoming file this much older than the newest was left by a crash: no write takes a day.
const LEFTOVER_AGE: Duration = Duration::from_hours(24);
const READ_SIZE: usize = 64 * 1024;

/// Objects in a directory.
#[derive(Debug)]
pub struct DirectoryStore {
    root: PathBuf,
    writes: AtomicU64,
}

impl DirectoryStore {
    /// Opens the directory, making it if need be; sees that it can be written, and clears what a crash left in
    /// `incoming/`.
    pub async fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let store = Self { root: root.into(), writes: AtomicU64::new(0) };
        let incoming = store.root.join(INCOMING);
        fs::create_dir_all(&incoming).await?;
        let probe = store.next_incoming("probe");
        fs::write(&probe, b"").await?;
        // The disk's own clock, which is the one that dated the other files.
        let now = fs::metadata(&probe).await?.modified()?;
        fs::remove_file(&probe).await?;
        let is_leftover = |file: &Metadata| {
            file.modified().ok().and_then(|at| now.duration_since(at).ok()).is_some_and(|age| age > LEFTOVER_AGE)
        };
        let mut entries = fs::read_dir(&incoming).await?;
        while let Some(entry) = entries.next_entry().await? {
            if is_leftover(&entry.metadata().await?) {
                fs::remove_file(entry.path()).await?;
            }
        }
        Ok(store)
    }

    fn folder(&self, key: &Key) -> PathBuf {
        let name = key.to_string();
        self.root.join(&name[name.len() - 2..])
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.folder(key).join(key.to_string())
    }

    /// A name of its own for every write, so that two writers of one key never share a file.
    fn next_incoming(&self, name: &str) -> PathBuf {
        let number = self.writes.fetch_add(1, Ordering::Relaxed);
        self.root.join(INCOMING).join(format!("{name}.{}.{number}", std::process::id()))
    }

    async fn put_in_place(&self, key: &Key, incoming: &Path) -> io::Result<()> {
        let folder = self.folder(key);
        if !fs::try_exists(&folder).await? {
            fs::create_dir_all(&folder).await?;
            sync_folder(&self.root).await?;
        }
        fs::rename(incoming, self.path(key)).await?;
        sync_folder(&folder).await
    }
}

#[async_trait]
impl ObjectStore for DirectoryStore {
    async fn put(&self, key: &Key, _media_type: &str, body: Chunks<'_>) -> Result<u64, ObjectError> {
        let incoming = self.next_incoming(&key.to_string());
        let stored = match write(&incoming, body).await {
            Ok(size) => self.put_in_place(key, &incoming).await.map(|()| size).map_err(ObjectError::from_disk),
            Err(error) => Err(error),
        };
        if stored.is_err() {
            // The reason to tell is the first one; a leftover is cleared at the next start.
            let _ = fs::remove_file(&incoming).await;
        }
        stored
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Chunks<'static>, ObjectError> {
        let mut file = File::open(self.path(key)).await.map_err(ObjectError::from_disk)?;
        let Some(range) = range else {
            return Ok(ReaderStream::with_capacity(file, READ_SIZE).boxed());
        };
        file.seek(SeekFrom::Start(range.start)).await.map_err(ObjectError::from_disk)?;
        let part = file.take(range.end.saturating_sub(range.start));
        Ok(ReaderStream::with_capacity(part, READ_SIZE).boxed())
    }

    async fn size(&self, key: &Key) -> Result<u64, ObjectError> {
        fs::metadata(self.path(key)).await.map(|file| file.len()).map_err(ObjectError::from_disk)
    }

    async fn delete(&self, key: &Key) -> Result<(), ObjectError> {
        match fs::remove_file(self.path(key)).await {
            Ok(()) => sync_folder(&self.folder(key)).await.map_err(ObjectError::from_disk),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(ObjectError::from_disk(error)),
        }
    }

    fn list(&self) -> Listing<'_> {
        let folders = stream::once(folders(&self.root)).try_flatten();
        folders.and_then(files).try_flatten().map_err(ObjectError::from_disk).boxed()
    }

    async fn link(&self, _: &Key, _: &LinkHeaders, _: Duration) -> Result<Option<String>, ObjectError> {
        Ok(None)
    }
}

/// The folders that hold objects.
async fn folders(root: &Path) -> io::Result<impl Stream<Item = io::Result<PathBuf>> + use<>> {
    let mut entries = fs::read_dir(root).await?;
    let mut found = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        if entry.file_name() != INCOMING && entry.file_type().await?.is_dir() {
            found.push(Ok(entry.path()));
        }
    }
    Ok(stream::iter(found))
}

/// The objects of one folder.
async fn files(folder: PathBuf) -> io::Result<impl Stream<Item = io::Result<Listed>>> {
    let mut entries = fs::read_dir(&folder).await?;
    let mut found = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        match entry.metadata().await {
            Ok(file) => {
                let name = entry.file_name().to_string_lossy().into_owned();
                found.push(Ok(Listed { name, size: file.len() }));
            }
            // Removed while we were looking.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(stream::iter(found))
}

async fn write(path: &Path, mut body: Chunks<'_>) -> Result<u64, ObjectError> {
    let mut file = File::create_new(path).await.map_err(ObjectError::from_disk)?;
    let mut size = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(ObjectError::Body)?;
        file.write_all(&chunk).await.map_err(ObjectError::from_disk)?;
        size += chunk.len() as u64;
    }
    file.flush().await.map_err(ObjectError::from_disk)?;
    file.sync_all().await.map_err(ObjectError::from_disk)?;
    Ok(size)
}

/// A new name is durable once its folder is.
async fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder).await?.sync_all().await
}

impl ObjectError {
    fn from_disk(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(error.into()),
            io::ErrorKind::Interrupted | io::ErrorKind::TimedOut | io::ErrorKind::ResourceBusy => {
                Self::Unavailable(error.into())
            }
            _ => Self::Other(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::objects::{contract, whole};

    #[tokio::test]
    async fn the_contract_holds() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = DirectoryStore::open(directory.path()).await.expect("open");
        contract::check(&store).await.expect("the contract");
        let left = std::fs::read_dir(directory.path().join(INCOMING)).expect("incoming").count();
        assert_eq!(left, 0, "nothing is left of what was stored or broke off");
    }

    #[tokio::test]
    async fn what_a_crash_left_is_cleared_and_what_is_under_way_is_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let incoming = directory.path().join(INCOMING);
        std::fs::create_dir(&incoming).expect("incoming");
        let old = std::fs::File::create(incoming.join("old")).expect("old");
        old.set_modified(SystemTime::UNIX_EPOCH).expect("aged");
        std::fs::write(incoming.join("new"), b"half").expect("new");
        DirectoryStore::open(directory.path()).await.expect("open");
        assert!(!incoming.join("old").exists());
        assert!(incoming.join("new").exists());
    }

    #[tokio::test]
    async fn a_directory_that_is_gone_is_an_error_and_not_a_loss() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = DirectoryStore::open(directory.path()).await.expect("open");
        std::fs::remove_dir_all(directory.path()).expect("gone");
        let key = Key::new(uuid::Uuid::from_u128(7));
        assert!(store.put(&key, "image/png", whole(&b"bytes"[..])).await.is_err());
        assert!(matches!(store.size(&key).await, Err(ObjectError::NotFound)));
    }
}
