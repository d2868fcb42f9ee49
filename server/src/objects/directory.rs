//! Objects as files in a directory: the embedded default.
//!
//! A file is written under `incoming/`, flushed to the disk, and only then given its name, so that a reader sees all of
//! an object or nothing of it. Files stand in 256 folders, named after the last two digits of their keys.
//!
//! Every change of thread costs more than a write of some kilobytes does. What arrives is gathered, and goes to the disk in
//! one step with whatever follows: a small object is written, flushed and named by one.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use tokio::fs;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::task::spawn_blocking;
use tokio_util::io::ReaderStream;

use super::{Chunks, Key, LinkHeaders, Listed, Listing, ObjectError, ObjectStore};

const INCOMING: &str = "incoming";
/// An incoming file this much older than the newest was left by a crash: no write takes a day.
const LEFTOVER_AGE: Duration = Duration::from_hours(24);
const READ_SIZE: usize = 64 * 1024;
/// How much is gathered before it is written.
const WRITE_SIZE: usize = 512 * 1024;

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
}

#[async_trait]
impl ObjectStore for DirectoryStore {
    async fn put(&self, key: &Key, _media_type: &str, body: Chunks<'_>) -> Result<u64, ObjectError> {
        let incoming = self.next_incoming(&key.to_string());
        let (from, to) = (incoming.clone(), self.path(key));
        let stored = write(body, move || File::create_new(from), {
            let incoming = incoming.clone();
            move |file| {
                file.sync_all()?;
                put_in_place(&incoming, &to)
            }
        });
        let stored = stored.await;
        if stored.is_err() {
            // The reason to tell is the first one; a leftover is cleared at the next start.
            let _ = fs::remove_file(&incoming).await;
        }
        stored
    }

    fn extends(&self) -> bool {
        true
    }

    async fn extend(&self, key: &Key, at: u64, body: Chunks<'_>) -> Result<u64, ObjectError> {
        let path = self.path(key);
        write(body, move || open_at_end(&path, at), File::sync_data).await
    }

    async fn file(&self, key: &Key) -> Result<Option<File>, ObjectError> {
        let file = fs::File::open(self.path(key)).await.map_err(ObjectError::from_disk)?;
        Ok(Some(file.into_std().await))
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Chunks<'static>, ObjectError> {
        let mut file = fs::File::open(self.path(key)).await.map_err(ObjectError::from_disk)?;
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
            Ok(()) => {
                let folder = self.folder(key);
                on_disk(move || sync_folder(&folder)).await.map_err(ObjectError::from_disk)
            }
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

/// Writes all of `body` to the file that is opened for it, ends with `finish`, and answers how many bytes that were.
async fn write(
    mut body: Chunks<'_>,
    open: impl FnOnce() -> io::Result<File> + Send + 'static,
    finish: impl FnOnce(&File) -> io::Result<()> + Send + 'static,
) -> Result<u64, ObjectError> {
    let mut open: Box<dyn FnOnce() -> io::Result<File> + Send> = Box::new(open);
    let mut size = 0;
    loop {
        let pieces = gather(&mut body).await.map_err(ObjectError::Body)?;
        let gathered = pieces.iter().map(Bytes::len).sum::<usize>();
        size += gathered as u64;
        let add = move || {
            let mut file = open()?;
            for piece in pieces {
                file.write_all(&piece)?;
            }
            Ok(file)
        };
        if gathered < WRITE_SIZE {
            on_disk(move || finish(&add()?)).await.map_err(ObjectError::from_disk)?;
            return Ok(size);
        }
        let file = on_disk(add).await.map_err(ObjectError::from_disk)?;
        open = Box::new(move || Ok(file));
    }
}

/// The next pieces of a body, until they are enough to be written; fewer at its end.
async fn gather(body: &mut Chunks<'_>) -> io::Result<Vec<Bytes>> {
    let mut pieces = Vec::new();
    let mut size = 0;
    while size < WRITE_SIZE
        && let Some(piece) = body.next().await
    {
        let piece = piece?;
        size += piece.len();
        pieces.push(piece);
    }
    Ok(pieces)
}

/// Does what may have to wait for the disk.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

fn put_in_place(incoming: &Path, place: &Path) -> io::Result<()> {
    let folder = place.parent().unwrap_or(place);
    if !folder.try_exists()? {
        std::fs::create_dir_all(folder)?;
        sync_folder(folder.parent().unwrap_or(folder))?;
    }
    std::fs::rename(incoming, place)?;
    sync_folder(folder)
}

/// Opens a file to be added to. One of another length has had another writer.
fn open_at_end(path: &Path, at: u64) -> io::Result<File> {
    let file = OpenOptions::new().append(true).open(path)?;
    let size = file.metadata()?.len();
    if size == at { Ok(file) } else { Err(io::Error::other(format!("it has {size} bytes and should have {at}"))) }
}

/// A new name is durable once its folder is.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
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
        let old = File::create(incoming.join("old")).expect("old");
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
