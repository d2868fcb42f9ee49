//! What phones are simulated against: a server, each call finished before the next event; what befalls it; and what it holds.
//!
//! The model in `server.rs` is one: the rules of `domain` over rows in memory, quick enough for thousands of seeds, and with
//! bugs to order. The real one, in `tests/simulation`, is the whole of the server over SQLite and a directory.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::file::{FileRefusal, FileState};
use uuid::Uuid;
use waymark_mobile_sync::RemoteError;
use waymark_mobile_sync::environment::Begun;
use waymark_mobile_sync::wire::{Command, Evidence, Page, Row, Verdict, Visit};

pub trait Service {
    /// The server as it was once.
    type Backup;

    fn sign_in(&mut self, account: Uuid) -> String;
    fn refresh(&mut self, token: &str, key: Uuid) -> Result<String, RemoteError>;
    fn pull(&mut self, token: &str, after: Option<&str>) -> Result<Page, RemoteError>;
    fn push(&mut self, token: &str, epoch: &str, commands: &[Command]) -> Result<Vec<Verdict>, RemoteError>;
    fn begin(&mut self, token: &str, file: Uuid, size: u64, first: &Arriving) -> Result<Begun, RemoteError>;
    fn offset(&mut self, token: &str, upload: &str) -> Result<Option<u64>, RemoteError>;
    fn send(&mut self, token: &str, upload: &str, offset: u64, bytes: &Arriving) -> Result<u64, RemoteError>;

    fn set_now(&mut self, now: DateTime<Utc>);
    /// Does its own work: looks into the files that wait for it.
    fn work(&mut self);
    /// Ends a session, by whichever token.
    fn end_session(&mut self, token: &str, end: End);
    /// Adds a visitor to a visit, or takes one off, as far as may be.
    fn assign(&mut self, visit: Uuid, account: Uuid, is_visitor: bool);
    /// Begins to change a visit. Where writes commit in another order than they began, what phones are told must bear it.
    fn begin_change(&mut self, visit: Uuid) -> usize;
    /// Ends what was begun there, by the count of changes.
    fn end_change(&mut self, visit: Uuid, begun: usize, count: u64);
    fn call_off(&mut self, visit: Uuid);
    fn poison(&mut self, command: Uuid, poison: Poison);
    fn is_poisoned(&self, command: Uuid) -> bool;
    fn mend(&mut self);
    fn restart(&mut self);
    fn back_up(&mut self) -> Self::Backup;
    fn restore(&mut self, backup: Self::Backup);

    /// Bytes that it takes for a photo, of which these are a part; or that it does not.
    fn photo(bytes: Vec<u8>, is_good: bool) -> Vec<u8>;
    fn held(&mut self) -> &Held;
    /// The bytes of a file, as far as they are there.
    fn bytes(&mut self, file: Uuid) -> Vec<u8>;
    /// What somebody may see, now.
    fn seen_by(&mut self, account: Uuid) -> Vec<Row>;
}

/// Bytes of an upload that arrive, perhaps before the line is cut.
#[derive(Debug, Clone)]
pub struct Arriving {
    pub bytes: Vec<u8>,
    pub is_cut: bool,
}

/// How a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its time is up: its owner signs in again.
    Expired,
    /// Somebody in charge ends it: the phone is to hold nothing any more.
    Revoked,
}

/// What becomes of a command, until somebody mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Poison {
    /// The server fails at it.
    Fails,
    /// Every call of which it is a part breaks.
    Breaks,
}

/// What a server holds.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// As phones are told, whoever may see them.
    pub rows: BTreeMap<Uuid, Row>,
    /// What every revision of every judgement says was seen, in order.
    pub revisions: BTreeMap<Uuid, Vec<String>>,
    /// What answers that came too late say was seen.
    pub late: Vec<String>,
    pub files: BTreeMap<Uuid, (FileState, Option<FileRefusal>)>,
}

impl Held {
    pub fn visit(&self, id: Uuid) -> Option<&Visit> {
        match self.rows.get(&id) {
            Some(Row::Visit(visit)) => Some(visit),
            _ => None,
        }
    }

    pub fn evidence(&self, id: Uuid) -> Option<&Evidence> {
        match self.rows.get(&id) {
            Some(Row::Evidence(evidence)) => Some(evidence),
            _ => None,
        }
    }

    pub fn evidence_of(&self, visit: Uuid) -> impl Iterator<Item = &Evidence> {
        self.rows.values().filter_map(move |row| match row {
            Row::Evidence(row) if row.visit == visit => Some(row),
            _ => None,
        })
    }
}
