//! What an answer of the server, or none, means for the items that were sent.
//!
//! Pure: from the state, an item and what came back, the changes to be written down. See [`crate::protocol`] for the reasons.

use chrono::{DateTime, Utc};
use domain::file::{FileRefusal, FileState};
use domain::quality::VisitState;
use domain::quality::completion::CompleteVisitRefusal;
use domain::quality::evidence::{AddEvidenceRefusal, WithdrawEvidenceRefusal};
use domain::quality::judgement::RecordJudgementRefusal;
use uuid::Uuid;

use crate::backoff;
use crate::environment::{Begun, RemoteError};
use crate::item::{Item, Standing, Trouble, Upload, Work};
use crate::receipt::is_signed;
use crate::state::{Capture, Change, Given, Kept, Key, Record, State};
use crate::wire::{
    Act, Announced, Answer, Command, Done, Evidence, Judgement, Judging, Late, Reason, Receipt, Refused, Row, Verdict,
    Visit,
};

/// When something is settled, and what is needed to go on.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub now: DateTime<Utc>,
    /// Any number, for jitter.
    pub random: u32,
    /// An id that is new.
    pub id: Uuid,
}

/// The command that an item stands for; none for bytes, which go otherwise.
pub fn command(item: &Item) -> Option<Command> {
    let act = match &item.work {
        Work::Plan(visit) => Act::Plan(visit.clone()),
        Work::Improve(improving) => Act::Improve(improving.clone()),
        Work::Answer(judging) if item.is_addendum => Act::KeepAddendum(Late::Judge(judging.clone())),
        Work::Answer(judging) => Act::Judge(judging.clone()),
        Work::Record(announced) if item.is_addendum => Act::KeepAddendum(Late::Add(announced.clone())),
        Work::Record(announced) => Act::Add(announced.clone()),
        Work::Withdraw { evidence, reason } => Act::Withdraw { evidence: *evidence, reason: reason.clone() },
        Work::Complete { manifest, proposed } => {
            let manifest = manifest.clone().unwrap_or_default();
            Act::Complete { visit: item.visit, manifest, proposed: *proposed }
        }
        Work::Bytes { .. } => return None,
    };
    Some(Command { key: item.key, act })
}

/// An item whose sending begins: written down before anything is sent.
pub fn begin(item: &Item, state: &State) -> Change {
    let mut item = Item { attempts: item.attempts + 1, ..item.clone() };
    if let Work::Complete { manifest: manifest @ None, .. } = &mut item.work {
        *manifest = Some(manifest_of(state, item.visit));
    }
    Change::Put(Record::Item(item))
}

/// All evidence that a visit has, of every visitor, as far as this phone knows.
fn manifest_of(state: &State, visit: Uuid) -> Vec<(Uuid, domain::manifest::Bytes)> {
    let own = state.captures.values().filter(|capture| {
        capture.announced.visit == visit
            && capture.withdrawn.is_none()
            && !capture.is_addendum
            && capture.file.is_some()
    });
    let own = own.map(|capture| (capture.announced.id, capture.announced.bytes));
    let is_withdrawn = |id: Uuid| state.captures.get(&id).is_some_and(|capture| capture.withdrawn.is_some());
    let held = state.evidence_of(visit).filter(|row| !row.is_withdrawn && !row.is_addendum && !is_withdrawn(row.id));
    let mut manifest: Vec<_> = own.chain(held.map(|row| (row.id, row.bytes))).collect();
    manifest.sort_by_key(|(id, _)| *id);
    manifest.dedup_by_key(|(id, _)| *id);
    manifest
}

/// What the verdict on an item's command changes.
pub fn settle(state: &State, item: &Item, verdict: Verdict, moment: Moment) -> Vec<Change> {
    match verdict {
        Verdict::Done(done) => acknowledged(state, item, done, moment),
        Verdict::Refused(refused) => refusal(state, item, refused, moment),
        Verdict::Failed => vec![later(item, Trouble::ServerFailed, moment)],
    }
}

/// What a call that brought nothing changes for an item that it was about.
pub fn failed(item: &Item, error: &RemoteError, moment: Moment) -> Change {
    // Commands were counted when they were sent.
    let item = &Item { attempts: item.attempts + u32::from(!item.is_small()), ..item.clone() };
    match error {
        RemoteError::Refused(words) if !item.is_small() => {
            attention(item, Trouble::BytesRefused { words: words.clone() })
        }
        RemoteError::Unavailable | RemoteError::Refused(_) => later(item, Trouble::ServerFailed, moment),
        RemoteError::NotThere => later(&with_upload(item, None), Trouble::ServerFailed, moment),
        RemoteError::SignedOut | RemoteError::Revoked => ready(&in_doubt(item)),
        RemoteError::Unreachable | RemoteError::Restored => {
            let wait = backoff::wait(item.attempts, backoff::LONGEST_LINE, moment.random);
            retry(&in_doubt(item), moment.now + wait, Trouble::Unreachable)
        }
    }
}

