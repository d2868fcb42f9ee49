//! A model of the server: the rules are the real ones of `domain`, the rows are in memory.

mod commands;
mod feed;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use domain::file::{FileRefusal, FileState};
use domain::manifest::{Bytes, Sha256Sum};
use domain::quality::VisitState;
use ed25519_compact::{KeyPair, Seed};
use uuid::Uuid;
use waymark_mobile_sync::RemoteError;
use waymark_mobile_sync::environment::Begun;
use waymark_mobile_sync::wire::{
    Act, Command, Done, Evidence, FeedItem, Judgement, Page, Row, Verdict, Visit, Visitor,
};

use crate::service::{Arriving, End, Held, Poison, Service};
use crate::simulation::{Plan, rows};
use crate::world::World;

/// A bug of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    /// A receipt is given before the hashes were compared.
    ReceiptBeforeHash,
    /// The feed's cursor skips what commits late.
    CursorSkips,
}

#[derive(Debug, Clone)]
struct File {
    declared: Bytes,
    bytes: Vec<u8>,
    owner: Uuid,
}

#[derive(Debug, Clone)]
struct Upload {
    file: Uuid,
    size: u64,
    bytes: Vec<u8>,
}

/// Something that the feed has to say, at its position.
#[derive(Debug, Clone)]
struct Said {
    row: Uuid,
    is_committed: bool,
}

#[derive(Debug, Clone)]
pub struct Server {
    now: DateTime<Utc>,
    pub planted: Option<Planted>,
    held: Held,
    epoch: u32,
    tokens: BTreeMap<String, (Uuid, Option<End>)>,
    /// New tokens that were not used yet, and the ones that end when they are.
    renewed: BTreeMap<String, String>,
    files: BTreeMap<Uuid, File>,
    uploads: BTreeMap<String, Upload>,
    keys: BTreeMap<(Uuid, Uuid), (Act, Done)>,
    said: Vec<Said>,
    /// Commands at which the server fails.
    failing: BTreeSet<Uuid>,
    /// Commands at which the whole call breaks.
    breaking: BTreeSet<Uuid>,
    count: u128,
}

const PAGE: usize = 7;

/// Receipts are signed with this key, which is dear to make and said in each pull.
static RECEIPT_KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::from_seed(Seed::new([7; 32])));

impl Server {
    /// A server that holds what the plan wants.
    pub fn new(world: &World, plan: &Plan, accounts: usize) -> Self {
        let mut server = Self {
            now: world.now(),
            planted: None,
            held: Held::default(),
            epoch: 1,
            tokens: BTreeMap::new(),
            renewed: BTreeMap::new(),
            files: BTreeMap::new(),
            uploads: BTreeMap::new(),
            keys: BTreeMap::new(),
            said: Vec::new(),
            failing: BTreeSet::new(),
            breaking: BTreeSet::new(),
            count: 0,
        };
        rows(world, plan, accounts).into_iter().for_each(|row| server.put(row));
        server
    }

    fn new_id(&mut self) -> Uuid {
        self.count += 1;
        Uuid::from_u128(0x5e << 120 | self.count)
    }

    /// Writes a row, and has the feed say it.
    pub fn put(&mut self, row: Row) {
        self.said.push(Said { row: row.id(), is_committed: true });
        self.held.rows.insert(row.id(), row);
    }

    fn judgement(&self, visit: Uuid, standard: Uuid, account: Uuid) -> Option<&Judgement> {
        self.held.rows.values().find_map(|row| match row {
            Row::Judgement(row) if (row.visit, row.standard, row.account) == (visit, standard, account) => Some(row),
            _ => None,
        })
    }

    /// Whose token it is. A new one that is first used ends the one before.
    fn account(&mut self, token: &str) -> Result<Uuid, RemoteError> {
        if let Some(former) = self.renewed.remove(token) {
            self.end_session(&former, End::Expired);
        }
        match self.tokens.get(token) {
            Some((account, None)) => Ok(*account),
            Some((_, Some(End::Revoked))) => Err(RemoteError::Revoked),
            Some((_, Some(End::Expired))) | None => Err(RemoteError::SignedOut),
        }
    }

    /// Whether the account may see a row.
    fn sees(&self, account: Uuid, row: &Row) -> bool {
        let makes = |visit: &Visit| visit.visitors.iter().any(|visitor| visitor.account == account);
        match row {
            Row::Visit(visit) => makes(visit),
            Row::Provider(_) | Row::Framework(_) => self.held.rows.values().any(|other| match other {
                Row::Visit(visit) => makes(visit) && (visit.provider == row.id() || visit.framework == row.id()),
                _ => false,
            }),
            Row::Action(action) => self.held.rows.values().any(|other| match other {
                Row::Visit(visit) => makes(visit) && visit.provider == action.provider,
                _ => false,
            }),
            _ => row.visit().and_then(|visit| self.held.visit(visit)).is_some_and(makes),
        }
    }

