//! A model of the server: the rules are the real ones of `domain`, the rows are in memory.

mod commands;
mod feed;

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use domain::file::{FileRefusal, FileState};
use domain::manifest::{Bytes, Sha256Sum};
use ed25519_compact::{KeyPair, Seed};
use uuid::Uuid;
use waymark_mobile_sync::RemoteError;
use waymark_mobile_sync::environment::Begun;
use waymark_mobile_sync::wire::{
    Act, Command, Done, Evidence, FeedItem, Judgement, Judging, Late, Page, Row, Verdict, Visit,
};

use crate::service::Service;

/// A bug of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    /// A receipt is given before the hashes were compared.
    ReceiptBeforeHash,
    /// The feed's cursor skips what commits late.
    CursorSkips,
}

#[derive(Debug, Clone)]
pub struct File {
    pub declared: Bytes,
    pub state: FileState,
    pub refusal: Option<FileRefusal>,
    pub bytes: Vec<u8>,
    owner: Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    Live,
    Expired,
    Revoked,
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
    pub now: DateTime<Utc>,
    pub planted: Option<Planted>,
    epoch: u32,
    tokens: BTreeMap<String, (Uuid, Token)>,
    /// New tokens that were not used yet, and the ones that end when they are.
    renewed: BTreeMap<String, String>,
    pub rows: BTreeMap<Uuid, Row>,
    /// Every revision of every judgement, in order.
    pub history: BTreeMap<Uuid, Vec<Judging>>,
    pub files: BTreeMap<Uuid, File>,
    uploads: BTreeMap<String, Upload>,
    keys: BTreeMap<(Uuid, Uuid), (Act, Done)>,
    pub addenda: Vec<Late>,
    said: Vec<Said>,
    /// Commands at which the server fails.
    pub failing: BTreeSet<Uuid>,
    /// Commands at which the whole call breaks.
    pub breaking: BTreeSet<Uuid>,
    count: u128,
}

const PAGE: usize = 7;

/// Receipts are signed with this key.
fn receipt_key() -> KeyPair {
    KeyPair::from_seed(Seed::new([7; 32]))
}

impl Server {
    pub fn new(now: DateTime<Utc>, rows: Vec<Row>) -> Self {
        let mut server = Self {
            now,
            planted: None,
            epoch: 1,
            tokens: BTreeMap::new(),
            renewed: BTreeMap::new(),
            rows: BTreeMap::new(),
            history: BTreeMap::new(),
            files: BTreeMap::new(),
            uploads: BTreeMap::new(),
            keys: BTreeMap::new(),
            addenda: Vec::new(),
            said: Vec::new(),
            failing: BTreeSet::new(),
            breaking: BTreeSet::new(),
            count: 0,
        };
        rows.into_iter().for_each(|row| server.put(row));
        server
    }

    fn new_id(&mut self) -> Uuid {
        self.count += 1;
        Uuid::from_u128(0x5e << 120 | self.count)
    }

    /// Writes a row, and has the feed say it.
    pub fn put(&mut self, row: Row) {
        self.said.push(Said { row: row.id(), is_committed: true });
        self.rows.insert(row.id(), row);
    }

    /// Begins a write that will be committed later: it has its place in the feed already.
    pub fn begin_late(&mut self, row: Uuid) -> usize {
        self.said.push(Said { row, is_committed: false });
        self.said.len() - 1
    }

    pub fn commit_late(&mut self, position: usize, row: Row) {
        // A restore may have taken the place away.
        match self.said.get_mut(position).filter(|said| !said.is_committed && said.row == row.id()) {
            Some(said) => said.is_committed = true,
            None => self.said.push(Said { row: row.id(), is_committed: true }),
        }
        self.rows.insert(row.id(), row);
    }

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

    fn judgement(&self, visit: Uuid, standard: Uuid, account: Uuid) -> Option<&Judgement> {
        self.rows.values().find_map(|row| match row {
            Row::Judgement(row) if (row.visit, row.standard, row.account) == (visit, standard, account) => Some(row),
            _ => None,
        })
    }

    /// Adds a visitor, or takes one off. The feed says the visit's whole bundle anew.
    pub fn assign(&mut self, visit: Uuid, account: Uuid, is_visitor: bool) {
        let Some(mut row) = self.visit(visit).cloned() else { return };
        row.visitors.retain(|visitor| visitor.account != account);
        if is_visitor {
            let name = "Sam".to_owned();
            row.visitors.push(waymark_mobile_sync::wire::Visitor { account, name, leads: false });
        }
        let bundle = self.rows.values().filter(|other| other.visit() == Some(visit)).map(Row::id);
        let bundle: Vec<_> = bundle.chain([row.provider, row.framework]).collect();
        self.said.extend(bundle.into_iter().map(|row| Said { row, is_committed: true }));
        self.put(Row::Visit(row));
    }

