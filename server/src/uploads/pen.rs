//! What it takes to go on with an upload. A request has it while it writes; between two requests it lies here.
//!
//! Whoever goes on where the request before stopped need read no row, writes on in the same object where the store can,
//! and has the hash of all that came. A pen is lent to one request at a time: while an older one that hangs has it, or
//! when it is lost with the process, the next takes the upload over by the row, as it would on another replica. A pen
//! proves nothing. The offset moves only where the row still bears its mark.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, UploadId};
use entity::upload;
use lru::LruCache;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::objects::Key;

/// So many uploads are gone on with at once; what is more is taken over by the row.
const MOST: NonZeroUsize = NonZeroUsize::new(1024).expect("not zero");

/// A part that bytes were written to.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its row.
    pub id: Uuid,
    /// Its object.
    pub key: Key,
    /// How many bytes the object has.
    pub size: u64,
    /// Whether it counts already, with fewer bytes perhaps.
    pub is_counted: bool,
}

/// What it takes to go on with an upload.
#[derive(Debug, Clone)]
pub struct Pen {
    /// The row, as it was read or written last.
    pub upload: upload::Model,
    /// SHA-256 of all that was stored, where all of it came through this pen.
    pub sum: Option<Sha256>,
    /// The part that the next bytes are added to. None where a new one is to be begun.
    pub part: Option<Part>,
}

impl Pen {
    /// For an upload that is to be taken over where it stands.
    pub fn new(upload: upload::Model) -> Self {
        let sum = (upload.received == 0).then(Sha256::new);
        Self { upload, sum, part: None }
    }
}

/// The pens that nobody writes with.
#[derive(Debug, Clone)]
pub struct Pens(Arc<Mutex<LruCache<UploadId, Pen>>>);

impl Default for Pens {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::sparse(MOST))))
    }
}

impl Pens {
    /// The pen of this account's upload, if it lies here and the upload stood at this offset when it was laid down.
    pub fn take(&self, account_id: AccountId, id: UploadId, offset: i64, now: DateTime<Utc>) -> Option<Pen> {
        let mut pens = self.lock();
        let upload = &pens.peek(&id)?.upload;
        let fits = upload.account_id == account_id && upload.received == offset && upload.expires_at >= now;
        if fits { pens.pop(&id) } else { None }
    }

    /// Lays a pen down for the next request.
    pub fn lay_down(&self, pen: Pen) {
        self.lock().put(pen.upload.id, pen);
    }

    /// Throws the pen of an upload away.
    pub fn throw_away(&self, id: UploadId) {
        self.lock().pop(&id);
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<UploadId, Pen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};
    use entity::ids::FileId;

    use super::*;

    fn noon() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 3, 3, 12, 0, 0).unwrap()
    }

    fn pen(number: u128, received: i64) -> Pen {
        Pen::new(upload::Model {
            id: UploadId(Uuid::from_u128(number)),
            file_id: FileId(Uuid::from_u128(number)),
            account_id: AccountId(Uuid::from_u128(7)),
            length: 100,
            received,
            metadata: None,
            writer: None,
            expires_at: noon(),
            created_at: noon(),
            updated_at: noon(),
        })
    }

    #[test]
    fn a_pen_is_lent_to_one_who_goes_on_where_it_was_laid_down() {
        let pens = Pens::default();
        let (id, account, stranger) =
            (UploadId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(7)), AccountId(Uuid::nil()));
        pens.lay_down(pen(1, 40));
        assert!(pens.take(stranger, id, 40, noon()).is_none(), "of somebody else");
        assert!(pens.take(account, id, 0, noon()).is_none(), "elsewhere");
        assert!(pens.take(account, id, 40, noon() + TimeDelta::seconds(1)).is_none(), "too late");
        assert!(pens.take(account, id, 40, noon()).is_some(), "those left it where it was");
        assert!(pens.take(account, id, 40, noon()).is_none(), "one at a time");
        pens.lay_down(pen(1, 60));
        pens.throw_away(id);
        assert!(pens.take(account, id, 60, noon()).is_none());
    }

    #[test]
    fn a_pen_without_the_beginning_has_no_hash() {
        assert!(pen(1, 0).sum.is_some());
        assert!(pen(1, 1).sum.is_none());
    }

    #[test]
    fn the_pen_that_lay_longest_goes_first() {
        let pens = Pens::default();
        for number in 0..=MOST.get() as u128 {
            pens.lay_down(pen(number, 0));
        }
        let account = AccountId(Uuid::from_u128(7));
        assert!(pens.take(account, UploadId(Uuid::from_u128(0)), 0, noon()).is_none());
        assert!(pens.take(account, UploadId(Uuid::from_u128(1)), 0, noon()).is_some());
    }
}
