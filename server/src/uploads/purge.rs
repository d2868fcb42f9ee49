//! Keeping files that something refers to, and removing files on purpose.

use chrono::{DateTime, Utc};
use entity::ids::FileId;
use entity::upload;
use sea_orm::{ConnectionTrait, DbErr};

use super::{Job, store};
use crate::app::App;
use crate::ledger;
use crate::objects::Key;

/// Says that something now refers to the file, which keeps it. False when there is no such file any more.
pub async fn claim(conn: &impl ConnectionTrait, file_id: FileId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    store::claim_file(conn, file_id, now).await
}

/// Removes a file's bytes, what was made of them, and what is still on its way; in the caller's transaction, the
/// objects by a job after it. Hash and size stay as a tombstone. False when it was removed already.
pub async fn purge(conn: &impl ConnectionTrait, app: &App, file_id: FileId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let Some(file) = store::find_file(conn, file_id).await? else { return Ok(false) };
    if !store::mark_purged(conn, file_id, now).await? {
        return Ok(false);
    }
    let mut keys: Vec<String> = file.object_key.into_iter().collect();
    keys.extend(store::renditions_of(conn, file_id).await?.into_iter().map(|rendition| rendition.object_key));
    store::delete_renditions(conn, file_id).await?;
    ledger::change::record_updated(conn, file.authority_id, file_id, now).await?;
    for upload in store::uploads_of(conn, file_id).await? {
        keys.extend(remove_upload(conn, &upload).await?);
    }
    delete_later(conn, app, keys, now).await?;
    Ok(true)
}

/// Gives an upload up. Its file, if that was not complete, waits for another.
pub(super) async fn abandon(
    conn: &impl ConnectionTrait,
    app: &App,
    upload: &upload::Model,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let keys = remove_upload(conn, upload).await?;
    if upload.received < upload.length {
        store::await_bytes(conn, upload.file_id, now).await?;
    }
    delete_later(conn, app, keys, now).await
}

/// Removes the rows of an upload and of its parts; answers the keys of the parts' objects.
async fn remove_upload(conn: &impl ConnectionTrait, upload: &upload::Model) -> Result<Vec<String>, DbErr> {
    let parts = store::parts_of(conn, upload.id).await?;
    store::delete_parts(conn, upload.id).await?;
    store::delete_upload(conn, upload.id).await?;
    Ok(parts.into_iter().map(|part| part.object_key).collect())
}

/// Leaves objects to be removed once the caller's transaction is committed.
pub(super) async fn delete_later(
    conn: &impl ConnectionTrait,
    app: &App,
    keys: Vec<String>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let keys: Vec<Key> = keys.iter().filter_map(|key| key.parse().ok()).collect();
    if keys.is_empty() { Ok(()) } else { Job::delete_objects(keys).enqueue(conn, app, now).await }
}
