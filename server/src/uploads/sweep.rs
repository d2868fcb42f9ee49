//! Removing what nobody will ask for again: uploads that were given up, parts that were stored in vain, files that
//! nothing claimed, jobs that were done long ago.

use chrono::TimeDelta;
use entity::upload;

use super::purge::{abandon, delete_later, purge};
use super::{Files, JobError, store};
use crate::app::fault;
use crate::ledger;
use crate::objects::Key;

/// So many rows at a time.
const BATCH: u64 = 100;
/// A part that does not count after this long belongs to a request that is dead: no request takes a day.
const DEAD_AFTER: TimeDelta = TimeDelta::days(1);

/// Removes everything that expired.
pub async fn sweep(files: &Files) -> Result<(), JobError> {
    let now = files.app.clock.now();
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
        let tx = files.app.db.begin_writing().await?;
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
            let tx = files.app.db.begin_writing().await?;
            purge(&tx, &files.app, file.id, now).await?;
            tx.commit().await?;
        }
    }
    Ok(ledger::jobs::forget_done(&files.app.db, now).await?)
}

/// An upload that stood still for too long.
async fn expire(files: &Files, upload: &upload::Model) -> Result<(), JobError> {
    let tx = files.app.db.begin_writing().await?;
    abandon(&tx, &files.app, upload, files.app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Removes objects. What is not there is as good as removed.
pub(super) async fn delete_objects(files: &Files, keys: &[String]) -> Result<(), JobError> {
    for key in keys {
        // A text that is no key names no object.
        let Ok(key) = key.parse::<Key>() else { continue };
        files.objects.delete(&key).await?;
        fault::point("object_deleted");
    }
    Ok(())
}
