//! `waymark doctor`: compares what rows say with what is there. It may run beside a server: what looks wrong is looked
//! at once more, so that nothing that merely changed meanwhile is reported.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::file::FileState;
use entity::{Coded, file, job, upload};
use futures_util::TryStreamExt;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use sha2::{Digest, Sha256};

pub use super::findings::Finding;
use super::named::{self, Named};
use super::rollups;
use crate::ledger::seal;
use crate::objects::{Key, ObjectError};
use crate::uploads::{Files, Job};

/// What takes seconds when all is well is worth a word after this long.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);
/// A sweep is every hour.
const SWEEP_PATIENCE: TimeDelta = TimeDelta::hours(3);

/// Looks at everything; with `deep`, at every byte of what was accepted.
///
/// # Errors
/// The database's and the object store's.
pub async fn examine(files: &Files, deep: bool) -> anyhow::Result<Vec<Finding>> {
    let mut found = Vec::new();
    // The store first: what is stored later than this has a row that is read below.
    let mut listed = HashMap::new();
    let mut objects = files.objects.list();
    while let Some(object) = objects.try_next().await? {
        listed.insert(object.name, object.size);
    }
    let mut unnamed = listed.clone();
    let mut suspects = Vec::new();
    named::each(&files.app.db, |named| {
        unnamed.remove(&named.key);
        if let Some(expected) = &named.expected
            && (deep || !listed.get(&named.key).is_some_and(|size| expected.fits(*size)))
        {
            suspects.push(named);
        }
    })
    .await?;
    for suspect in suspects {
        found.extend(look_again(files, suspect, deep).await?);
    }
    found.extend(orphans(files, unnamed).await?);
    found.extend(idle(files).await?);
    for (table, groups) in rollups::wrong(&files.app.db).await? {
        found.push(Finding::Miscounted { table, groups });
    }
    Ok(found)
}

/// Looks at one object itself.
async fn look_again(files: &Files, named: Named, deep: bool) -> anyhow::Result<Option<Finding>> {
    let (Some(expected), Ok(key)) = (named.expected, named.key.parse::<Key>()) else { return Ok(None) };
    let Named { key: name, by, .. } = named;
    let finding = match files.objects.size(&key).await {
        Ok(found) if !expected.fits(found) => {
            Finding::WrongSize { by, key: name.clone(), expected: expected.size, found }
        }
        Ok(_) => match expected.sha256.filter(|_| deep) {
            Some(sha256) if hash(files, &key).await? != sha256 => Finding::WrongHash { by, key: name.clone() },
            _ => return Ok(None),
        },
        Err(ObjectError::NotFound) => Finding::Missing { by, key: name.clone() },
        Err(error) => return Err(error.into()),
    };
    // The row may have let go of it while we were looking.
    Ok(named::keys(&files.app.db).await?.contains(&name).then_some(finding))
}

async fn hash(files: &Files, key: &Key) -> anyhow::Result<String> {
    let mut hash = Sha256::new();
    let mut bytes = files.objects.get(key, None).await?;
    while let Some(chunk) = bytes.try_next().await? {
        hash.update(&chunk);
    }
    Ok(hex::encode(hash.finalize()))
}

async fn orphans(files: &Files, mut unnamed: HashMap<String, u64>) -> anyhow::Result<Vec<Finding>> {
    if unnamed.is_empty() {
        return Ok(Vec::new());
    }
    for key in named::keys(&files.app.db).await? {
        unnamed.remove(&key);
    }
    let mut found = Vec::new();
    for (name, size) in unnamed {
        let is_gone = match name.parse::<Key>() {
            Ok(key) => matches!(files.objects.size(&key).await, Err(ObjectError::NotFound)),
            Err(_) => false,
        };
        if !is_gone {
            found.push(Finding::Orphan { name, size });
        }
    }
    found.sort_by_key(ToString::to_string);
    Ok(found)
}

