//! What a page of the feed changes, and what a restored server is offered again.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::file::FileState;
use uuid::Uuid;

use crate::item::{Item, Standing, Trouble, Work};
use crate::receipt::is_signed;
use crate::settle::judged_file;
use crate::state::{Capture, Change, Feed, Given, Kept, Key, Record, State};
use crate::wire::{Announced, Evidence, FeedItem, Judging, Page, Receipt, Row, Visit};

/// What a page changes. Its rows and its cursor are to be written together.
/// `new_id` gives a new id with each call.
pub fn merge(state: &State, page: Page, mut new_id: impl FnMut() -> Uuid) -> Vec<Change> {
    let is_restored = state.feed.epoch.as_ref().is_some_and(|epoch| *epoch != page.epoch);
    let generation = state.feed.generation + u32::from(page.restarts);
    let named = page.items.iter().filter_map(|item| match item {
        FeedItem::Key(key) => Some(key.clone()),
        FeedItem::Row(_) | FeedItem::Removed(_) => None,
    });
    let receipt_keys: BTreeSet<_> = state.feed.receipt_keys.iter().cloned().chain(named).collect();
    let mut changes = completions(state, &page.items, &receipt_keys, &mut new_id);
    let feed = Feed {
        restored_at: if is_restored { Some(page.at) } else { state.feed.restored_at },
        epoch: Some(page.epoch),
        cursor: Some(page.cursor),
        generation,
        heard_at: Some(page.at),
        receipt_keys,
    };
    changes.push(Change::Put(Record::Feed(feed)));
    if is_restored {
        changes.extend(state.items.values().filter_map(|item| unbased(item, new_id())));
    }
    for item in page.items {
        match item {
            FeedItem::Row(row) => changes.extend(put(state, generation, row)),
            FeedItem::Removed(id) => changes.extend(remove(state, id)),
            FeedItem::Key(_) => {}
        }
    }
    changes
}

/// An answer that was based on a revision of before the server was restored, or in conflict with one. A revision of this number
/// may now be another one, so it goes without a base: if anything stands there, its visitor gets to see it.
fn unbased(item: &Item, key: Uuid) -> Option<Change> {
    let Work::Answer(judging) = &item.work else { return None };
    let is_in_conflict = matches!(item.standing, Standing::Attention { why: Trouble::Conflict { .. } });
    let standing = if is_in_conflict { Standing::Ready } else { item.standing.clone() };
    let anew = item.anew(key, Work::Answer(Judging { base: None, ..judging.clone() }));
    let is_based = judging.base.is_some() || is_in_conflict;
    (is_based && !item.is_addendum).then_some(Change::Put(Record::Item(Item { standing, ..anew })))
}

/// A row as it now is, and what it means for what is waiting here.
fn put(state: &State, generation: u32, row: Row) -> Vec<Change> {
    let mut changes = match &row {
        Row::Evidence(evidence) => judged(state, evidence),
        _ => Vec::new(),
    };
    changes.push(Change::Put(Record::Row(Kept { generation, row })));
    changes
}

/// What the server's word on a piece of evidence means for its bytes, where they are still here.
fn judged(state: &State, evidence: &Evidence) -> Vec<Change> {
    let bytes = state.items.values().find(|item| carries(item, evidence.id));
    if !evidence.is_withdrawn {
        return bytes.and_then(|item| judged_file(item, evidence.state, evidence.refusal)).into_iter().collect();
    }
    let open = state.captures.get(&evidence.id).filter(|capture| capture.withdrawn.is_none());
    let withdrawn = open.map(|capture| {
        let withdrawn = Some("Withdrawn on the server".to_owned());
        Change::Put(Record::Capture(Capture { withdrawn, ..capture.clone() }))
    });
    bytes.map(|item| Change::Remove(Key::Item(item.id))).into_iter().chain(withdrawn).collect()
}

fn carries(item: &Item, id: Uuid) -> bool {
    matches!(&item.work, Work::Bytes { evidence, .. } if *evidence == id)
}