/// An item that waits longer with each attempt.
fn later(item: &Item, why: Trouble, moment: Moment) -> Change {
    let wait = backoff::wait(item.attempts, backoff::LONGEST, moment.random);
    retry(&in_doubt(item), moment.now + wait, why)
}

fn retry(item: &Item, at: DateTime<Utc>, why: Trouble) -> Change {
    Change::Put(Record::Item(Item { standing: Standing::RetryAt { at, why }, ..item.clone() }))
}

fn ready(item: &Item) -> Change {
    Change::Put(Record::Item(Item { standing: Standing::Ready, ..item.clone() }))
}

fn attention(item: &Item, why: Trouble) -> Change {
    Change::Put(Record::Item(Item { standing: Standing::Attention { why }, ..item.clone() }))
}

/// An item of whose bytes it is not known how many arrived.
fn in_doubt(item: &Item) -> Item {
    match &item.work {
        Work::Bytes { upload: Some(upload), .. } => {
            with_upload(item, Some(Upload { url: upload.url.clone(), offset: None }))
        }
        _ => item.clone(),
    }
}

fn with_upload(item: &Item, upload: Option<Upload>) -> Item {
    match &item.work {
        Work::Bytes { evidence, size, .. } => {
            Item { work: Work::Bytes { evidence: *evidence, size: *size, upload }, ..item.clone() }
        }
        _ => item.clone(),
    }
}

fn acknowledged(state: &State, item: &Item, done: Done, moment: Moment) -> Vec<Change> {
    let mut changes = vec![Change::Remove(Key::Item(item.id))];
    match &item.work {
        Work::Answer(judging) if item.is_addendum => {
            // What stands as an addendum is not offered as an answer as well.
            let same = state.given.get(&judging.id).filter(|given| given.judging.answer == judging.answer);
            changes.extend(same.map(|given| Change::Remove(Key::Given(given.id))));
            changes.push(given(item.key, judging, true));
        }
        Work::Answer(judging) => changes.extend(judged(state, item, judging, done.judgement)),
        Work::Record(announced) => changes.extend(announce(state, announced, done.file, item.is_addendum)),
        Work::Complete { manifest, .. } => {
            let sent = manifest.as_deref().unwrap_or_default();
            match done.receipt.filter(|receipt| is_about(receipt, sent)) {
                None => return vec![attention(item, Trouble::ReceiptDiffers)],
                // Its key may be one that the feed has yet to name; if not, the feed's word on the visit settles it.
                Some(receipt) if !is_signed(&receipt, &state.feed.receipt_keys) => {
                    return vec![later(item, Trouble::ReceiptUnverified, moment)];
                }
                Some(receipt) => changes.extend(completed(state, receipt)),
            }
        }
        Work::Plan(_) | Work::Improve(_) | Work::Withdraw { .. } | Work::Bytes { .. } => {}
    }
    changes
}

/// The receipt is kept, and the mirror shows it.
fn completed(state: &State, receipt: Receipt) -> Vec<Change> {
    let shown = state.visit(receipt.visit).map(|visit| {
        let row = Visit { state: VisitState::Complete, receipt: Some(receipt.clone()), ..visit.clone() };
        Change::Put(Record::Row(Kept { generation: state.feed.generation, row: Row::Visit(row) }))
    });
    shown.into_iter().chain([Change::Put(Record::Receipt(receipt))]).collect()
}

/// Whether a receipt says what was sent.
fn is_about(receipt: &Receipt, manifest: &[(Uuid, domain::manifest::Bytes)]) -> bool {
    let manifest = domain::manifest::Manifest::new(manifest.iter().copied());
    manifest.is_ok_and(|manifest| manifest.sha256() == receipt.manifest)
}

/// The journal notes the answer, the mirror shows what the server holds, and a later edit is based on the answer: where another
/// device has changed it since, the edit is one that had not seen that.
fn judged(state: &State, item: &Item, judging: &Judging, held: Option<Judgement>) -> Vec<Change> {
    let revision = judging.base.unwrap_or(0) + 1;
    let mut changes = vec![given(judging.id, judging, false)];
    let shown = held.map(|row| Kept { generation: state.feed.generation, row: Row::Judgement(row) });
    changes.extend(shown.map(|kept| Change::Put(Record::Row(kept))));
    changes.extend(edit_after(state, item).map(|(next, answer)| {
        let work = Work::Answer(Judging { answer, base: Some(revision), ..judging.clone() });
        Change::Put(Record::Item(Item { work, ..next.clone() }))
    }));
    changes
}

fn given(id: Uuid, judging: &Judging, is_addendum: bool) -> Change {
    Change::Put(Record::Given(Given { id, judging: judging.clone(), is_addendum }))
}

