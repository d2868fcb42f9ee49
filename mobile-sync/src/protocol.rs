//! The protocol between a phone and the server, and [`next_step`], which decides what a phone does next.
//!
//! # What is promised
//!
//! What the app was told is saved, is saved: it is on the phone's disk, encrypted, before the call returns, and it leaves the
//! phone only by somebody's decision or after the server has said that it holds it. Every piece of evidence reaches the
//! server exactly once and byte for byte; every answer reaches it; no rating is overwritten by another that had not seen it.
//!
//! # Items
//!
//! Whatever the server does not have yet is an [item](crate::item::Item): a visit that was begun here, an answer, the record
//! of a piece of evidence, its bytes, the withdrawal of a piece of evidence, an improvement action, the completion of a visit.
//! A signature is evidence of a kind of its own. An item is kept until the server has acknowledged it, and then removed in the
//! same write that notes the acknowledgement.
//!
//! Each item stands for itself. It is **ready**; or it **waits** for the one item that it rests on (whatever is of a visit
//! that was begun here for that visit, bytes for their record, a later answer for an earlier one to the same standard, a
//! completion for everything else of its visit); or it is being **sent**; or it **retries** at an instant; or its bytes are
//! with the server and are being **checked**; or it **needs attention**, with a reason that the app can match on. Waiting is
//! not stored but follows from which items there are, so it cannot go stale. Nothing waits for an item that it does not rest
//! on: one bad photo holds up the completion of its visit, because the visit is not complete without it, and nothing else.
//!
//! # Sending
//!
//! Small things go before large ones: answers, records and withdrawals in batches of commands; bytes a stretch at a time,
//! so that an answer which is typed while a photo travels goes between two stretches. A command carries its item's
//! idempotency key, and the same key always carries the same act. That sending begins is written down first. From then
//! on the server may have the command, whatever becomes of the answer, so the item is no longer changed: it is sent again,
//! with its key, until there is a verdict.
//!
//! Hence **editing** before the first sending changes the item; after it, the edit is an item of its own which waits for the
//! first and is then based on what came of it. **Cancelling** evidence before the first sending removes all trace; after it,
//! a withdrawal follows the record. An answer that may have arrived cannot be cancelled, only edited.
//!
//! An answer carries as **base version** the revision that its visitor saw. If that is not the one the server holds, the same
//! visitor has judged the standard on another device: the item needs attention and shows both, and the visitor says which
//! one stands. Judgements of different visitors never meet: each has a row of its own, side by side. A change to a visit that
//! was completed or called off meanwhile is sent again as an **addendum**, for a person to decide.
//!
//! # When it goes wrong
//!
//! A call without an answer says something about the line: all of it rests for a while, twice as long each time, a minute at
//! most. It may also say something about what was being sent, so those items wait as well, and go after all others and in
//! smaller company next time; and before they go again, the feed is read, which breaks over none of them. If it answers, the
//! line is good, and rests no longer for what such items do to it: items that break every call they are part of cannot keep
//! the others from being sent, however many they are. A failure of the server at one item makes that item alone wait, a
//! quarter of an hour at most. All waits have jitter. Nothing is ever given up. When the phone is connected anew, the line
//! rests no longer.
//!
//! Waits are instants of the phone's clock. When the clock is set back, a wait that lies further ahead than the longest is
//! over. What must not depend on the phone's clock goes by the server's, as last heard.
//!
//! # Bytes
//!
//! The bytes of evidence are what was staged: immutable, hashed in clear, encrypted on the phone. They go by tus, to the file that
//! the record's acknowledgement named. After any cut the phone asks how many have arrived and goes on from there. When all are sent,
//! the server compares the hash and looks into the file; its verdict comes by the feed. What was damaged on the way is sent
//! again. What the server refuses for what it is needs attention.
//!
//! Photos may be told to wait for a network that is not paid for by the byte, and then to go all the same, until the network
//! changes. Answers never wait for it.
//!
//! # The feed
//!
//! What the viewer may see comes as a feed, page by page after an opaque cursor; a page's rows and its cursor are kept in one
//! write. Removals are said. The feed is read at first, from time to time, and soon when a verdict is expected. When a page says that the
//! feed begins anew, rows are counted as of a new generation, and when it has been read to its end, rows of older ones go.
//!
//! A page carries the server's **epoch**. It changes when the server was restored from a backup, and may lack what it had
//! acknowledged. Revisions count within an epoch: commands name the one that they were made in, and a server of another does
//! none of them. Answers that wait are then sent without a base, so that whatever stands in their place is seen. The phone then reads the feed anew, and offers again what it still holds and the server lacks: answers by the
//! journal of what was acknowledged, evidence from its media, completions from its receipts. The visit itself may be lacking,
//! or the phone's part in it, until somebody plans it again, also where it was begun here; until then, and for the days that
//! media are kept, nothing leaves. An improvement action is not offered again: it stands in the words of its answer. Nor is the
//! outcome that was proposed: whoever sends the report decides on one anyway.
//!
//! # Completion, receipt, retention
//!
//! A completion goes when nothing else of its visit is left on the phone, with the manifest of all evidence that the visit has,
//! of every visitor. The server completes the visit only when it holds each byte of it, verified, and gives a **receipt**: the
//! manifest's hash, its own time, its signature. Every visitor's phone gets it by the feed as well, so a lost answer costs
//! nothing. Only with the receipt, with nothing of the visit left to send and with each of its own captures accepted does a phone say
//! that it is **safe to leave the site**.
//!
//! A receipt counts when its **signature** is right: Ed25519 over a text that anybody can write down, with one of the keys that the
//! feed has named, none of which is forgotten. One that came before its key waits for it. One that none of the keys has signed needs
//! somebody's attention, and is no reason to leave, nor to remove anything.
//!
//! Media stay on the phone for a number of days after the receipt, by the server's clock: longer than the interval between its
//! backups. A withdrawn capture leaves as soon as the server knows of the withdrawal.
//!
//! # Sessions
//!
//! A phone holds one token. In the last month of its session, by the server's clock, it asks for a new one; the old one is good
//! until the new one is first used, so an answer that is lost locks nobody out.
//!
//! A session that ended stops all sending and loses nothing: its owner signs in again, and it goes on. A session that was
//! revoked makes the phone remove everything it holds, at its next contact, key first, also where its disk is full.