/// Receipts, and completions of visits of which a page says something new. A completion is moot when the receipt is there; where
/// its signature is not right, somebody has to know; else it is worth another try now.
fn completions(
    state: &State,
    items: &[FeedItem],
    keys: &BTreeSet<String>,
    new_id: &mut impl FnMut() -> Uuid,
) -> Vec<Change> {
    let rows = || {
        items.iter().filter_map(|item| match item {
            FeedItem::Row(row) => Some(row),
            FeedItem::Removed(_) | FeedItem::Key(_) => None,
        })
    };
    let said: Vec<_> = rows().filter_map(receipt).collect();
    // What waited for its key.
    let kept = state.rows.values().filter_map(|kept| receipt(&kept.row));
    let kept = kept.filter(|receipt| !state.receipts.contains_key(&receipt.visit) && is_signed(receipt, keys));
    let mut changes = Vec::new();
    for receipt in said.iter().copied().chain(kept.filter(|_| *keys != state.feed.receipt_keys)) {
        let waiting = completion_of(state, receipt.visit);
        if is_signed(receipt, keys) {
            changes.push(Change::Put(Record::Receipt(receipt.clone())));
            changes.extend(waiting.map(|item| Change::Remove(Key::Item(item.id))));
        } else {
            let work = Work::Complete { manifest: None, proposed: None };
            let asked = || Item::new(new_id(), state.next_order(), receipt.visit, work);
            let standing = Standing::Attention { why: Trouble::ReceiptUnverified };
            changes.push(Change::Put(Record::Item(Item { standing, ..waiting.cloned().unwrap_or_else(asked) })));
        }
    }
    let is_touched = |item: &&Item| {
        let is_said = said.iter().any(|receipt| receipt.visit == item.visit);
        !is_said && rows().any(|row| row.visit() == Some(item.visit))
    };
    let touched = state.items.values().filter(|item| matches!(item.work, Work::Complete { .. })).filter(is_touched);
    let ready = touched.map(|item| Change::Put(Record::Item(Item { standing: Standing::Ready, ..item.clone() })));
    // A receipt that has found its key outweighs another try.
    ready.chain(changes).collect()
}

/// The receipt that a row shows.
fn receipt(row: &Row) -> Option<&Receipt> {
    match row {
        Row::Visit(visit) => visit.receipt.as_ref(),
        _ => None,
    }
}

/// The completion of a visit that waits here.
fn completion_of(state: &State, visit: Uuid) -> Option<&Item> {
    state.items.values().find(|item| item.visit == visit && matches!(item.work, Work::Complete { .. }))
}

/// A row that is gone, and with a visit all that was read of it. What was typed or captured here stays until it is sent or
/// somebody decides about it.
fn remove(state: &State, id: Uuid) -> Vec<Change> {
    let mut changes = vec![Change::Remove(Key::Row(id))];
    if state.visit(id).is_some() {
        let rows = state.rows.values().filter(|kept| kept.row.visit() == Some(id));
        changes.extend(rows.map(|kept| Change::Remove(Key::Row(kept.row.id()))));
        let given = state.given.values().filter(|given| given.judging.visit == id && state.feed.restored_at.is_none());
        changes.extend(given.map(|given| Change::Remove(Key::Given(given.id))));
    }
    changes
}

/// What changes once the feed has been read to its end. Rows that it did not say again, or that belong to no visit any more,
/// are gone; and since all that is known is as of now, files that seemed to be checked and are not are seen.
pub fn caught_up(state: &State) -> Vec<Change> {
    let is_current = |kept: &&Kept| kept.generation == state.feed.generation;
    let visits = state.rows.values().filter(is_current).filter_map(|kept| match &kept.row {
        Row::Visit(visit) => Some(visit),
        _ => None,
    });
    // The server cannot name a visit that was begun here and is not planned there yet.
    let begun = state.items.values().filter_map(|item| match &item.work {
        Work::Plan(visit) => Some(visit),
        _ => None,
    });
    let around = |visit: &Visit| [Some(visit.id), Some(visit.provider), visit.site, Some(visit.framework)];
    let begun: BTreeSet<Uuid> = begun.flat_map(around).flatten().collect();
    let needed: BTreeSet<Uuid> = visits.flat_map(around).flatten().chain(begun.iter().copied()).collect();
    let is_gone = |kept: &&Kept| {
        let is_said = is_current(kept) || begun.contains(&kept.row.id());
        !is_said || !needed.contains(&kept.row.belongs_to())
    };
    let gone = state.rows.values().filter(is_gone);
    let mut changes: Vec<_> = gone.flat_map(|kept| remove(state, kept.row.id())).collect();
    changes.extend(state.items.values().flat_map(|item| match (&item.work, &item.standing) {
        (Work::Bytes { evidence, .. }, Standing::Checking) => {
            state.evidence(*evidence).map_or_else(Vec::new, |row| judged(state, row))
        }
        // There is nothing to withdraw: refused as not found, and not found here either.
        (Work::Withdraw { evidence, .. }, Standing::Attention { .. })
            if state.visit(item.visit).is_some() && state.evidence(*evidence).is_none_or(|row| row.is_withdrawn) =>
        {
            vec![Change::Remove(Key::Item(item.id))]
        }
        _ => Vec::new(),
    }));
    changes
}

