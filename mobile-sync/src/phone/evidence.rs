//! What a visitor captures: staging, signing, taking back.

use chrono::{DateTime, Utc};
use domain::checklist::accepts;
use domain::file::MediaType;
use domain::manifest::{Bytes, Sha256Sum};
use domain::quality::EvidenceKind;
use domain::quality::announcement::MAX_BYTES;
use uuid::Uuid;

use super::acts::{touched, tried_again, withdraw};
use super::{Error, Phone};
use crate::environment::Environment;
use crate::item::{Item, Standing, Work};
use crate::media::MediaStore;
use crate::state::{Capture, Change, Key, Record, State};
use crate::statement::{self, Statement};
use crate::vault::MEDIA_NONCE;
use crate::wire::{Announced, Row};

/// What is known of a capture beside its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Staging {
    pub visit: Uuid,
    pub standard: Option<Uuid>,
    pub kind: EvidenceKind,
    pub media_type: MediaType,
    pub captured_at: DateTime<Utc>,
    pub caption: Option<String>,
}

/// The bytes of a capture, in clear.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    pub media_type: MediaType,
    pub bytes: Vec<u8>,
}

/// Who signs.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    pub name: &'a str,
    pub role: &'a str,
}

impl<E: Environment> Phone<E> {
    /// Keeps a capture: when it returns, bytes and record are on the phone's disk, encrypted. The bytes are the rendition that
    /// is evidence from now on; nothing changes them. What is there already, for the same standard, is not kept twice.
    ///
    /// # Errors
    /// Where the visit is not here, the standard wants no such capture, or there is no room. Nothing is kept then.
    pub async fn stage(&self, staging: Staging, bytes: &[u8]) -> Result<Uuid, Error> {
        self.keep(staging, bytes, None).await
    }

    /// The words that whoever signs is shown.
    ///
    /// # Errors
    /// Where the visit is not here.
    pub fn statement(&self, visit: Uuid) -> Result<Statement, Error> {
        statement::of(&self.state.borrow(), visit).ok_or(Error::NoSuchVisit)
    }

    /// Keeps a signature under a statement that was shown. Whatever is changed about the visit afterwards withdraws it.
    ///
    /// # Errors
    /// As for [`Phone::stage`]; [`Error::TooLate`] where the statement is not what would be shown now.
    pub async fn sign(
        &self,
        visit: Uuid,
        shown: Statement,
        signer: Signer<'_>,
        media_type: MediaType,
        picture: &[u8],
    ) -> Result<Uuid, Error> {
        if self.statement(visit)? != shown {
            return Err(Error::TooLate);
        }
        let Signer { name, role } = signer;
        let staging = Staging {
            visit,
            standard: None,
            kind: EvidenceKind::Signature,
            media_type,
            captured_at: self.env.now(),
            caption: Some(format!("Signed by {name}, {role}. Statement {}.", shown.sha256)),
        };
        self.keep(staging, picture, Some(shown)).await
    }

    /// Takes back a capture, an answer or a completion that was not sent yet. Of a capture that the server may have, a
    /// withdrawal is sent, for this reason.
    ///
    /// # Errors
    /// [`Error::TooLate`] for an answer or a completion that the server may have.
    pub fn cancel(&self, id: Uuid, reason: &str) -> Result<(), Error> {
        let changes = {
            let state = self.state.borrow();
            match state.captures.get(&id).filter(|capture| capture.withdrawn.is_none()) {
                Some(capture) => {
                    let mut changes = withdraw(&state, capture, reason, self.env.new_id());
                    if capture.signs.is_none() {
                        changes.extend(touched(&state, capture.announced.visit, || self.env.new_id()));
                    }
                    changes
                }
                None => unmake(&state, id, || self.env.new_id())?,
            }
        };
        self.commit(changes)
    }

    /// The bytes of a capture; none where they are not here, or not any more.
    ///
    /// # Errors
    /// The media store's; [`crate::vault::VaultError::Damaged`].
    pub async fn photo(&self, evidence: Uuid) -> Result<Option<Photo>, Error> {
        let Some((announced, nonce)) = self.look(|state| {
            let capture = state.captures.get(&evidence).filter(|capture| capture.has_bytes)?;
            Some((capture.announced.clone(), capture.nonce.as_slice().try_into().ok()?))
        }) else {
            return Ok(None);
        };
        let Some(sealed) = self.env.media().read(evidence, 0, usize::MAX).await? else { return Ok(None) };
        let bytes = self.vault.unseal_media(evidence, &nonce, announced.bytes.size, 0, &sealed)?;
        Ok(Some(Photo { media_type: announced.media_type, bytes }))
    }