use chrono::{DateTime, TimeDelta, Utc};
use domain::file::FileState;
use uuid::Uuid;

use crate::backoff::is_due;
use crate::environment::Network;
use crate::item::{Item, Standing, Work};
use crate::state::{Capture, Change, Key, Record, Session, State};
use crate::wire::Announced;

/// How many commands go together at most.
const BATCH: usize = 20;

/// How long the feed is left alone while a verdict is expected.
const PULL_SOON: TimeDelta = TimeDelta::seconds(5);

/// How long before its end a session gets a new token.
const REFRESHED: TimeDelta = TimeDelta::days(30);

/// What a phone does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Remove everything.
    Wipe,
    /// Have the session's token renewed.
    Refresh,
    /// Remove what is no longer needed of these captures.
    Tidy(Vec<Uuid>),
    /// Have the commands of these items done.
    Push(Vec<Uuid>),
    /// Read the next page of the feed.
    Pull,
    /// Send the next stretch of this item's bytes.
    Send(Uuid),
    /// Nothing, until this instant of the phone's clock, or until something changes.
    Rest(Option<DateTime<Utc>>),
}

/// How the line to the server is doing. Not kept: a phone that starts tries at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    pub network: Network,
    /// Calls in a row that brought no answer.
    pub failures: u32,
    /// Nothing is called before this.
    pub rests_until: Option<DateTime<Utc>>,
    /// When the feed was last read to its end.
    pub pulled_at: Option<DateTime<Utc>>,
    /// Whether the feed has something that this phone waits for, or has not been read to its end.
    pub pull_wanted: bool,
    /// Readings of the feed in a row that failed.
    pub pull_failures: u32,
    /// The feed is not read before this.
    pub pull_rests_until: Option<DateTime<Utc>>,
    /// Photos go although they were to wait for a network that is not paid for by the byte; until it changes.
    pub photos_anyway: bool,
    /// No new token is asked for before this.
    pub refresh_rests_until: Option<DateTime<Utc>>,
}

impl Line {
    /// A line of which nothing is known yet.
    pub fn new(network: Network) -> Self {
        Self {
            network,
            failures: 0,
            rests_until: None,
            pulled_at: None,
            pull_wanted: true,
            pull_failures: 0,
            pull_rests_until: None,
            photos_anyway: false,
            refresh_rests_until: None,
        }
    }
}

/// What a phone with this state does next.
pub fn next_step(now: DateTime<Utc>, state: &State, line: &Line) -> Step {
    if state.session == Session::Revoked {
        return Step::Wipe;
    }
    let unneeded = state.captures.values().filter(|capture| tidied(capture, state).is_some());
    let unneeded: Vec<_> = unneeded.map(|capture| capture.announced.id).collect();
    if !unneeded.is_empty() {
        return Step::Tidy(unneeded);
    }
    if !matches!(state.session, Session::In { .. }) || line.network == Network::Offline {
        return Step::Rest(None);
    }
    if let Some(until) = line.rests_until.filter(|until| !is_due(*until, now)) {
        return Step::Rest(Some(until));
    }
    if is_ending(state) && line.refresh_rests_until.is_none_or(|until| is_due(until, now)) {
        return Step::Refresh;
    }
    let ready = ready(now, state, line);
    let commands = batch(&ready);
    if !commands.is_empty() {
        let is_doubtful = commands.iter().all(|id| state.items[id].may_have_arrived());
        return if is_doubtful && is_probed(now, line) { Step::Pull } else { Step::Push(commands) };
    }
    let pull_at = pull_at(now, state, line);
    if pull_at <= now {
        return Step::Pull;
    }
    if let Some(bytes) = ready.iter().find(|item| !item.is_small()) {
        return Step::Send(bytes.id);
    }
    let retries = state.items.values().filter(|item| may_go(item, state, line)).filter_map(retry_at);
    Step::Rest(retries.chain([pull_at]).filter(|at| *at > now).min())
}