/// What a restored server is offered again, once its feed has been read: whatever it had acknowledged and lacks, of visits that
/// are there. What was lost with its visit is offered when the visit is there again, for as many days as media are kept.
/// `new_id` gives a new id with each call.
pub fn offer(state: &State, mut new_id: impl FnMut() -> Uuid) -> Vec<Change> {
    let mut changes = accounted(state);
    let mut orders = state.next_order()..;
    let mut item = |id, visit, work| {
        let is_free = state.visit(visit).is_some() && !state.items.contains_key(&id);
        orders.next().filter(|_| is_free).map(|order| Item::new(id, order, visit, work))
    };
    let put = |item| Change::Put(Record::Item(item));
    for judging in lacking_answers(state) {
        changes.extend(item(new_id(), judging.visit, Work::Answer(judging)).map(put));
    }
    // Whether an addendum is there, the feed does not say. It goes under the same key, so it is kept once: it is not changed any
    // more. It was made before everything that waits, and goes before it.
    for Given { id, judging, .. } in state.given.values().filter(|given| given.is_addendum) {
        let late = item(*id, judging.visit, Work::Answer(judging.clone()));
        changes.extend(late.map(|late| put(Item { is_addendum: true, attempts: 1, order: 0, ..late })));
    }
    for capture in state.captures.values().filter(|capture| capture.file.is_some()) {
        let Announced { id, visit, bytes, .. } = capture.announced;
        let row = state.evidence(id);
        if let Some(reason) = &capture.withdrawn {
            let is_there = row.is_some_and(|row| !row.is_withdrawn) && !is_withdrawing(state, id);
            let work = Work::Withdraw { evidence: id, reason: reason.clone() };
            changes.extend(is_there.then(|| item(new_id(), visit, work)).flatten().map(put));
            continue;
        }
        if row.is_none()
            && let Some(record) = item(id, visit, Work::Record(capture.announced.clone()))
        {
            changes.push(Change::Put(Record::Capture(Capture { file: None, ..capture.clone() })));
            changes.push(put(record));
        }
        let lacks_bytes = row.is_none_or(|row| matches!(row.state, FileState::Expected | FileState::Receiving));
        if lacks_bytes && !state.items.values().any(|item| carries(item, id)) {
            let work = Work::Bytes { evidence: id, size: bytes.size, upload: None };
            changes.extend(item(new_id(), visit, work).map(put));
        }
    }
    for visit in lacking_completions(state) {
        changes.extend(item(new_id(), visit, Work::Complete { manifest: None, proposed: None }).map(put));
    }
    changes
}

/// Whether all that the server had acknowledged is accounted for, or was waited for long enough.
fn accounted(state: &State) -> Vec<Change> {
    let captured = state.captures.values().map(|capture| capture.announced.visit);
    let given = state.given.values().map(|given| given.judging.visit);
    let is_all_there = captured.chain(given).all(|visit| state.visit(visit).is_some());
    let kept = TimeDelta::days(state.choices.days_kept.into());
    let waited =
        state.feed.heard_at.zip(state.feed.restored_at).is_some_and(|(heard, restored)| heard >= restored + kept);
    if !is_all_there && !waited {
        return Vec::new();
    }
    vec![Change::Put(Record::Feed(Feed { restored_at: None, ..state.feed.clone() }))]
}

fn is_withdrawing(state: &State, id: Uuid) -> bool {
    state.items.values().any(|item| matches!(&item.work, Work::Withdraw { evidence, .. } if *evidence == id))
}

/// Answers that were acknowledged and are not there. They are offered without a base: where something else stands in their place,
/// a person gets to see both.
fn lacking_answers(state: &State) -> Vec<Judging> {
    let waiting: BTreeSet<_> = state.items.values().filter_map(answered).collect();
    let given = state.given.values().filter(|given| !given.is_addendum).map(|given| &given.judging);
    let is_there = |judging: &Judging| {
        state.rows.values().any(|kept| match &kept.row {
            Row::Judgement(row) => row.id == judging.id && row.answer == judging.answer,
            _ => false,
        })
    };
    let lacking = given.filter(|judging| !waiting.contains(&(judging.visit, judging.standard)) && !is_there(judging));
    lacking.map(|judging| Judging { base: None, ..judging.clone() }).collect()
}

fn answered(item: &Item) -> Option<(Uuid, Uuid)> {
    match &item.work {
        Work::Answer(judging) => Some((judging.visit, judging.standard)),
        _ => None,
    }
}

fn lacking_completions(state: &State) -> Vec<Uuid> {
    let open = state.receipts.keys().copied().filter(|visit| {
        state.visit(*visit).is_some_and(|visit| visit.state.is_open()) && completion_of(state, *visit).is_none()
    });
    open.collect()
}

#[cfg(test)]
mod tests;
