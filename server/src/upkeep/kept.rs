//! What a backup's directory holds: the database, the objects, a list of hashes that `sha256sum -c` understands, and the
//! manifest, which is written last. A directory without one is a backup that was not finished.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;
use uuid::Uuid;

/// The only form of backup so far.
const FORM: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// The hashes of everything, in the form of `sha256sum`.
pub(super) const SUMS: &str = "SHA256SUMS";
/// The directory of the objects.
pub(super) const OBJECTS: &str = "objects";

/// What a backup says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    form: u32,
    /// When it was begun.
    pub made_at: DateTime<Utc>,
    /// The epoch of the database that it was made of.
    pub epoch: Uuid,
    /// What kind of database it was made of.
    pub database: Database,
    /// SHA-256 of the database's file, in hexadecimal.
    pub database_sha256: String,
    /// Objects in it.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Objects that rows name and that were not in the store.
    pub missing: Vec<String>,
}

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Database {
    /// A file.
    Sqlite,
    /// A dump by `pg_dump`.
    Postgres,
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "an SQLite database",
            Self::Postgres => "a PostgreSQL database",
        })
    }
}

impl Database {
    /// The name of its file.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Sqlite => "database.sqlite",
            Self::Postgres => "database.dump",
        }
    }
}

impl Manifest {
    pub(super) fn new(made_at: DateTime<Utc>, epoch: Uuid, database: Database, database_sha256: String) -> Self {
        Self { form: FORM, made_at, epoch, database, database_sha256, objects: 0, bytes: 0, missing: Vec::new() }
    }

    pub(super) async fn write(&self, directory: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        tokio::fs::write(directory.join(MANIFEST), text).await.context("the manifest cannot be written")
    }

    /// Reads the manifest of a finished backup.
    ///
    /// # Errors
    /// A sentence when there is none, or one of another form.
    pub async fn read(directory: &Path) -> Result<Self> {
        let path = directory.join(MANIFEST);
        let text = match tokio::fs::read(&path).await {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(
                "{} holds no finished backup: there is no {MANIFEST}, which is written last.",
                directory.display()
            ),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
        };
        let manifest: Self =
            serde_json::from_slice(&text).with_context(|| format!("{} is not a backup's manifest", path.display()))?;
        if manifest.form != FORM {
            bail!("This backup has form {}, and this program reads form {FORM}: use a newer one.", manifest.form);
        }
        Ok(manifest)
    }

    /// Sees that the database's file is the one that was written.
    pub(super) async fn check_database(&self, directory: &Path) -> Result<PathBuf> {
        let path = directory.join(self.database.file());
        let found = hash_file(&path).await.with_context(|| format!("{} cannot be read", path.display()))?;
        if found != self.database_sha256 {
            bail!("{} is not as it was written: the backup is damaged. Use another.", path.display());
        }
        Ok(path)
    }
}

/// SHA-256 of a file, in hexadecimal.
pub(super) async fn hash_file(path: &Path) -> io::Result<String> {
    let mut file = tokio::fs::File::open(path).await?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut piece).await?;
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(&piece[..read]);
    }
}