/// What should have been done and was not.
async fn idle(files: &Files) -> Result<Vec<Finding>, DbErr> {
    let (db, now) = (&files.app.db, files.app.clock.now());
    let mut found = Vec::new();
    for row in stuck(files, now).await? {
        found.push(Finding::Stuck { file: row.id.to_string(), since: row.updated_at });
    }
    let expired = upload::Column::ExpiresAt.lt(now - SWEEP_PATIENCE);
    let unswept = upload::Entity::find().filter(expired).count(db).await?;
    if unswept > 0 {
        found.push(Finding::Unswept { count: unswept });
    }
    let mut failed: HashMap<String, (u64, String)> = HashMap::new();
    let rows = job::Entity::find().filter(job::Column::State.eq("failed")).order_by_asc(job::Column::UpdatedAt);
    for row in rows.all(db).await? {
        let (count, last_error) = failed.entry(row.kind).or_default();
        *count += 1;
        *last_error = row.last_error.unwrap_or_default();
    }
    found.extend(failed.into_iter().map(|(kind, (count, last_error))| Finding::Failed { kind, count, last_error }));
    let due = job::Column::State.eq("waiting").and(job::Column::RunAt.lt(now - PATIENCE));
    let overdue = job::Entity::find().filter(due).count(db).await?;
    if overdue > 0 {
        found.push(Finding::Overdue { count: overdue });
    }
    if let Some(since) = seal::oldest_unsealed(db).await?.filter(|at| *at < now - PATIENCE) {
        found.push(Finding::Unsealed { since });
    }
    Ok(found)
}

/// Files whose bytes are all here, for which no job waits.
async fn stuck(files: &Files, now: DateTime<Utc>) -> Result<Vec<file::Model>, DbErr> {
    let waiting = job::Entity::find()
        .filter(job::Column::Kind.eq("verify_file"))
        .filter(job::Column::State.ne("done"))
        .all(&files.app.db)
        .await?;
    let rows = file::Entity::find()
        .filter(file::Column::State.eq(Coded(FileState::Quarantined)))
        .filter(file::Column::UpdatedAt.lt(now - PATIENCE))
        .all(&files.app.db)
        .await?;
    let has_job = |row: &file::Model| {
        let id = row.id.0.to_string();
        waiting.iter().any(|job| job.payload["file_id"] == id.as_str())
    };
    Ok(rows.into_iter().filter(|row| !has_job(row)).collect())
}

/// Puts right what can be put right; says what was done about each finding.
///
/// # Errors
/// The database's and the object store's.
pub async fn mend(files: &Files, found: &[Finding]) -> anyhow::Result<usize> {
    let (db, now) = (&files.app.db, files.app.clock.now());
    let mut mended = 0;
    for finding in found {
        match finding {
            // What is no key of ours was put there by somebody else, who may want it.
            Finding::Orphan { name, .. } => match name.parse::<Key>() {
                Ok(key) => files.objects.delete(&key).await?,
                Err(_) => continue,
            },
            Finding::Failed { kind, .. } => {
                job::Entity::update_many()
                    .col_expr(job::Column::State, Expr::value("waiting"))
                    .col_expr(job::Column::Attempts, Expr::value(0))
                    .col_expr(job::Column::RunAt, Expr::value(now))
                    .filter(job::Column::State.eq("failed").and(job::Column::Kind.eq(kind)))
                    .exec(db)
                    .await?;
            }
            Finding::Stuck { file, .. } => {
                let id = file.rsplit(':').next().and_then(|id| id.parse().ok());
                let Some(id) = id else { continue };
                Job::VerifyFile { file_id: entity::ids::FileId(id) }.enqueue(db, &files.app, now).await?;
            }
            Finding::Miscounted { table, .. } => rollups::count_anew(db, table).await?,
            Finding::Unswept { .. } => Job::SweepUploads {}.run(files).await?,
            _ => continue,
        }
        mended += 1;
    }
    Ok(mended)
}
