//! The two ways to run, as tests see them: SQLite beside a directory, PostgreSQL beside S3.
//!
//! A scenario is written once, `on_both_pairs!(name, async |stores| { ... })`, and becomes two tests,
//! `name::sqlite_and_directory` and `name::postgres_and_s3`. The second needs a PostgreSQL server named by
//! `WAYMARK_TEST_POSTGRES`; `cargo xtask test` starts one. Without it these tests fail and say so, unless
//! `WAYMARK_TEST_PAIRS=sqlite` asks for the first pair alone.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use server::access::secrets::Redacted;
use server::config::{self, Config};
use server::objects::{self, ObjectStore};
use tempfile::TempDir;

use super::database::Database;
use super::s3::S3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pair {
    SqliteDirectory,
    PostgresS3,
}

/// A migrated, empty database and an empty object store, both of one test alone.
#[derive(Debug)]
pub struct Stores {
    pub pair: Pair,
    pub database: Database,
    pub objects: Objects,
    folder: TempDir,
}

#[derive(Debug)]
pub enum Objects {
    /// A directory that exists and is empty.
    Directory(PathBuf),
    /// A bucket that exists and is empty.
    S3(S3),
}

impl Stores {
    pub async fn create(pair: Pair) -> Self {
        let folder = TempDir::with_prefix("waymark-test-").unwrap();
        let (database, objects) = match pair {
            Pair::SqliteDirectory => {
                let objects = folder.path().join("objects");
                std::fs::create_dir(&objects).unwrap();
                (Database::sqlite(&folder.path().join("waymark.sqlite")).await, Objects::Directory(objects))
            }
            Pair::PostgresS3 => (Database::postgres().await, Objects::S3(S3::start().await)),
        };
        Self { pair, database, objects, folder }
    }

    /// The settings that name these stores.
    pub fn config(&self) -> Config {
        let mut config = Config::for_testing(self.folder());
        config.database_url = Redacted::new(self.database.url());
        if let Objects::S3(s3) = &self.objects {
            config.s3 = Some(config::S3 {
                endpoint: Some(s3.endpoint.clone()),
                bucket: s3.bucket.to_owned(),
                region: s3.region.to_owned(),
                access_key: Redacted::new(s3.access_key),
                secret_key: Redacted::new(s3.secret_key),
            });
        }
        config
    }

    /// The object store, opened as the server opens it.
    pub async fn object_store(&self) -> Arc<dyn ObjectStore> {
        objects::open(&self.config()).await.unwrap()
    }

    /// A folder of this test's own, for whatever else it writes.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Runs the scenario on fresh stores of this pair, and removes them even when it panics.
pub fn on_pair(pair: Pair, scenario: impl AsyncFnOnce(&Stores)) {
    if pair == Pair::PostgresS3 && std::env::var("WAYMARK_TEST_PAIRS").as_deref() == Ok("sqlite") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let stores = runtime.block_on(Stores::create(pair));
    let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(scenario(&stores))));
    runtime.block_on(stores.database.remove());
    runtime.shutdown_background();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Makes two tests of one scenario, one a pair.
macro_rules! on_both_pairs {
    ($(#[$about:meta])* $name:ident, $scenario:expr) => {
        $(#[$about])*
        mod $name {
            use super::*;

            #[test]
            fn sqlite_and_directory() {
                $crate::support::pair::on_pair($crate::support::pair::Pair::SqliteDirectory, $scenario);
            }

            #[test]
            fn postgres_and_s3() {
                $crate::support::pair::on_pair($crate::support::pair::Pair::PostgresS3, $scenario);
            }
        }
    };
}
pub(crate) use on_both_pairs;
