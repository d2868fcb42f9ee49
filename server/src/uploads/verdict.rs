//! The verdict on a file: is it what was announced, is it whole, is it of a type that is taken?
//!
//! The parts it came in are put together as one object first, where there are several. A child process opens it
//! ([`imaging`]); its SHA-256 is taken on the way there, unless it was taken as the bytes came. What would be accepted is
//! scanned for viruses before ([`super::scan`]), where the operator runs a scanner. A refused file's bytes are removed at
//! once.

use chrono::TimeDelta;
use domain::file::FileRefusal;
use entity::ids::FileId;
use entity::{file, upload, upload_part};
use futures_util::StreamExt;
use sea_orm::DbErr;
use sha2::{Digest, Sha256};

use super::scan::{self, Scanned};
use super::{Files, Job, JobError, store};
use crate::app::fault;
use crate::ledger;
use crate::objects::{Key, ObjectError, joined};
use imaging::{Found, Source};

/// Under which type the object is stored. What it is served as is decided where it is served.
const STORED_AS: &str = "application/octet-stream";
/// After how long a scanner that could not be asked is asked again.
const SCAN_AGAIN: TimeDelta = TimeDelta::minutes(1);

/// What was found about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// How many bytes there are.
    pub byte_size: i64,
    /// What the file is, or why it is refused.
    pub outcome: Result<Found, FileRefusal>,
}

/// Checks a quarantined file and settles it. Does nothing when it is settled already, or gone.
pub async fn verify(files: &Files, file_id: FileId) -> Result<(), JobError> {
    let Some(file) = store::find_file(&files.app.db, file_id).await? else { return Ok(()) };
    if file.state.0 != domain::file::FileState::Quarantined {
        return Ok(());
    }
    let complete =
        store::uploads_of(&files.app.db, file_id).await?.into_iter().find(|upload| upload.received == upload.length);
    let Some(upload) = complete else {
        return Err(DbErr::RecordNotFound(format!("the upload of {file_id}")).into());
    };
    let parts = store::parts_of(&files.app.db, upload.id).await?;
    let object = assemble(files, &file, &upload, &parts).await?;
    let verdict = match object {
        Some(key) => {
            let found = examine(files, &file, &key).await?;
            let Some(verdict) = scanned(files, &key, found).await? else { return put_off(files, file_id).await };
            verdict
        }
        None => judged(&file, hex::encode(Sha256::digest(b"")), 0, Err(FileRefusal::Empty)),
    };
    settle(files, &file, &upload, &parts, object, &verdict).await
}

/// Puts the parts together; answers the key of the whole. `None` when there are no bytes at all.
async fn assemble(
    files: &Files,
    file: &file::Model,
    upload: &upload::Model,
    parts: &[upload_part::Model],
) -> Result<Option<Key>, JobError> {
    let parts = counted(upload, parts)?;
    let (key, is_whole) = match (&file.object_key, parts.as_slice()) {
        (_, []) => return Ok(None),
        (Some(chosen), _) => {
            let key = read_key(chosen)?;
            (key, is_stored(files, &key, upload.length).await?)
        }
        // What came in one piece is whole already, unless something was added in vain.
        (None, [(only, _)]) if is_stored(files, only, upload.length).await? => {
            (choose(files, file.id, *only).await?, true)
        }
        (None, _) => (choose(files, file.id, files.new_key()).await?, false),
    };
    if !is_whole {
        files.objects.put(&key, STORED_AS, joined(files.objects.as_ref(), parts)).await?;
        fault::point("whole_stored");
    }
    Ok(Some(key))
}

/// The parts that count, and how many bytes each brings: up to where the next begins.
fn counted(upload: &upload::Model, parts: &[upload_part::Model]) -> Result<Vec<(Key, u64)>, JobError> {
    let counted: Vec<_> = parts.iter().filter(|part| part.byte_size.is_some()).collect();
    let ends = counted.iter().skip(1).map(|next| next.start).chain([upload.length]);
    counted
        .iter()
        .zip(ends)
        .map(|(part, end)| Ok((read_key(&part.object_key)?, (end - part.start).unsigned_abs())))
        .collect()
}

async fn choose(files: &Files, file_id: FileId, key: Key) -> Result<Key, JobError> {
    if store::choose_key(&files.app.db, file_id, key, files.app.clock.now()).await? {
        fault::point("key_chosen");
        Ok(key)
    } else {
        // Another worker does the same at the same time; the one that comes back finds what it chose.
        Err(DbErr::RecordNotUpdated.into())
    }
}

