use chrono::{DateTime, Utc};
use domain::manifest::{Bytes, Sha256Sum};
use domain::quality::{EvidenceKind, VisitState};

use super::*;
use crate::phone::is_safe_to_leave;
use crate::receipt::tests::Signer;
use crate::state::Session;
use crate::wire::{Answer, Judgement, Provider, Receipt, Visit};

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn visit(number: u128, state: VisitState) -> Row {
    Row::Visit(Visit {
        id: id(number),
        provider: id(2),
        site: None,
        framework: id(3),
        state,
        purpose: String::new(),
        planned_for: DateTime::UNIX_EPOCH.date_naive(),
        planned_at: None,
        visitors: Vec::new(),
        receipt: None,
    })
}

fn provider() -> Row {
    Row::Provider(Provider { id: id(2), name: "Fen Motors".into(), contact: None, telephone: None, people: Vec::new() })
}

fn answer(text: &str) -> Answer {
    Answer { seen: text.into(), ..Answer::default() }
}

fn judgement(text: &str) -> Row {
    let (account, account_name, answer) = (id(7), "Sam".into(), answer(text));
    Row::Judgement(Judgement { id: id(9), visit: id(1), standard: id(20), account, account_name, answer, revision: 1 })
}

fn evidence(state: FileState) -> Evidence {
    Evidence {
        id: id(30),
        visit: id(1),
        standard: None,
        kind: EvidenceKind::Photo,
        bytes: Bytes { sha256: Sha256Sum::of(b"abc"), size: 3 },
        captured_by: id(7),
        caption: None,
        file: id(40),
        state,
        refusal: None,
        is_withdrawn: false,
        is_addendum: false,
    }
}

fn capture(file: Option<Uuid>) -> Capture {
    let announced = Announced {
        id: id(30),
        visit: id(1),
        standard: None,
        kind: EvidenceKind::Photo,
        bytes: Bytes { sha256: Sha256Sum::of(b"abc"), size: 3 },
        media_type: domain::file::MediaType::Jpeg,
        captured_at: DateTime::UNIX_EPOCH,
        caption: None,
    };
    Capture { announced, nonce: Vec::new(), has_bytes: true, file, is_addendum: false, withdrawn: None, signs: None }
}

fn at(epoch: &str, restarts: bool, items: Vec<FeedItem>) -> Page {
    let at: DateTime<Utc> = DateTime::UNIX_EPOCH;
    Page { epoch: epoch.into(), restarts, cursor: "1/9".into(), is_caught_up: true, at, items }
}

fn rows(rows: impl IntoIterator<Item = Row>) -> Vec<FeedItem> {
    rows.into_iter().map(FeedItem::Row).collect()
}

/// A phone that has read this page to its end.
fn read(mut state: State, page: Page) -> State {
    merge(&state, page, || id(777)).into_iter().for_each(|change| state.apply(change));
    caught_up(&state).into_iter().for_each(|change| state.apply(change));
    state
}

fn phone() -> State {
    State {
        session: Session::In { account: id(7), name: "Sam".into(), token: "wm".into(), expires_at: None },
        ..State::default()
    }
}

#[test]
fn what_a_new_reading_does_not_say_is_gone() {
    let open = VisitState::InProgress;
    let all = rows([visit(1, open), visit(4, open), provider(), judgement("By each door")]);
    let state = read(phone(), at("1", true, all));
    assert_eq!(state.rows.len(), 4);
    let state = read(state, at("1", false, rows([visit(4, VisitState::Cancelled)])));
    assert_eq!(state.rows.len(), 4, "news add to what is there");
    let state = read(state, at("1", true, rows([visit(4, open), provider()])));
    assert_eq!(state.rows.keys().copied().collect::<Vec<_>>(), [id(2), id(4)]);
    assert_eq!(state.feed.restored_at, None, "nothing was restored");
}

