//! Taking the bytes of one request in.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use entity::{upload, upload_part};
use futures_util::{StreamExt, stream};
use poem::Body;
use sea_orm::{ConnectionTrait, DbErr};
use sha2::Digest;
use tokio::time::timeout;

use super::headers::Checksum;
use super::pen::{Part, Pen};
use super::{Files, Job, store};
use crate::app::{App, fault};
use crate::database::in_time;
use crate::ledger;
use crate::objects::{Chunks, ObjectError};

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

/// One request's writing of one upload.
pub struct Receiving<'a> {
    files: &'a Files,
    pen: Pen,
    /// Whether the row bears our mark.
    is_writer: bool,
    /// Where what is stored ends. What lies behind the row's offset does not count yet.
    end: i64,
    /// The parts that this request writes to.
    parts: Vec<Part>,
}

impl<'a> Receiving<'a> {
    /// Begins where the pen stands. The upload is taken over with the first byte, unless the pen still is the one that
    /// wrote it.
    pub fn new(files: &'a Files, mut pen: Pen) -> Self {
        let parts: Vec<Part> = pen.part.take().into_iter().collect();
        Self { files, is_writer: !parts.is_empty(), end: pen.upload.received, parts, pen }
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
        let upload = self.pen.upload.clone();
        match taken {
            Ok(()) | Err(ReceiveError::Cut) if self.end == upload.received => self.lay_down(),
            _ => self.discard().await,
        }
        taken.map(|()| upload)
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
        let room = u64::try_from(self.pen.upload.length - self.end).unwrap_or(0);
        if !arriving.has_more().await {
            return Ok(false);
        }
        if room == 0 {
            return Err(ReceiveError::TooMany);
        }
        let objects = &self.files.objects;
        let Part { key, size: at, .. } = match self.parts.last() {
            Some(part) if objects.extends() => part.clone(),
            _ => in_time(self.begin_part()).await?,
        };
        let sums = (checksum, self.pen.sum.as_mut());
        let body = stream::unfold((&mut *arriving, sums, room.min(STRETCH)), async |(arriving, mut sums, left)| {
            let chunk = arriving.take(left).await?;
            if let Some(checksum) = &mut sums.0 {
                checksum.update(&chunk);
            }
            if let Some(sum) = &mut sums.1 {
                sum.update(&chunk);
            }
            let left = left - chunk.len() as u64;
            Some((Ok(chunk), (arriving, sums, left)))
        });
        let size = match at {
            0 => objects.put(&key, UNKNOWN, body.boxed()).await?,
            _ => objects.extend(&key, at, body.boxed()).await.map_err(extending)?,
        };
        fault::point("stretch_stored");
        if size == room && arriving.has_more().await {
            return Err(ReceiveError::TooMany);
        }
        if let Some(part) = self.parts.last_mut() {
            part.size += size;
        }
        self.end += size.cast_signed();
        Ok(true)
    }

    /// Writes the key of a new part down, before anything is stored under it, and takes the upload over if need be.
    async fn begin_part(&mut self) -> Result<Part, ReceiveError> {
        let now = self.files.app.clock.now();
        let part = Part { id: self.files.new_id(), key: self.files.new_key(), size: 0, is_counted: false };
        let row = upload_part::Model {
            id: part.id,
            upload_id: self.pen.upload.id,
            object_key: part.key.to_string(),
            start: self.end,
            byte_size: None,
            created_at: now,
        };
        if self.is_writer {
            store::insert(&self.files.app.db, row).await?;
        } else {
            let (upload, writer) = (&mut self.pen.upload, self.files.new_id());
            let tx = self.files.app.db.begin_writing().await?;
            if !store::take_over(&tx, upload.id, upload.received, writer, now).await? {
                tx.rollback().await?;
                return Err(ReceiveError::Moved);
            }
            store::insert(&tx, row).await?;
            tx.commit().await?;
            (upload.writer, self.is_writer) = (Some(writer), true);
        }
        fault::point("part_written_down");
        self.parts.push(part.clone());
        Ok(part)
    }

    /// Lets what is stored count. The last byte sends the file to be checked.
    async fn keep(&mut self) -> Result<(), ReceiveError> {
        let upload = &self.pen.upload;
        if self.end == upload.received {
            return Ok(());
        }
        let Some(writer) = upload.writer else { return Err(ReceiveError::Moved) };
        let app = &self.files.app;
        let now = app.clock.now();
        let expires_at = now + self.files.settings.patience;
        let is_complete = self.end == upload.length;
        if !is_complete && self.parts.iter().all(|part| part.is_counted) {
            // The usual case, and the only statement of its request.
            if !store::advance(&app.db, upload, writer, self.end, expires_at, now).await? {
                return Err(ReceiveError::Moved);
            }
        } else {
            let tx = app.db.begin_writing().await?;
            let mut counts = store::advance(&tx, upload, writer, self.end, expires_at, now).await?;
            for part in self.parts.iter().filter(|part| !part.is_counted) {
                counts = counts && store::count_part(&tx, part.id, part.size.cast_signed()).await?;
            }
            if !counts {
                tx.rollback().await?;
                return Err(ReceiveError::Moved);
            }
            if is_complete {
                let sha256 = self.pen.sum.take().map(|sum| hex::encode(sum.finalize()));
                complete(&tx, app, upload, sha256, now).await?;
            }
            tx.commit().await?;
        }
        fault::point("offset_moved");
        if is_complete {
            app.committed();
        }
        (self.pen.upload.received, self.pen.upload.expires_at) = (self.end, expires_at);
        self.parts.retain_mut(|part| {
            part.is_counted = true;
            self.files.objects.extends()
        });
        Ok(())
    }

    /// Leaves the pen to the next request.
    fn lay_down(mut self) {
        if self.end < self.pen.upload.length {
            self.pen.part = self.parts.pop();
            self.files.pens.lay_down(self.pen);
        }
    }

    /// Removes what was stored in vain. What cannot be removed now, the sweeper finds by its row. What was added in vain
    /// to a part that counts stays behind its end, and nobody writes on there.
    async fn discard(&self) {
        for part in self.parts.iter().filter(|part| !part.is_counted) {
            if let Err(error) = in_time(self.forget(part)).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "a part stored in vain stays for now");
            }
        }
    }

    async fn forget(&self, part: &Part) -> Result<(), DbErr> {
        let tx = self.files.app.db.begin_writing().await?;
        // Not if it counts after all: a commit may have happened whose answer was lost.
        if store::delete_uncounted_part(&tx, part.id).await? {
            Job::delete_objects([part.key]).enqueue(&tx, &self.files.app, self.files.app.clock.now()).await?;
        }
        tx.commit().await
    }
}

/// An object that is gone was its upload's, which was given up.
fn extending(error: ObjectError) -> ReceiveError {
    match error {
        ObjectError::NotFound => ReceiveError::Moved,
        error => error.into(),
    }
}

/// Sends the file of an upload whose last byte is here to be checked. `sha256`: its hash, where it is known already.
pub async fn complete(
    conn: &impl ConnectionTrait,
    app: &App,
    upload: &upload::Model,
    sha256: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), ReceiveError> {
    let file_id = upload.file_id;
    if !store::quarantine(conn, file_id, sha256, now).await? {
        return Err(ReceiveError::Moved);
    }
    if let Some(file) = store::find_file(conn, file_id).await? {
        ledger::change::record_updated(conn, file.authority_id, file_id, now).await?;
    }
    Ok(Job::VerifyFile { file_id }.enqueue(conn, app, now).await?)
}
