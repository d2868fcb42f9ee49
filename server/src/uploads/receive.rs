//! Taking the bytes of one request in.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::file::FileState;
use entity::{upload, upload_part};
use futures_util::{StreamExt, stream};
use poem::Body;
use sea_orm::{ConnectionTrait, DbErr};
use tokio::time::timeout;
use uuid::Uuid;

use super::headers::Checksum;
use super::{Files, Job, store};
use crate::app::{App, fault};
use crate::database::in_time;
use crate::ledger;
use crate::objects::{Chunks, Key, ObjectError};

/// The longest stretch that is stored before the offset moves: what a kill in mid-request may cost.
const STRETCH: u64 = 5 << 20;
/// The type under which stretches are stored; what they are is found out later.
const UNKNOWN: &str = "application/octet-stream";

/// Why bytes were not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The upload is not where the request believes it is, or another request took over.
    #[error("the upload moved on without this request")]
    Moved,
    /// More bytes came than were announced.
    #[error("more bytes came than were announced")]
    TooMany,
    /// The bytes are not those of the checksum.
    #[error("the bytes are not those of the checksum")]
    Checksum,
    /// The connection broke or fell silent; what had arrived is kept, unless it was to be checked as a whole.
    #[error("the request broke off")]
    Cut,
    /// The object store failed.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// The database failed.
    #[error(transparent)]
    Rows(#[from] DbErr),
}

/// A request's body on its way in. A connection that breaks ends it like its last byte; [`Self::was_cut`] tells.
pub struct Arriving {
    chunks: Chunks<'static>,
    next: Option<Bytes>,
    idle: Duration,
    ended: bool,
    cut: bool,
}

impl Arriving {
    /// `idle`: how long the next byte is waited for.
    pub fn new(body: Body, idle: Duration) -> Self {
        Self { chunks: body.into_bytes_stream().boxed(), next: None, idle, ended: false, cut: false }
    }

    /// Whether the connection broke or fell silent.
    pub fn was_cut(&self) -> bool {
        self.cut
    }

    /// Waits until there are further bytes, or there will be none.
    pub async fn has_more(&mut self) -> bool {
        while self.next.is_none() && !self.ended {
            match timeout(self.idle, self.chunks.next()).await {
                Ok(Some(Ok(chunk))) => self.next = Some(chunk).filter(|chunk| !chunk.is_empty()),
                Ok(None) => self.ended = true,
                Ok(Some(Err(_))) | Err(_) => (self.ended, self.cut) = (true, true),
            }
        }
        self.next.is_some()
    }

    /// The next chunk, of at most `limit` bytes.
    async fn take(&mut self, limit: u64) -> Option<Bytes> {
        if limit == 0 || !self.has_more().await {
            return None;
        }
        let mut chunk = self.next.take()?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if chunk.len() > limit {
            self.next = Some(chunk.split_off(limit));
        }
        Some(chunk)
    }
}

/// A stored part and how many bytes it has.
struct Stored {
    id: Uuid,
    key: Key,
    size: i64,
}

/// One request's writing of one upload.
pub struct Receiving<'a> {
    files: &'a Files,
    upload: upload::Model,
    writer: Uuid,
    /// Stored, and waiting to count.
    held: Vec<Stored>,
}

impl<'a> Receiving<'a> {
    /// Takes the upload over, if it still is where the request believes.
    pub async fn begin(files: &'a Files, upload: upload::Model) -> Result<Self, ReceiveError> {
        let writer = files.new_id();
        let taken = store::take_over(&files.app.db, upload.id, upload.received, writer, files.app.clock.now()).await?;
        if taken { Ok(Self { files, upload, writer, held: Vec::new() }) } else { Err(ReceiveError::Moved) }
    }

    /// Takes all the request's bytes in and answers where the upload then stands. Whatever was stored and does not come
    /// to count is removed again.
    pub async fn take(
        mut self,
        arriving: &mut Arriving,
        checksum: Option<Checksum>,
    ) -> Result<upload::Model, ReceiveError> {
        let taken = match checksum {
            None => self.take_bit_by_bit(arriving).await,
            Some(checksum) => self.take_as_one(arriving, checksum).await,
        };
        if taken.is_err() {
            self.discard().await;
        }
        taken.map(|()| self.upload)
    }

    async fn take_bit_by_bit(&mut self, arriving: &mut Arriving) -> Result<(), ReceiveError> {
        while self.store_stretch(arriving, None).await? {
            in_time(self.keep()).await?;
        }
        if arriving.was_cut() { Err(ReceiveError::Cut) } else { Ok(()) }
    }

