//! What a phone holds: everything that is kept, in memory, with every change to it as data.
//!
//! A change is written down before it is made here, so what is in memory is never ahead of the disk. Opening a phone is
//! making all the changes that were written down.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::item::{Item, Items};
use crate::statement::Statement;
use crate::wire::{Announced, Evidence, Judgement, Judging, Receipt, Row, Visit};

/// Everything that a phone holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    pub session: Session,
    pub feed: Feed,
    pub choices: Choices,
    pub items: Items,
    pub captures: BTreeMap<Uuid, Capture>,
    /// What the server has acknowledged of this phone's answers.
    pub given: BTreeMap<Uuid, Given>,
    pub rows: BTreeMap<Uuid, Kept>,
    /// Those whose signature was found to be the server's.
    pub receipts: BTreeMap<Uuid, Receipt>,
}

/// Something that is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kept", rename_all = "snake_case")]
pub enum Record {
    Session(Session),
    Feed(Feed),
    Choices(Choices),
    Item(Item),
    Capture(Capture),
    Given(Given),
    Row(Kept),
    Receipt(Receipt),
}

/// What a record is kept under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Session,
    Feed,
    Choices,
    Item(Uuid),
    Capture(Uuid),
    Given(Uuid),
    Row(Uuid),
    Receipt(Uuid),
}

/// A change to what is kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Put(Record),
    Remove(Key),
}

/// Who uses the phone.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "session", rename_all = "snake_case")]
pub enum Session {
    /// Nobody yet.
    #[default]
    Nobody,
    In {
        account: Uuid,
        name: String,
        token: String,
        /// By the server's clock; none where it was not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<DateTime<Utc>>,
    },
    /// The session ended. What is held stays until its owner signs in again.
    Out { account: Uuid, name: String },
    /// The session was revoked: everything must go.
    Revoked,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nobody => "Nobody",
            Self::In { .. } => "In",
            Self::Out { .. } => "Out",
            Self::Revoked => "Revoked",
        })
    }
}

/// Where the phone is in the feed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Feed {
    pub epoch: Option<String>,
    pub cursor: Option<String>,
    /// Counts the times that the feed began anew.
    pub generation: u32,
    /// When the server was first heard of after it was restored, by its clock: it is offered again what it lacks, until all
    /// of it is accounted for.
    pub restored_at: Option<DateTime<Utc>>,
    /// The server's clock, when it was last heard.
    pub heard_at: Option<DateTime<Utc>>,
    /// The public keys that the server has named; none is forgotten, since a receipt outlives the key that signed it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub receipt_keys: BTreeSet<String>,
}

/// What the phone's owner chose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choices {
    /// Whether photos wait for a network that is not paid for by the byte. Answers never wait.
    pub photos_on_wifi_only: bool,
    /// Whether pictures are made smaller, and the feed is read less often.
    pub saves_data: bool,
    /// Days that media stay after the receipt: more than lie between two of the server's backups.
    pub days_kept: u16,
}

impl Default for Choices {
    fn default() -> Self {
        Self { photos_on_wifi_only: false, saves_data: false, days_kept: 14 }
    }
}

impl Choices {
    /// The longest edge of a picture that is made now, in pixels.
    pub fn longest_edge(&self) -> u32 {
        if self.saves_data { 1_280 } else { 2_560 }
    }

    /// How long the feed is left alone when nothing is expected of it.
    pub fn pull_every(&self) -> TimeDelta {
        if self.saves_data { TimeDelta::minutes(60) } else { TimeDelta::minutes(10) }
    }
}

/// A piece of evidence that was captured on this phone, and whose bytes it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Capture {
    pub announced: Announced,
    /// Of the encryption of its bytes.
    pub nonce: Vec<u8>,
    /// Whether the bytes are still here. The record outlives them, until nobody can ask for it any more.
    pub has_bytes: bool,
    /// The file that takes the bytes, once the server has the record.
    pub file: Option<Uuid>,
    /// Whether the server took it as an addendum.
    pub is_addendum: bool,
    /// Why it was taken back, where it was.
    pub withdrawn: Option<String>,
    /// What a signature signs: the words that were shown.
    pub signs: Option<Statement>,
}

/// An answer as the server acknowledged it: the last one to a standard, or an addendum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// The judgement's, or the key that the addendum went under.
    pub id: Uuid,
    pub judging: Judging,
    pub is_addendum: bool,
}

/// A row of the feed, and in which reading of the feed it was last seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub generation: u32,
    pub row: Row,
}

