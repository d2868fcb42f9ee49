//! Removing what nobody will ask for again: uploads that were given up, parts that were stored in vain, files that
//! nothing claimed.

use chrono::TimeDelta;
use entity::upload;
use sea_orm::DbErr;

use super::purge::{abandon, delete_later, purge};
use super::{Files, Job, JobError, store};
use crate::app::App;
use crate::ledger;
use crate::objects::Key;

const SWEEP: &str = "sweep_uploads";
/// So many rows at a time.
const BATCH: u64 = 100;
/// A part that does not count after this long belongs to a request that is dead: no request takes a day.
const DEAD_AFTER: TimeDelta = TimeDelta::days(1);

/// So often.
const INTERVAL: TimeDelta = TimeDelta::hours(1);

/// Sees that a sweep is due within the hour; to be called when the server starts. Each sweep sees to the next.
///
/// # Errors
/// The database's.
pub async fn schedule_sweep(app: &App) -> Result<(), DbErr> {
    let next = app.clock.now() + INTERVAL;
    // A sweep that runs now is itself on the list, but not half an hour away.
    if store::is_scheduled(&app.db, SWEEP, next - INTERVAL / 2).await? {
        return Ok(());
    }
    Job::SweepUploads {}.enqueue(&app.db, app, next).await
}

/// Removes everything that expired.
pub async fn sweep(files: &Files) -> Result<(), JobError> {
    let now = files.app.clock.now();
    schedule_sweep(&files.app).await?;
    while let uploads = store::expired(&files.app.db, now, BATCH).await?
        && !uploads.is_empty()
    {
        for upload in uploads {
            expire(files, &upload).await?;
        }
    }
    while let parts = store::stray_parts(&files.app.db, now - DEAD_AFTER, BATCH).await?
        && !parts.is_empty()
    {
        let tx = ledger::begin(&files.app.db).await?;
        let mut keys = Vec::new();
        for part in parts {
            if store::delete_uncounted_part(&tx, part.id).await? {
                keys.push(part.object_key);
            }
        }
        delete_later(&tx, &files.app, keys, now).await?;
        tx.commit().await?;
    }
    while let unclaimed = store::unclaimed(&files.app.db, now, BATCH).await?
        && !unclaimed.is_empty()
    {
        for file in unclaimed {
            let tx = ledger::begin(&files.app.db).await?;
            purge(&tx, &files.app, file.id, now).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// An upload that stood still for too long.
async fn expire(files: &Files, upload: &upload::Model) -> Result<(), JobError> {
    let tx = ledger::begin(&files.app.db).await?;
    abandon(&tx, &files.app, upload, files.app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Removes objects. What is not there is as good as removed.
pub(super) async fn delete_objects(files: &Files, keys: &[String]) -> Result<(), JobError> {
    for key in keys {
        // A text that is no key names no object.
        let Ok(key) = key.parse::<Key>() else { continue };
        files.objects.delete(&key).await?;
    }
    Ok(())
}