/// The server cannot say what it has not heard of; once it has, its word counts.
#[test]
fn a_visit_that_was_begun_here_stays_until_the_server_knows_it() {
    let mut state = read(phone(), at("1", true, rows([visit(4, VisitState::Planned), provider()])));
    let begun = visit(5, VisitState::Planned);
    let Row::Visit(plan) = begun.clone() else { unreachable!() };
    state.rows.insert(id(5), Kept { generation: state.feed.generation, row: begun });
    state.items.insert(id(50), Item::new(id(50), 1, id(5), Work::Plan(plan)));
    let mut state = read(state, at("1", true, Vec::new()));
    assert_eq!(state.rows.keys().copied().collect::<Vec<_>>(), [id(2), id(5)], "with its provider, and nothing else");
    state.items.clear();
    let state = read(state, at("1", true, Vec::new()));
    assert!(state.rows.is_empty());
}

#[test]
fn with_a_visit_goes_what_was_read_of_it_and_stays_what_was_typed() {
    let all = rows([visit(1, VisitState::InProgress), provider(), judgement("By each door")]);
    let mut state = read(phone(), at("1", true, all));
    let judging = Judging { id: id(9), visit: id(1), standard: id(20), answer: answer("One is locked"), base: Some(1) };
    state.items.insert(id(10), Item::new(id(10), 0, id(1), Work::Answer(judging)));
    let state = read(state, at("1", false, vec![FeedItem::Removed(id(1))]));
    assert!(state.rows.is_empty(), "its provider goes with it: {:?}", state.rows);
    assert!(state.items.contains_key(&id(10)));
}

#[test]
fn a_withdrawal_by_somebody_else_reaches_the_phone() {
    let mut state = phone();
    state.captures.insert(id(30), capture(Some(id(40))));
    let bytes = Work::Bytes { evidence: id(30), size: 3, upload: None };
    state.items.insert(id(31), Item::new(id(31), 0, id(1), bytes));
    let withdrawn = Evidence { is_withdrawn: true, ..evidence(FileState::Purged) };
    let state = read(state, at("1", true, rows([visit(1, VisitState::InProgress), Row::Evidence(withdrawn)])));
    assert!(state.items.is_empty());
    assert!(state.captures[&id(30)].withdrawn.is_some());
}

#[test]
fn a_completion_is_moot_when_another_visitor_was_first() {
    let mut state = phone();
    state.items.insert(id(50), Item::new(id(50), 0, id(1), Work::Complete { manifest: None, proposed: None }));
    let Row::Visit(row) = visit(1, VisitState::Complete) else { unreachable!() };
    let complete = Row::Visit(Visit { receipt: Some(Signer::of(1).signed(unsigned())), ..row });
    let rows = rows([complete, Row::Evidence(evidence(FileState::Accepted))]);
    let named = FeedItem::Key(Signer::of(1).public_key());
    let state = read(state, at("1", true, rows.into_iter().chain([named]).collect()));
    assert!(state.items.is_empty() && is_safe_to_leave(&state, id(1)));
}

fn unsigned() -> Receipt {
    let (manifest, completed_at) = (Sha256Sum::of(b""), DateTime::UNIX_EPOCH);
    Receipt { visit: id(1), manifest, completed_at, signature: String::new() }
}

/// A visit that is said to be complete, with a receipt that this key has signed, and the keys that the server names.
fn completed(key: u8, named: &[u8]) -> Page {
    let Row::Visit(row) = visit(1, VisitState::Complete) else { unreachable!() };
    let complete = Row::Visit(Visit { receipt: Some(Signer::of(key).signed(unsigned())), ..row });
    let named = named.iter().map(|key| FeedItem::Key(Signer::of(*key).public_key()));
    at("1", false, named.chain([FeedItem::Row(complete)]).collect())
}

#[test]
fn a_forged_receipt_is_trouble_and_no_reason_to_leave() {
    let mut asked = phone();
    asked.items.insert(id(50), Item::new(id(50), 0, id(1), Work::Complete { manifest: None, proposed: None }));
    for (state, item) in [(phone(), id(777)), (asked, id(50))] {
        let state = read(state, completed(2, &[1]));
        assert_eq!(state.items.keys().copied().collect::<Vec<_>>(), [item]);
        assert_eq!(state.items[&item].standing, Standing::Attention { why: Trouble::ReceiptUnverified });
        assert!(state.receipts.is_empty() && !is_safe_to_leave(&state, id(1)));
        // The right one comes: nothing is the matter any more.
        let state = read(state, completed(1, &[]));
        assert!(state.items.is_empty() && is_safe_to_leave(&state, id(1)));
        // A forged one in its place is noticed all the same.
        let state = read(state, completed(2, &[]));
        assert!(!state.items.is_empty() && !is_safe_to_leave(&state, id(1)));
    }
}

