//! Media as files of a directory, named by the evidence's id.
//!
//! A file is written under another name, synced, and then renamed, so that a name stands for a whole file.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::MediaStore;
use crate::store::StoreError;

/// What a file is called before it is whole.
const UNFINISHED: &str = "part";

/// Media in a directory.
#[derive(Debug)]
pub struct DirectoryMedia {
    root: PathBuf,
}

impl DirectoryMedia {
    /// Media in this directory, which is made where it is not there. What was left unfinished is removed.
    ///
    /// # Errors
    /// The file system's.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let root = root.into();
        fs::create_dir_all(&root)?;
        for entry in fs::read_dir(&root)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == UNFINISHED) {
                fs::remove_file(path)?;
            }
        }
        Ok(Self { root })
    }

    fn path(&self, id: Uuid) -> PathBuf {
        self.root.join(id.to_string())
    }

    fn sync(&self) -> Result<(), StoreError> {
        Ok(File::open(&self.root)?.sync_all()?)
    }
}

impl MediaStore for DirectoryMedia {
    async fn put(&self, id: Uuid, sealed: &[u8]) -> Result<(), StoreError> {
        let path = self.path(id);
        let unfinished = path.with_extension(UNFINISHED);
        let written = write(&unfinished, sealed).and_then(|()| fs::rename(&unfinished, &path));
        if written.is_err() {
            // The room that it took is needed. It is not there where not even that much could be written.
            let _ = fs::remove_file(&unfinished);
        }
        written?;
        self.sync()
    }

    async fn read(&self, id: Uuid, offset: u64, length: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let mut file = match File::open(self.path(id)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        file.seek(SeekFrom::Start(offset))?;
        let mut part = Vec::new();
        file.take(length as u64).read_to_end(&mut part)?;
        Ok(Some(part))
    }

    async fn remove(&self, id: Uuid) -> Result<(), StoreError> {
        match fs::remove_file(self.path(id)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            removed => {
                removed?;
                self.sync()
            }
        }
    }

    async fn list(&self) -> Result<Vec<Uuid>, StoreError> {
        let names = fs::read_dir(&self.root)?.map(|entry| Ok(entry?.file_name()));
        let names = names.collect::<Result<Vec<_>, std::io::Error>>()?;
        Ok(names.iter().filter_map(|name| Uuid::try_parse(name.to_str()?).ok()).collect())
    }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Failed(error.to_string()),
        }
    }
}