/// Whether the session is in its last month, by the server's clock.
fn is_ending(state: &State) -> bool {
    let Session::In { expires_at: Some(ends), .. } = &state.session else { return false };
    state.feed.heard_at.is_some_and(|heard_at| heard_at + REFRESHED >= *ends)
}

/// What may be sent now, what failed least often first, then in the order it was made.
fn ready<'a>(now: DateTime<Utc>, state: &'a State, line: &Line) -> Vec<&'a Item> {
    let is_ready = |item: &&Item| match &item.standing {
        Standing::Ready => true,
        Standing::RetryAt { at, .. } => is_due(*at, now),
        Standing::Checking | Standing::Attention { .. } => false,
    };
    let mut ready: Vec<_> = state.items.values().filter(is_ready).filter(|item| may_go(item, state, line)).collect();
    ready.sort_by_key(|item| (item.attempts, item.order));
    ready
}

/// Whether an item waits for no other, and for no other network.
fn may_go(item: &Item, state: &State, line: &Line) -> bool {
    let photos_may_go = line.network == Network::Unmetered || !state.choices.photos_on_wifi_only || line.photos_anyway;
    let network_fits = item.is_small() || photos_may_go;
    network_fits && item.waits_for(&state.items).is_none()
}

fn retry_at(item: &Item) -> Option<DateTime<Utc>> {
    match item.standing {
        Standing::RetryAt { at, .. } => Some(at),
        Standing::Ready | Standing::Checking | Standing::Attention { .. } => None,
    }
}

/// The commands that go together: as often tried as the first, and the fewer the oftener.
fn batch(ready: &[&Item]) -> Vec<Uuid> {
    let mut small = ready.iter().filter(|item| item.is_small()).peekable();
    let attempts = small.peek().map_or(0, |first| first.attempts);
    let most = (BATCH >> attempts.min(8)).max(1);
    small.take_while(|item| item.attempts == attempts).take(most).map(|item| item.id).collect()
}

/// Whether the feed is read before anything is sent that may be why the last call brought no answer.
fn is_probed(now: DateTime<Utc>, line: &Line) -> bool {
    line.failures > 0 && line.pull_rests_until.is_none_or(|until| is_due(until, now))
}

/// When the feed is to be read.
fn pull_at(now: DateTime<Utc>, state: &State, line: &Line) -> DateTime<Utc> {
    let every = if expects_news(state) { PULL_SOON } else { state.choices.pull_every() };
    let wanted = match line.pulled_at {
        Some(last) if last <= now && !line.pull_wanted => last + every,
        _ => now,
    };
    line.pull_rests_until.filter(|until| !is_due(*until, now)).map_or(wanted, |until| until.max(wanted))
}

/// Whether the feed will soon say something that this phone waits for: a verdict on bytes that are all there.
fn expects_news(state: &State) -> bool {
    state.items.values().any(|item| item.standing == Standing::Checking)
}

/// What is to be removed of a capture: its bytes, or all of it; nothing as long as anything rests on it.
pub fn tidied(capture: &Capture, state: &State) -> Option<Change> {
    let Capture { announced: Announced { id, visit, .. }, .. } = capture;
    let is_about = |item: &Item| match &item.work {
        Work::Record(announced) => announced.id == *id,
        Work::Bytes { evidence, .. } | Work::Withdraw { evidence, .. } => evidence == id,
        Work::Plan(_) | Work::Answer(_) | Work::Improve(_) | Work::Complete { .. } => false,
    };
    let is_withdrawn = capture.withdrawn.is_some();
    let is_known = capture.file.is_some();
    if !is_known && !is_withdrawn || state.feed.restored_at.is_some() || state.items.values().any(is_about) {
        return None;
    }
    let is_accepted = state.evidence(*id).is_some_and(|evidence| evidence.state == FileState::Accepted);
    let has_stayed = has_stayed(*visit, state);
    if state.visit(*visit).is_none() || !is_known || has_stayed && (is_accepted || is_withdrawn) {
        return Some(Change::Remove(Key::Capture(*id)));
    }
    let without = Capture { has_bytes: false, ..capture.clone() };
    (is_withdrawn && capture.has_bytes).then_some(Change::Put(Record::Capture(without)))
}

/// Whether so much time has passed since the receipt, by the server's clock, that its backups hold what it stands for.
fn has_stayed(visit: Uuid, state: &State) -> bool {
    let kept = TimeDelta::days(state.choices.days_kept.into());
    let receipt = state.receipts.get(&visit).zip(state.feed.heard_at);
    receipt.is_some_and(|(receipt, heard_at)| heard_at >= receipt.completed_at + kept)
}

#[cfg(test)]
mod tests;