    /// With a checksum over the whole request, nothing counts before its last byte was seen.
    async fn take_as_one(&mut self, arriving: &mut Arriving, mut checksum: Checksum) -> Result<(), ReceiveError> {
        while self.store_stretch(arriving, Some(&mut checksum)).await? {}
        if arriving.was_cut() {
            return Err(ReceiveError::Cut);
        }
        if !checksum.holds() {
            return Err(ReceiveError::Checksum);
        }
        in_time(self.keep()).await
    }

    /// Stores the next stretch of the body; false when the body is at its end.
    async fn store_stretch(
        &mut self,
        arriving: &mut Arriving,
        checksum: Option<&mut Checksum>,
    ) -> Result<bool, ReceiveError> {
        let start = self.upload.received + self.held.iter().map(|part| part.size).sum::<i64>();
        let room = u64::try_from(self.upload.length - start).unwrap_or(0);
        if !arriving.has_more().await {
            return Ok(false);
        }
        if room == 0 {
            return Err(ReceiveError::TooMany);
        }
        let part = in_time(self.write_down(start)).await?;
        let key = part.key;
        self.held.push(part);
        let body = stream::unfold((&mut *arriving, checksum, room.min(STRETCH)), async |(arriving, mut sum, left)| {
            let chunk = arriving.take(left).await?;
            if let Some(sum) = &mut sum {
                sum.update(&chunk);
            }
            let left = left - chunk.len() as u64;
            Some((Ok(chunk), (arriving, sum, left)))
        });
        let size = self.files.objects.put(&key, UNKNOWN, body.boxed()).await?;
        fault::point("stretch_stored");
        if size == room && arriving.has_more().await {
            return Err(ReceiveError::TooMany);
        }
        if let Some(part) = self.held.last_mut() {
            part.size = size.cast_signed();
        }
        Ok(true)
    }

    /// Writes the key of a new part down, before anything is stored under it.
    async fn write_down(&self, start: i64) -> Result<Stored, ReceiveError> {
        let (id, key) = (self.files.new_id(), self.files.new_key());
        let row = upload_part::Model {
            id,
            upload_id: self.upload.id,
            object_key: key.to_string(),
            start,
            byte_size: None,
            created_at: self.files.app.clock.now(),
        };
        store::insert(&self.files.app.db, row).await?;
        fault::point("part_written_down");
        Ok(Stored { id, key, size: 0 })
    }

    /// Lets what is stored count. The last byte sends the file to be checked.
    async fn keep(&mut self) -> Result<(), ReceiveError> {
        if self.held.is_empty() {
            return Ok(());
        }
        let now = self.files.app.clock.now();
        let received = self.upload.received + self.held.iter().map(|part| part.size).sum::<i64>();
        let expires_at = now + self.files.settings.patience;
        let tx = ledger::begin(&self.files.app.db).await?;
        if !store::advance(&tx, &self.upload, self.writer, received, expires_at, now).await? {
            tx.rollback().await?;
            return Err(ReceiveError::Moved);
        }
        for part in &self.held {
            store::count_part(&tx, part.id, part.size).await?;
        }
        if received == self.upload.length {
            complete(&tx, &self.files.app, &self.upload, now).await?;
        }
        tx.commit().await?;
        fault::point("offset_moved");
        self.files.app.committed();
        self.held.clear();
        self.upload.received = received;
        self.upload.expires_at = expires_at;
        Ok(())
    }

    /// Removes what was stored in vain. What cannot be removed now, the sweeper finds by its row.
    async fn discard(&mut self) {
        for part in std::mem::take(&mut self.held) {
            if let Err(error) = in_time(self.forget(&part)).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "a part stored in vain stays for now");
            }
        }
    }

    async fn forget(&self, part: &Stored) -> Result<(), DbErr> {
        let tx = ledger::begin(&self.files.app.db).await?;
        // Not if it counts after all: a commit may have happened whose answer was lost.
        if store::delete_uncounted_part(&tx, part.id).await? {
            Job::delete_objects([part.key]).enqueue(&tx, &self.files.app, self.files.app.clock.now()).await?;
        }
        tx.commit().await
    }
}

/// Sends the file of an upload whose last byte is here to be checked.
pub async fn complete(
    conn: &impl ConnectionTrait,
    app: &App,
    upload: &upload::Model,
    now: DateTime<Utc>,
) -> Result<(), ReceiveError> {
    let file_id = upload.file_id;
    if !store::change_state(conn, file_id, &[FileState::Receiving], FileState::Quarantined, now).await? {
        return Err(ReceiveError::Moved);
    }
    if let Some(file) = store::find_file(conn, file_id).await? {
        ledger::change::record_updated(conn, file.authority_id, file_id, now).await?;
    }
    Ok(Job::VerifyFile { file_id }.enqueue(conn, app, now).await?)
}