#[test]
fn a_receipt_that_came_before_its_key_is_believed_when_the_key_comes() {
    let state = read(phone(), completed(1, &[]));
    assert!(!is_safe_to_leave(&state, id(1)));
    let named = |key| at("1", false, vec![FeedItem::Key(Signer::of(key).public_key())]);
    let state = read(state, named(2));
    assert!(!is_safe_to_leave(&state, id(1)), "another key is none of its");
    let state = read(state, named(1));
    assert!(state.items.is_empty() && is_safe_to_leave(&state, id(1)));
    assert_eq!(state.feed.receipt_keys.len(), 2, "no key is forgotten");
}

/// What the phone offers to a server that was restored, and holds these rows.
fn offered(there: Vec<Row>, file: Option<Uuid>) -> Vec<Work> {
    let mut state = phone();
    state.feed.epoch = Some("1".into());
    let judging = Judging { id: id(9), visit: id(1), standard: id(20), answer: answer("By each door"), base: Some(3) };
    state.given.insert(id(9), Given { id: id(9), judging, is_addendum: false });
    state.captures.insert(id(30), capture(file));
    let all = there.into_iter().chain([visit(1, VisitState::InProgress)]);
    let state = read(state, at("2", true, rows(all)));
    assert!(state.feed.restored_at.is_some());
    let mut numbers = 100..;
    let changes = offer(&state, || id(numbers.next().expect("endless")));
    let works = changes.into_iter().filter_map(|change| match change {
        Change::Put(Record::Item(item)) => Some(item.work),
        _ => None,
    });
    works.collect()
}

#[test]
fn a_restored_server_is_offered_what_it_lacks_and_nothing_else() {
    use FileState::{Accepted, Expected};
    let bytes = Work::Bytes { evidence: id(30), size: 3, upload: None };
    let judging = Judging { id: id(9), visit: id(1), standard: id(20), answer: answer("By each door"), base: None };
    let answers = Work::Answer(judging);
    let record = Work::Record(capture(None).announced);
    let sent = Some(id(40));
    let there = || Row::Evidence(evidence(Accepted));
    assert_eq!(offered(vec![judgement("By each door"), there()], sent), []);
    assert_eq!(offered(vec![there()], sent), std::slice::from_ref(&answers));
    assert_eq!(
        offered(vec![judgement("One is locked"), there()], sent),
        std::slice::from_ref(&answers),
        "a person decides"
    );
    assert_eq!(offered(vec![judgement("By each door")], sent), [record.clone(), bytes.clone()]);
    assert_eq!(
        offered(vec![judgement("By each door"), Row::Evidence(evidence(Expected))], sent),
        std::slice::from_ref(&bytes)
    );
    assert_eq!(offered(Vec::new(), sent), [answers, record, bytes]);
    assert_eq!(offered(vec![judgement("By each door")], None), [], "what was never acknowledged is on its way anyway");
}

/// What waits for the same standard is another answer: what becomes of it changes nothing about one that is offered again.
#[test]
fn an_addendum_is_offered_again_as_it_was_and_before_what_was_typed_since() {
    let mut state = phone();
    state.feed.epoch = Some("1".into());
    let judging = |text| Judging { id: id(9), visit: id(1), standard: id(20), answer: answer(text), base: None };
    state.given.insert(id(60), Given { id: id(60), judging: judging("By each door"), is_addendum: true });
    let waiting = Item::new(id(61), state.next_order(), id(1), Work::Answer(judging("One is locked")));
    state.items.insert(id(61), waiting);
    let mut state = read(state, at("2", true, rows([visit(1, VisitState::InProgress)])));
    let mut numbers = 100..;
    let offered = offer(&state, || id(numbers.next().expect("endless")));
    offered.into_iter().for_each(|change| state.apply(change));
    let late = state.items[&id(60)].clone();
    assert!(late.is_addendum && late.may_have_arrived() && late.key == id(60), "{late:?}");
    assert_eq!(state.items[&id(61)].waits_for(&state.items), Some(id(60)));
    assert_eq!(crate::statement::own_answer(&state, id(1), id(20)), Some(&answer("One is locked")));
}