async fn is_stored(files: &Files, key: &Key, length: i64) -> Result<bool, JobError> {
    match files.objects.size(key).await {
        Ok(size) => Ok(i64::try_from(size) == Ok(length)),
        Err(ObjectError::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn read_key(text: &str) -> Result<Key, JobError> {
    text.parse().map_err(|error| JobError::Rows(DbErr::Type(format!("an object's key: {error}"))))
}

/// Lets a child look into the object, and hashes it meanwhile, unless that was done as it came.
async fn examine(files: &Files, file: &file::Model, key: &Key) -> Result<Verdict, JobError> {
    if let (Some(sha256), Some(object)) = (&file.sha256, files.objects.file(key).await?) {
        let size = files.objects.size(key).await?.cast_signed();
        let outcome = files.workshop.inspect(Source::File(object)).await?;
        return Ok(judged(file, sha256.clone(), size, outcome));
    }
    let mut hash = Sha256::new();
    let mut size = 0_i64;
    let bytes = files.objects.get(key, None).await?;
    let counted = bytes.inspect(|chunk| {
        if let Ok(chunk) = chunk {
            hash.update(chunk);
            size += chunk.len().cast_signed() as i64;
        }
    });
    let outcome = files.workshop.inspect(Source::Chunks(counted.boxed())).await?;
    Ok(judged(file, hex::encode(hash.finalize()), size, outcome))
}

/// Has the scanner look at what would be accepted; `None` while it cannot be asked. Nothing is accepted unscanned.
async fn scanned(files: &Files, key: &Key, mut verdict: Verdict) -> Result<Option<Verdict>, JobError> {
    if let (Some(clamd), Ok(_)) = (&files.app.config.clamd, &verdict.outcome) {
        match scan::scan(clamd, files.objects.get(key, None).await?).await {
            Ok(Scanned::Clean) => {}
            Ok(Scanned::Infected) => verdict.outcome = Err(FileRefusal::Infected),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "files wait for the virus scanner");
                return Ok(None);
            }
        }
    }
    Ok(Some(verdict))
}

/// Lets a file wait for the scanner. Not a failure of the job, which would give up after a few: a scanner may be away for
/// days.
async fn put_off(files: &Files, file_id: FileId) -> Result<(), JobError> {
    let again = files.app.clock.now() + SCAN_AGAIN;
    Ok(Job::VerifyFile { file_id }.enqueue(&files.app.db, &files.app, again).await?)
}

/// What went wrong on the way comes first: of a file that is not the one that was sent, nothing else is worth saying.
fn judged(file: &file::Model, sha256: String, byte_size: i64, outcome: Result<Found, FileRefusal>) -> Verdict {
    let is_other_size = file.declared_size.is_some_and(|declared| declared != byte_size);
    let is_other_hash = file.declared_sha256.as_ref().is_some_and(|declared| !declared.eq_ignore_ascii_case(&sha256));
    let outcome = if is_other_size {
        Err(FileRefusal::SizeMismatch)
    } else if is_other_hash {
        Err(FileRefusal::HashMismatch)
    } else {
        outcome
    };
    Verdict { sha256, byte_size, outcome }
}

/// Writes the verdict down, with what follows from it.
async fn settle(
    files: &Files,
    file: &file::Model,
    upload: &upload::Model,
    parts: &[upload_part::Model],
    object: Option<Key>,
    verdict: &Verdict,
) -> Result<(), JobError> {
    let now = files.app.clock.now();
    let kept = object.filter(|_| verdict.outcome.is_ok());
    let stored = parts.iter().map(|part| read_key(&part.object_key)).chain(object.map(Ok));
    let mut spent = stored.collect::<Result<Vec<_>, _>>()?;
    spent.retain(|key| Some(*key) != kept);
    let tx = files.app.db.begin_writing().await?;
    if !store::settle(&tx, file.id, verdict, now).await? {
        // Settled by another run, or removed meanwhile.
        return Ok(tx.rollback().await?);
    }
    store::delete_parts(&tx, upload.id).await?;
    ledger::change::record_updated(&tx, file.authority_id, file.id, now).await?;
    if !spent.is_empty() {
        Job::delete_objects(spent).enqueue(&tx, &files.app, now).await?;
    }
    if kept.is_some() {
        Job::MakeRenditions { file_id: file.id }.enqueue(&tx, &files.app, now).await?;
    }
    tx.commit().await?;
    fault::point("verdict_settled");
    files.app.committed();
    match verdict.outcome {
        Ok(found) => tracing::info!(file = %file.id, media_type = %found.media_type, "file accepted"),
        Err(refusal) => tracing::info!(file = %file.id, %refusal, "file refused"),
    }
    Ok(())
}