    async fn keep(&self, staging: Staging, bytes: &[u8], signs: Option<Statement>) -> Result<Uuid, Error> {
        let sha256 = Sha256Sum::of(bytes);
        if let Some(same) = check(&self.state.borrow(), &staging, bytes, sha256)? {
            return Ok(same);
        }
        let id = self.env.new_id();
        let mut nonce = [0; MEDIA_NONCE];
        self.env.fill_random(&mut nonce);
        let sealed = self.vault.seal_media(id, &nonce, bytes)?;
        self.env.media().put(id, &sealed).await?;
        let Staging { visit, standard, kind, media_type, captured_at, caption } = staging;
        let size = bytes.len() as u64;
        let announced =
            Announced { id, visit, standard, kind, bytes: Bytes { sha256, size }, media_type, captured_at, caption };
        let capture = Capture {
            announced: announced.clone(),
            nonce: nonce.to_vec(),
            has_bytes: true,
            file: None,
            is_addendum: false,
            withdrawn: None,
            signs,
        };
        let changes = {
            let state = self.state.borrow();
            let order = state.next_order();
            let work = Work::Bytes { evidence: id, size, upload: None };
            // Both sides sign the same words: one signature does not undo the other.
            let mut changes = match capture.signs {
                Some(_) => tried_again(&state, visit),
                None => touched(&state, visit, || self.env.new_id()),
            };
            changes.push(Change::Put(Record::Capture(capture)));
            changes.push(Change::Put(Record::Item(Item::new(id, order, visit, Work::Record(announced)))));
            changes.push(Change::Put(Record::Item(Item::new(self.env.new_id(), order + 1, visit, work))));
            changes
        };
        if let Err(error) = self.commit(changes) {
            // Without its record it is nothing; where it cannot be removed now, it is when the phone is next opened.
            let _ = self.env.media().remove(id).await;
            return Err(error);
        }
        Ok(id)
    }
}

/// Whether something may be captured; where it is here already, under which id.
fn check(state: &State, staging: &Staging, bytes: &[u8], sha256: Sha256Sum) -> Result<Option<Uuid>, Error> {
    let visit = state.visit(staging.visit).ok_or(Error::NoSuchVisit)?;
    if !i64::try_from(bytes.len()).is_ok_and(|size| (1..=MAX_BYTES).contains(&size)) {
        return Err(Error::Size);
    }
    if let Some(Row::Framework(framework)) = state.rows.get(&visit.framework).map(|kept| &kept.row) {
        let standard = framework.standards.iter().find(|standard| Some(standard.id) == staging.standard);
        if standard.is_some_and(|standard| !accepts(&standard.evidence, staging.kind)) {
            return Err(Error::NeverCaptured);
        }
    }
    let is_same = |capture: &&Capture| {
        let Announced { visit, standard, bytes, .. } = &capture.announced;
        capture.withdrawn.is_none() && (*visit, *standard, bytes.sha256) == (staging.visit, staging.standard, sha256)
    };
    Ok(state.captures.values().find(is_same).map(|capture| capture.announced.id))
}

/// Unmakes an answer or a completion, if the server cannot have it.
fn unmake(state: &State, id: Uuid, new_id: impl FnMut() -> Uuid) -> Result<Vec<Change>, Error> {
    let item = state.items.get(&id).ok_or(Error::NotFound)?;
    let is_refused = matches!(item.standing, Standing::Attention { .. });
    match &item.work {
        Work::Answer(_) | Work::Improve(_) | Work::Complete { .. } if item.may_have_arrived() && !is_refused => {
            Err(Error::TooLate)
        }
        Work::Answer(_) => {
            let mut changes = touched(state, item.visit, new_id);
            changes.push(Change::Remove(Key::Item(id)));
            Ok(changes)
        }
        Work::Improve(_) | Work::Complete { .. } => Ok(vec![Change::Remove(Key::Item(id))]),
        Work::Plan(_) | Work::Record(_) | Work::Bytes { .. } | Work::Withdraw { .. } => Err(Error::NotFound),
    }
}
