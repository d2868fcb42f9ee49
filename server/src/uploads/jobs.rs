//! The jobs of files. Each may run twice, and be stopped anywhere: it then begins again.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use entity::ids::{FileId, JobId};
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Files, renditions, sweep, verdict};
use crate::app::App;
use crate::ledger;
use crate::ledger::jobs::{Handler, Handlers};
use crate::objects::{Key, ObjectError};
use imaging::WorkshopError;

/// A job. Kind and payload are what its row holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum Job {
    /// Check a quarantined file.
    VerifyFile {
        /// Which.
        file_id: FileId,
    },
    /// Make what is served of an accepted file.
    MakeRenditions {
        /// Which.
        file_id: FileId,
    },
    /// Remove objects that no row names any more.
    DeleteObjects {
        /// Their keys.
        keys: Vec<String>,
    },
    /// Remove what expired. Runs from time to time.
    SweepUploads {},
}

/// Why a job is to be tried again.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The object store failed.
    #[error("the object store failed")]
    Objects(#[from] ObjectError),
    /// The database failed.
    #[error("the database failed")]
    Rows(#[from] DbErr),
    /// A child process gave no answer.
    #[error("a child process gave no answer")]
    Workshop(#[from] WorkshopError),
    /// The row of a job holds what no job is.
    #[error("not a job of files")]
    Unreadable(#[from] serde_json::Error),
}

impl Job {
    /// Every kind, for the worker's table.
    pub const KINDS: [&'static str; 4] = ["verify_file", "make_renditions", "delete_objects", "sweep_uploads"];

    /// The job of a row.
    pub fn read(kind: &str, payload: Value) -> Result<Self, JobError> {
        Ok(serde_json::from_value(json!({ "kind": kind, "payload": payload }))?)
    }

    /// Removal of these objects.
    pub fn delete_objects(keys: impl IntoIterator<Item = Key>) -> Self {
        Self::DeleteObjects { keys: keys.into_iter().map(|key| key.to_string()).collect() }
    }

    /// Writes the job down in the caller's transaction, to run as soon as that is committed.
    pub async fn enqueue(&self, conn: &impl ConnectionTrait, app: &App, now: DateTime<Utc>) -> Result<(), DbErr> {
        let row = serde_json::to_value(self).map_err(|error| DbErr::Custom(error.to_string()))?;
        let kind = row["kind"].as_str().unwrap_or_default();
        ledger::jobs::enqueue(conn, JobId(app.ids.next(now)), kind, row["payload"].clone(), now).await
    }

    /// Does it.
    pub async fn run(self, files: &Files) -> Result<(), JobError> {
        match self {
            Self::VerifyFile { file_id } => verdict::verify(files, file_id).await,
            Self::MakeRenditions { file_id } => renditions::make(files, file_id).await,
            Self::DeleteObjects { keys } => sweep::delete_objects(files, &keys).await,
            Self::SweepUploads {} => sweep::sweep(files).await,
        }
    }
}

/// Runs the jobs of one kind.
struct Runner {
    kind: &'static str,
    files: Arc<Files>,
}

#[async_trait]
impl Handler for Runner {
    async fn run(&self, _: &App, payload: &Value) -> anyhow::Result<()> {
        Ok(Job::read(self.kind, payload.clone())?.run(&self.files).await?)
    }
}

/// The handlers of these jobs, for the worker.
pub fn handlers(files: &Arc<Files>) -> Handlers {
    let runner = |kind| Arc::new(Runner { kind, files: Arc::clone(files) }) as Arc<dyn Handler>;
    Job::KINDS.into_iter().map(|kind| (kind, runner(kind))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_reads_back_from_its_row() {
        let file_id = FileId(uuid::Uuid::from_u128(5));
        let jobs = [
            Job::VerifyFile { file_id },
            Job::MakeRenditions { file_id },
            Job::delete_objects([Key::new(uuid::Uuid::from_u128(6))]),
            Job::SweepUploads {},
        ];
        for (job, kind) in jobs.into_iter().zip(Job::KINDS) {
            let row = serde_json::to_value(&job).expect("a row");
            assert_eq!(row["kind"], kind);
            assert_eq!(Job::read(kind, row["payload"].clone()).expect("read"), job);
        }
        assert!(Job::read("something_else", json!({})).is_err());
    }
}