    /// What belongs to a visit, and what its visitors see of its provider.
    fn say_bundle(&mut self, visit: &Visit) {
        let belongs = |row: &&Row| match row {
            Row::Action(action) => action.provider == visit.provider,
            row => row.visit() == Some(visit.id) || [visit.provider, visit.framework].contains(&row.id()),
        };
        let rows = self.held.rows.values().filter(belongs).map(Row::id);
        self.said.extend(rows.map(|row| Said { row, is_committed: true }));
    }

    /// Lets a file stand so, and has the feed say the row of its evidence.
    fn set_file(&mut self, id: Uuid, state: FileState, refusal: Option<FileRefusal>) {
        self.held.files.insert(id, (state, refusal));
        let row = self.held.rows.values().find_map(|row| match row {
            Row::Evidence(row) if row.file == id => Some(row.clone()),
            _ => None,
        });
        if let Some(row) = row {
            self.put(Row::Evidence(Evidence { state, refusal, ..row }));
        }
    }

    fn receive(&mut self, url: &str, offset: u64, bytes: &[u8]) -> Result<u64, RemoteError> {
        let upload = self.uploads.get_mut(url).ok_or(RemoteError::NotThere)?;
        if offset != upload.bytes.len() as u64 || offset + bytes.len() as u64 > upload.size {
            return Err(RemoteError::Unavailable);
        }
        upload.bytes.extend(bytes);
        let Upload { file: id, size, bytes } = upload.clone();
        if bytes.len() as u64 == size {
            self.files.get_mut(&id).expect("an upload has a file").bytes = bytes;
            self.set_file(id, FileState::Quarantined, None);
        }
        Ok(self.uploads[url].bytes.len() as u64)
    }
}

impl Service for Server {
    type Backup = Self;

    fn sign_in(&mut self, account: Uuid) -> String {
        let token = format!("wm_{}", self.new_id());
        self.tokens.insert(token.clone(), (account, None));
        token
    }

    fn refresh(&mut self, token: &str, _: Uuid) -> Result<String, RemoteError> {
        let account = self.account(token)?;
        let renewed = self.sign_in(account);
        self.renewed.insert(renewed.clone(), token.to_owned());
        Ok(renewed)
    }

    /// A cursor is `epoch/position/row`: a row where the feed is being said anew, up to that row, else `-`.
    fn pull(&mut self, token: &str, after: Option<&str>) -> Result<Page, RemoteError> {
        let account = self.account(token)?;
        let parts: Vec<_> = after.unwrap_or_default().split('/').collect();
        let held = match parts[..] {
            [epoch, position, row] if epoch == self.epoch.to_string() => {
                position.parse().ok().map(|at: usize| (at, row))
            }
            _ => None,
        };
        let horizon = match self.planted {
            Some(Planted::CursorSkips) => self.said.len(),
            _ => self.said.iter().position(|said| !said.is_committed).unwrap_or(self.said.len()),
        };
        let (position, row) = held.unwrap_or((horizon, ""));
        let (mut items, next, is_caught_up) =
            if row == "-" { self.news(account, position, horizon) } else { self.anew(account, position, row) };
        items.push(FeedItem::Key(STANDARD.encode(*RECEIPT_KEY.pk)));
        Ok(Page {
            epoch: self.epoch.to_string(),
            restarts: held.is_none(),
            cursor: format!("{}/{next}", self.epoch),
            is_caught_up,
            at: self.now,
            items,
        })
    }

    fn push(&mut self, token: &str, epoch: &str, commands: &[Command]) -> Result<Vec<Verdict>, RemoteError> {
        let account = self.account(token)?;
        if epoch != self.epoch.to_string() {
            return Err(RemoteError::Restored);
        }
        if commands.iter().any(|command| self.breaking.contains(&command.key)) {
            return Err(RemoteError::Unreachable);
        }
        Ok(commands.iter().map(|command| self.answer(account, command)).collect())
    }

    fn begin(&mut self, token: &str, file: Uuid, size: u64, first: &Arriving) -> Result<Begun, RemoteError> {
        let account = self.account(token)?;
        self.files.get(&file).filter(|file| file.owner == account).ok_or(RemoteError::NotThere)?;
        let (state, refusal) = self.held.files[&file];
        if !state.may_receive(refusal) {
            return Ok(Begun::Settled);
        }
        self.uploads.retain(|_, upload| upload.file != file);
        let url = self.new_id().to_string();
        self.uploads.insert(url.clone(), Upload { file, size, bytes: Vec::new() });
        self.held.files.insert(file, (FileState::Receiving, refusal));
        let offset = self.receive(&url, 0, &first.bytes)?;
        Ok(Begun::Upload { url, offset })
    }

    fn offset(&mut self, token: &str, upload: &str) -> Result<Option<u64>, RemoteError> {
        self.account(token)?;
        Ok(self.uploads.get(upload).map(|upload| upload.bytes.len() as u64))
    }