/// The edit of an answer that waits for its verdict.
fn edit_after<'a>(state: &'a State, item: &Item) -> Option<(&'a Item, Answer)> {
    let Work::Answer(judging) = &item.work else { return None };
    let later = state.items.values().filter(|other| other.order > item.order);
    let next = later.filter(|other| other.answers(judging.visit, judging.standard)).min_by_key(|other| other.order)?;
    match &next.work {
        Work::Answer(judging) => Some((next, judging.answer.clone())),
        _ => None,
    }
}

fn announce(state: &State, announced: &Announced, file: Option<Uuid>, is_addendum: bool) -> Option<Change> {
    let capture = state.captures.get(&announced.id)?;
    Some(Change::Put(Record::Capture(Capture { file, is_addendum, ..capture.clone() })))
}

fn refusal(state: &State, item: &Item, refused: Refused, moment: Moment) -> Vec<Change> {
    let Refused { reason, current, missing } = refused;
    match (&item.work, &reason) {
        (Work::Record(own), _) if is_there(own, &reason, current.as_ref()).is_some() => {
            let row = is_there(own, &reason, current.as_ref());
            let announced = row.and_then(|row| announce(state, own, Some(row.file), row.is_addendum));
            announced.into_iter().chain([Change::Remove(Key::Item(item.id))]).collect()
        }
        (Work::Record(announced), _) if withdrawal(state, announced.id).is_some() => {
            let withdrawal = withdrawal(state, announced.id);
            [Some(item.id), withdrawal].into_iter().flatten().map(|id| Change::Remove(Key::Item(id))).collect()
        }
        (Work::Answer(_), Reason::Judgement(RecordJudgementRefusal::VisitClosed))
        | (Work::Record(_), Reason::Evidence(AddEvidenceRefusal::VisitOver))
            if !item.is_addendum =>
        {
            as_addendum(item, moment)
        }
        (Work::Answer(judging), Reason::Judgement(code)) if edit_after(state, item).is_some() => {
            give_way(state, item, judging, *code)
        }
        (Work::Answer(judging), Reason::Judgement(RecordJudgementRefusal::Stale)) => {
            conflict(state, item, judging, current, moment)
        }
        (Work::Withdraw { .. }, Reason::Withdrawal(WithdrawEvidenceRefusal::AlreadyWithdrawn)) => {
            vec![Change::Remove(Key::Item(item.id))]
        }
        // It is there already, from here or from another device.
        (Work::Plan(_) | Work::Improve(_), Reason::Unknown { code, .. }) if code == "ID_TAKEN" => {
            vec![Change::Remove(Key::Item(item.id))]
        }
        (Work::Complete { .. }, Reason::Completion(code)) => incomplete(state, item, *code, missing, moment),
        _ => vec![attention(item, Trouble::Refused { reason, missing })],
    }
}

/// The withdrawal that waits for the record of this evidence.
fn withdrawal(state: &State, id: Uuid) -> Option<Uuid> {
    let is_its = |item: &&Item| matches!(&item.work, Work::Withdraw { evidence, .. } if *evidence == id);
    state.items.values().find(is_its).map(|item| item.id)
}

/// The visit was over when it came: it goes again, as what it now is.
fn as_addendum(item: &Item, moment: Moment) -> Vec<Change> {
    vec![Change::Put(Record::Item(Item { is_addendum: true, ..item.anew(moment.id, item.work.clone()) }))]
}

/// A refused answer that its visitor has edited since: the edit takes its place.
fn give_way(state: &State, item: &Item, judging: &Judging, code: RecordJudgementRefusal) -> Vec<Change> {
    let mut changes = vec![Change::Remove(Key::Item(item.id))];
    if let Some((next, answer)) = edit_after(state, item) {
        let is_late = item.is_addendum || code == RecordJudgementRefusal::VisitClosed;
        let work = Work::Answer(Judging { answer, ..judging.clone() });
        changes.push(Change::Put(Record::Item(Item { work, is_addendum: is_late, ..next.clone() })));
    }
    changes
}

/// The server holds another answer than the one that was seen: the same one, none since it was restored, or one of another device.
fn conflict(state: &State, item: &Item, judging: &Judging, current: Option<Row>, moment: Moment) -> Vec<Change> {
    let Some(Row::Judgement(current)) = current else {
        let work = Work::Answer(Judging { base: None, ..judging.clone() });
        return vec![Change::Put(Record::Item(item.anew(moment.id, work)))];
    };
    let row = Kept { generation: state.feed.generation, row: Row::Judgement(current.clone()) };
    let settled = if judging.answer == current.answer {
        vec![
            Change::Remove(Key::Item(item.id)),
            given(current.id, &Judging { id: current.id, ..judging.clone() }, false),
        ]
    } else {
        vec![attention(item, Trouble::Conflict { current: Box::new(current) })]
    };
    settled.into_iter().chain([Change::Put(Record::Row(row))]).collect()
}