    /// Ends a session, by whichever token. One that was revoked stays so: that its time is up as well takes nothing back.
    pub fn set_token(&mut self, token: &str, state: Token) {
        let new = self.renewed.iter().filter(|(_, former)| *former == token).map(|(new, _)| new.clone());
        for new in new.collect::<Vec<_>>() {
            self.renewed.remove(&new);
            self.set_token(&new, state);
        }
        if let Some((_, held)) = self.tokens.get_mut(token).filter(|(_, held)| *held != Token::Revoked) {
            *held = state;
        }
    }

    /// The server as it was at a backup, which is now.
    pub fn restore(&mut self, backup: &Self) {
        let (epoch, now, count) = (self.epoch + 1, self.now, self.count);
        let (tokens, renewed) = (self.tokens.clone(), self.renewed.clone());
        let (failing, breaking, planted) = (self.failing.clone(), self.breaking.clone(), self.planted);
        *self = Self { epoch, tokens, renewed, now, count, failing, breaking, planted, ..backup.clone() };
        self.said.iter_mut().for_each(|said| said.is_committed = true);
    }

    /// Whose token it is. A new one that is first used ends the one before.
    fn account(&mut self, token: &str) -> Result<Uuid, RemoteError> {
        if let Some(former) = self.renewed.remove(token) {
            self.set_token(&former, Token::Expired);
        }
        match self.tokens.get(token) {
            Some((account, Token::Live)) => Ok(*account),
            Some((_, Token::Revoked)) => Err(RemoteError::Revoked),
            Some((_, Token::Expired)) | None => Err(RemoteError::SignedOut),
        }
    }

    /// Whether the account may see a row.
    pub fn sees(&self, account: Uuid, row: &Row) -> bool {
        let makes = |visit: &Visit| visit.visitors.iter().any(|visitor| visitor.account == account);
        match row {
            Row::Visit(visit) => makes(visit),
            Row::Provider(_) | Row::Framework(_) => self.rows.values().any(|other| match other {
                Row::Visit(visit) => makes(visit) && (visit.provider == row.id() || visit.framework == row.id()),
                _ => false,
            }),
            _ => row.visit().and_then(|visit| self.visit(visit)).is_some_and(makes),
        }
    }

    /// Looks into the files that are in quarantine.
    pub fn judge_files(&mut self) {
        let waiting: Vec<_> =
            self.files.iter().filter(|(_, file)| file.state == FileState::Quarantined).map(|(id, _)| *id).collect();
        for id in waiting {
            let file = self.files.get_mut(&id).expect("it was just there");
            let is_whole = Sha256Sum::of(&file.bytes) == file.declared.sha256;
            let is_damaged = file.bytes.starts_with(b"BAD");
            (file.state, file.refusal) = match (is_whole, is_damaged) {
                (true, false) => (FileState::Accepted, None),
                (true, true) => (FileState::Refused, Some(FileRefusal::Damaged)),
                (false, _) => (FileState::Refused, Some(FileRefusal::HashMismatch)),
            };
            self.say_file(id);
        }
    }

    /// The evidence row of a file as the file now stands.
    fn say_file(&mut self, id: Uuid) {
        let (state, refusal) = (self.files[&id].state, self.files[&id].refusal);
        let row = self.rows.values().find_map(|row| match row {
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
            let file = self.files.get_mut(&id).expect("an upload has a file");
            (file.state, file.bytes, file.refusal) = (FileState::Quarantined, bytes, None);
            self.say_file(id);
        }
        Ok(self.uploads[url].bytes.len() as u64)
    }
}

impl Service for Server {
    fn sign_in(&mut self, account: Uuid) -> String {
        let token = format!("wm_{}", self.new_id());
        self.tokens.insert(token.clone(), (account, Token::Live));
        token
    }

    fn refresh(&mut self, token: &str) -> Result<String, RemoteError> {
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
        items.push(FeedItem::Key(STANDARD.encode(*receipt_key().pk)));
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

    fn begin(&mut self, token: &str, file: Uuid, size: u64, first: &[u8]) -> Result<Begun, RemoteError> {
        let account = self.account(token)?;
        let held = self.files.get(&file).filter(|file| file.owner == account).ok_or(RemoteError::NotThere)?;
        if !held.state.may_receive(held.refusal) {
            return Ok(Begun::Settled);
        }
        self.uploads.retain(|_, upload| upload.file != file);
        let url = self.new_id().to_string();
        self.uploads.insert(url.clone(), Upload { file, size, bytes: Vec::new() });
        self.files.get_mut(&file).expect("it was just there").state = FileState::Receiving;
        let offset = self.receive(&url, 0, first)?;
        Ok(Begun::Upload { url, offset })
    }

    fn offset(&mut self, token: &str, upload: &str) -> Result<Option<u64>, RemoteError> {
        self.account(token)?;
        Ok(self.uploads.get(upload).map(|upload| upload.bytes.len() as u64))
    }

    fn send(&mut self, token: &str, upload: &str, offset: u64, bytes: &[u8]) -> Result<u64, RemoteError> {
        self.account(token)?;
        self.receive(upload, offset, bytes)
    }
}