    fn send(&mut self, token: &str, upload: &str, offset: u64, bytes: &Arriving) -> Result<u64, RemoteError> {
        self.account(token)?;
        self.receive(upload, offset, &bytes.bytes)
    }

    fn set_now(&mut self, now: DateTime<Utc>) {
        self.now = now;
    }

    fn work(&mut self) {
        let waiting = self.held.files.iter().filter(|(_, (state, _))| *state == FileState::Quarantined);
        for id in waiting.map(|(id, _)| *id).collect::<Vec<_>>() {
            let file = &self.files[&id];
            let is_whole = Sha256Sum::of(&file.bytes) == file.declared.sha256;
            let is_damaged = file.bytes.starts_with(b"BAD");
            let (state, refusal) = match (is_whole, is_damaged) {
                (true, false) => (FileState::Accepted, None),
                (true, true) => (FileState::Refused, Some(FileRefusal::Damaged)),
                (false, _) => (FileState::Refused, Some(FileRefusal::HashMismatch)),
            };
            self.set_file(id, state, refusal);
        }
    }

    /// One that was revoked stays so: that its time is up as well takes nothing back.
    fn end_session(&mut self, token: &str, end: End) {
        let new = self.renewed.iter().filter(|(_, former)| *former == token).map(|(new, _)| new.clone());
        for new in new.collect::<Vec<_>>() {
            self.renewed.remove(&new);
            self.end_session(&new, end);
        }
        if let Some((_, held)) = self.tokens.get_mut(token).filter(|(_, held)| *held != Some(End::Revoked)) {
            *held = Some(end);
        }
    }

    /// The feed says the visit's whole bundle anew; nothing where nothing changes, or it would say what it should have said before.
    fn assign(&mut self, visit: Uuid, account: Uuid, is_visitor: bool) {
        let Some(mut row) = self.held.visit(visit).cloned() else { return };
        if row.visitors.iter().any(|visitor| visitor.account == account) == is_visitor {
            return;
        }
        row.visitors.retain(|visitor| visitor.account != account);
        if is_visitor {
            row.visitors.push(Visitor { account, name: "Sam".to_owned(), leads: false });
        }
        self.say_bundle(&row);
        self.put(Row::Visit(row));
    }

    /// It has its place in the feed already.
    fn begin_change(&mut self, visit: Uuid) -> usize {
        self.said.push(Said { row: visit, is_committed: false });
        self.said.len() - 1
    }

    fn end_change(&mut self, visit: Uuid, begun: usize, count: u64) {
        let row = self.held.visit(visit).cloned().expect("visits stay");
        let row = Row::Visit(Visit { purpose: format!("Purpose {count}"), ..row });
        // A restore may have taken the place away.
        match self.said.get_mut(begun).filter(|said| !said.is_committed && said.row == visit) {
            Some(said) => said.is_committed = true,
            None => self.said.push(Said { row: visit, is_committed: true }),
        }
        self.held.rows.insert(visit, row);
    }

    fn call_off(&mut self, visit: Uuid) {
        let row = self.held.visit(visit).cloned().expect("visits stay");
        if row.state.is_open() {
            self.put(Row::Visit(Visit { state: VisitState::Cancelled, ..row }));
        }
    }

    fn poison(&mut self, command: Uuid, poison: Poison) {
        let poisoned = if poison == Poison::Fails { &mut self.failing } else { &mut self.breaking };
        poisoned.insert(command);
    }

    fn is_poisoned(&self, command: Uuid) -> bool {
        self.failing.contains(&command) || self.breaking.contains(&command)
    }

    fn mend(&mut self) {
        self.failing.clear();
        self.breaking.clear();
    }

    /// All that it holds outlives it.
    fn restart(&mut self) {}

    fn back_up(&mut self) -> Self {
        self.clone()
    }

    fn restore(&mut self, backup: Self) {
        let (epoch, now, count) = (self.epoch + 1, self.now, self.count);
        let (tokens, renewed) = (self.tokens.clone(), self.renewed.clone());
        let (failing, breaking, planted) = (self.failing.clone(), self.breaking.clone(), self.planted);
        *self = Self { epoch, tokens, renewed, now, count, failing, breaking, planted, ..backup };
        self.said.iter_mut().for_each(|said| said.is_committed = true);
    }

    fn photo(bytes: Vec<u8>, is_good: bool) -> Vec<u8> {
        if is_good { bytes } else { [b"BAD".as_slice(), &bytes].concat() }
    }

    fn held(&mut self) -> &Held {
        &self.held
    }

    fn bytes(&mut self, file: Uuid) -> Vec<u8> {
        self.files[&file].bytes.clone()
    }

    fn seen_by(&mut self, account: Uuid) -> Vec<Row> {
        self.held.rows.values().filter(|row| self.sees(account, row)).cloned().collect()
    }
}