/// The row that holds the id, where it is this very evidence: an earlier attempt brought it.
fn is_there<'a>(own: &Announced, reason: &Reason, current: Option<&'a Row>) -> Option<&'a Evidence> {
    match (reason, current) {
        (Reason::Evidence(AddEvidenceRefusal::IdTaken), Some(Row::Evidence(row))) => {
            ((own.id, own.visit, own.bytes) == (row.id, row.visit, row.bytes)).then_some(row)
        }
        _ => None,
    }
}

/// An answer that is given again by somebody who has seen the one that stands: a new request, based on that one.
pub fn judged_again(item: &Item, answer: Answer, current: &Judgement, id: Uuid) -> Item {
    let Judgement { id: judgement, visit, standard, revision, .. } = current;
    let (visit, standard) = (*visit, *standard);
    let judging = Judging { id: *judgement, visit, standard, answer, base: Some(*revision) };
    item.anew(id, Work::Answer(judging))
}

/// A completion that is refused: later, as soon as the rest is verified; or with the manifest as it now is; or never, when
/// another visitor was first; or when somebody has done something about it.
fn incomplete(
    state: &State,
    item: &Item,
    code: CompleteVisitRefusal,
    missing: Vec<String>,
    moment: Moment,
) -> Vec<Change> {
    use CompleteVisitRefusal as Refusal;
    let is_complete = state.visit(item.visit).is_some_and(|visit| visit.state == VisitState::Complete);
    match code {
        Refusal::NotInProgress if is_complete => vec![Change::Remove(Key::Item(item.id))],
        Refusal::EvidenceNotVerified => vec![later(item, Trouble::NotVerified { missing }, moment)],
        Refusal::ManifestMismatch | Refusal::EvidenceRefused => {
            let wait = backoff::wait(item.attempts, backoff::LONGEST, moment.random);
            let at = moment.now + wait;
            let standing = Standing::RetryAt { at, why: Trouble::NotVerified { missing } };
            let work = Work::Complete { manifest: None, proposed: item.proposed() };
            let anew = Item { attempts: item.attempts, standing, ..item.anew(moment.id, work) };
            vec![Change::Remove(Key::Item(item.id)), Change::Put(Record::Item(anew))]
        }
        _ => vec![attention(item, Trouble::Refused { reason: Reason::Completion(code), missing })],
    }
}

/// What an upload that has begun changes.
pub fn begun(state: &State, item: &Item, begun: Begun) -> Change {
    match begun {
        Begun::Upload { url, offset } => arrived(state, item, url, offset),
        Begun::Settled => checking(state, item),
    }
}

/// What it changes that so many bytes of an upload have arrived.
pub fn arrived(state: &State, item: &Item, url: String, offset: u64) -> Change {
    let Work::Bytes { size, .. } = &item.work else { return ready(item) };
    let is_whole = offset >= *size;
    let item = Item { attempts: 0, ..with_upload(item, Some(Upload { url, offset: Some(offset) })) };
    if is_whole { checking(state, &item) } else { ready(&item) }
}

/// What it changes that an upload is gone: it begins anew.
pub fn gone(item: &Item) -> Change {
    ready(&with_upload(item, None))
}

/// All bytes are with the server, which looks into them, unless its verdict is here already.
fn checking(state: &State, item: &Item) -> Change {
    let item = Item { standing: Standing::Checking, ..item.clone() };
    let Work::Bytes { evidence, .. } = &item.work else { return Change::Put(Record::Item(item)) };
    let accepted = state.evidence(*evidence).is_some_and(|row| row.state == FileState::Accepted);
    if accepted { Change::Remove(Key::Item(item.id)) } else { Change::Put(Record::Item(item)) }
}

/// What the server's word on a file changes for its bytes.
pub fn judged_file(item: &Item, file: FileState, refusal: Option<FileRefusal>) -> Option<Change> {
    let is_checking = item.standing == Standing::Checking;
    match (file, refusal) {
        (FileState::Accepted, _) => Some(Change::Remove(Key::Item(item.id))),
        (FileState::Refused, Some(reason)) if reason.may_send_again() => {
            is_checking.then(|| ready(&with_upload(item, None)))
        }
        (FileState::Refused, Some(reason)) => Some(attention(item, Trouble::File { reason })),
        // The server has lost what it had.
        (FileState::Expected | FileState::Receiving, _) if is_checking => Some(ready(&in_doubt(item))),
        _ => None,
    }
}

/// What is not readable on the phone any more.
pub fn damaged(item: &Item) -> Change {
    attention(item, Trouble::Damaged)
}

#[cfg(test)]
mod tests;