impl Record {
    /// What it is kept under.
    pub fn key(&self) -> Key {
        match self {
            Self::Session(_) => Key::Session,
            Self::Feed(_) => Key::Feed,
            Self::Choices(_) => Key::Choices,
            Self::Item(item) => Key::Item(item.id),
            Self::Capture(capture) => Key::Capture(capture.announced.id),
            Self::Given(given) => Key::Given(given.id),
            Self::Row(kept) => Key::Row(kept.row.id()),
            Self::Receipt(receipt) => Key::Receipt(receipt.visit),
        }
    }
}

impl Key {
    /// The kind of record, and its id: nil where there is one of the kind.
    pub fn parts(self) -> (&'static str, Uuid) {
        match self {
            Self::Session => ("session", Uuid::nil()),
            Self::Feed => ("feed", Uuid::nil()),
            Self::Choices => ("choices", Uuid::nil()),
            Self::Item(id) => ("item", id),
            Self::Capture(id) => ("capture", id),
            Self::Given(id) => ("given", id),
            Self::Row(id) => ("row", id),
            Self::Receipt(visit) => ("receipt", visit),
        }
    }
}

impl State {
    /// Makes a change that has been written down.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Put(Record::Session(session)) => self.session = session,
            Change::Put(Record::Feed(feed)) => self.feed = feed,
            Change::Put(Record::Choices(choices)) => self.choices = choices,
            Change::Put(Record::Item(item)) => drop(self.items.insert(item.id, item)),
            Change::Put(Record::Capture(capture)) => drop(self.captures.insert(capture.announced.id, capture)),
            Change::Put(Record::Given(given)) => drop(self.given.insert(given.id, given)),
            Change::Put(Record::Row(kept)) => drop(self.rows.insert(kept.row.id(), kept)),
            Change::Put(Record::Receipt(receipt)) => drop(self.receipts.insert(receipt.visit, receipt)),
            Change::Remove(Key::Session) => self.session = Session::default(),
            Change::Remove(Key::Feed) => self.feed = Feed::default(),
            Change::Remove(Key::Choices) => self.choices = Choices::default(),
            Change::Remove(Key::Item(id)) => drop(self.items.remove(&id)),
            Change::Remove(Key::Capture(id)) => drop(self.captures.remove(&id)),
            Change::Remove(Key::Given(id)) => drop(self.given.remove(&id)),
            Change::Remove(Key::Row(id)) => drop(self.rows.remove(&id)),
            Change::Remove(Key::Receipt(visit)) => drop(self.receipts.remove(&visit)),
        }
    }

    /// The place of the next item, from 1. What is offered again because it may have been lost is of place 0: before all else.
    pub fn next_order(&self) -> u64 {
        self.items.values().map(|item| item.order).max().map_or(1, |order| order + 1)
    }

    /// Who is signed in, or was.
    pub fn account(&self) -> Option<Uuid> {
        match &self.session {
            Session::In { account, .. } | Session::Out { account, .. } => Some(*account),
            Session::Nobody | Session::Revoked => None,
        }
    }

    /// A visit that may be seen.
    pub fn visit(&self, id: Uuid) -> Option<&Visit> {
        match &self.rows.get(&id)?.row {
            Row::Visit(visit) => Some(visit),
            _ => None,
        }
    }

    /// The receipt of a visit, where the one that the server shows now is one whose signature is right.
    pub fn receipt(&self, visit: Uuid) -> Option<&Receipt> {
        let shown = self.visit(visit)?.receipt.as_ref();
        self.receipts.get(&visit).filter(|receipt| Some(*receipt) == shown)
    }

    /// This visitor's judgement of a standard. While a restored server is read anew, what it has not said yet may not be what
    /// it holds, and does not count.
    pub fn own_judgement(&self, visit: Uuid, standard: Uuid) -> Option<&Judgement> {
        let account = self.account()?;
        let is_known = |kept: &&Kept| kept.generation == self.feed.generation || self.feed.restored_at.is_none();
        self.rows.values().filter(is_known).find_map(|kept| match &kept.row {
            Row::Judgement(row) => {
                ((row.visit, row.standard, row.account) == (visit, standard, account)).then_some(row)
            }
            _ => None,
        })
    }

    /// A piece of evidence as the server holds it.
    pub fn evidence(&self, id: Uuid) -> Option<&Evidence> {
        match &self.rows.get(&id)?.row {
            Row::Evidence(evidence) => Some(evidence),
            _ => None,
        }
    }

    /// The evidence of a visit that the server holds.
    pub fn evidence_of(&self, visit: Uuid) -> impl Iterator<Item = &Evidence> {
        self.rows.values().filter_map(move |kept| match &kept.row {
            Row::Evidence(evidence) if evidence.visit == visit => Some(evidence),
            _ => None,
        })
    }
}
