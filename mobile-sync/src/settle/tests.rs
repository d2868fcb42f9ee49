use chrono::TimeDelta;
use domain::Code;
use domain::manifest::{Bytes, Manifest, Sha256Sum};
use domain::quality::EvidenceKind;

use super::*;
use crate::item::Items;
use crate::receipt::tests::Signer;
use crate::state::Session;
use crate::wire::Improving;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn moment() -> Moment {
    Moment { now: DateTime::UNIX_EPOCH + TimeDelta::days(20_000), random: u32::MAX, id: id(777) }
}

fn seen(text: &str) -> Answer {
    Answer { seen: text.into(), ..Answer::default() }
}

fn judging(text: &str, base: Option<i32>) -> Judging {
    Judging { id: id(900), visit: id(1), standard: id(20), answer: seen(text), base }
}

/// An answer that was sent once.
fn answer(number: u128, text: &str) -> Item {
    let item = Item::new(id(number), number as u64, id(1), Work::Answer(judging(text, None)));
    Item { attempts: 1, ..item }
}

fn announced() -> Announced {
    Announced {
        id: id(30),
        visit: id(1),
        standard: None,
        kind: EvidenceKind::Photo,
        bytes: Bytes { sha256: Sha256Sum::of(b"abc"), size: 3 },
        media_type: domain::file::MediaType::Jpeg,
        captured_at: moment().now,
        caption: None,
    }
}

fn record() -> Item {
    Item { attempts: 1, ..Item::new(id(30), 3, id(1), Work::Record(announced())) }
}

fn bytes(offset: Option<u64>) -> Item {
    let upload = Some(Upload { url: "there".into(), offset });
    Item::new(id(31), 4, id(1), Work::Bytes { evidence: id(30), size: 3, upload })
}

fn complete() -> Item {
    let manifest = Some(vec![(id(30), announced().bytes)]);
    Item { attempts: 1, ..Item::new(id(50), 5, id(1), Work::Complete { manifest, proposed: Some(id(60)) }) }
}

/// A phone that holds these items, and the capture.
fn state(items: &[Item]) -> State {
    let items: Items = items.iter().map(|item| (item.id, item.clone())).collect();
    let session = Session::In { account: id(7), name: "Sam".into(), token: "wm".into(), expires_at: None };
    let capture = Capture {
        announced: announced(),
        nonce: vec![0; 19],
        has_bytes: true,
        file: None,
        is_addendum: false,
        withdrawn: None,
        signs: None,
    };
    State { session, items, captures: [(id(30), capture)].into(), ..State::default() }
}

/// The items that are left when a verdict on one of them is settled, and nothing else.
fn after(items: &[Item], item: &Item, verdict: Verdict) -> State {
    let mut state = state(items);
    settle(&state, item, verdict, moment()).into_iter().for_each(|change| state.apply(change));
    state
}

fn refused(reason: Reason, current: Option<Row>) -> Verdict {
    Verdict::Refused(Refused { reason, current, missing: Vec::new() })
}

fn held(text: &str, revision: i32) -> Row {
    let (account, account_name) = (id(7), "Sam".to_owned());
    let answer = seen(text);
    Row::Judgement(Judgement { id: id(901), visit: id(1), standard: id(20), account, account_name, answer, revision })
}

#[test]
fn an_acknowledged_answer_goes_and_its_edit_follows_from_it() {
    let first = Item { work: Work::Answer(judging("By each door", Some(3))), ..answer(10, "") };
    let edit = Item { attempts: 0, ..answer(11, "One is locked") };
    let items = [first.clone(), edit];
    let done = |row| match row {
        Row::Judgement(row) => Verdict::Done(Done { judgement: Some(row), ..Done::default() }),
        row => panic!("{row:?}"),
    };
    let state = after(&items, &first, done(held("By each door", 4)));
    assert_eq!(state.items.keys().copied().collect::<Vec<_>>(), [id(11)]);
    assert_eq!(state.items[&id(11)].work, Work::Answer(judging("One is locked", Some(4))));
    assert_eq!(state.given[&id(900)].judging.answer, seen("By each door"), "the journal");
    assert_eq!(state.rows[&id(901)].row, held("By each door", 4), "the mirror");

    // The answer to the first attempt was lost, and another device went on from there: the edit has not seen that.
    let state = after(&items, &first, done(held("None at all", 5)));
    assert_eq!(state.items[&id(11)].work, Work::Answer(judging("One is locked", Some(4))));
    assert_eq!(state.rows[&id(901)].row, held("None at all", 5), "the mirror");
}

#[test]
fn a_stale_answer_is_shown_beside_the_one_that_stands() {
    use RecordJudgementRefusal::Stale;
    let item = answer(10, "One is locked");
    let stale = |current| refused(Reason::Judgement(Stale), current);
    let state = after(std::slice::from_ref(&item), &item, stale(Some(held("By each door", 2))));
    let Standing::Attention { why: Trouble::Conflict { current } } = &state.items[&id(10)].standing else { panic!() };
    assert_eq!(current.answer, seen("By each door"));
    assert_eq!(state.items[&id(10)].work, item.work, "what was typed is still there");
    let state = after(std::slice::from_ref(&item), &item, stale(Some(held("One is locked", 2))));
    assert!(state.items.is_empty(), "the same answer is no conflict");
    let state = after(std::slice::from_ref(&item), &item, stale(None));
    let anew = &state.items[&id(10)];
    assert_eq!((anew.key, anew.attempts, &anew.standing), (id(777), 0, &Standing::Ready), "the server lost it");
}

#[test]
fn an_action_that_another_device_has_set_is_there_and_one_that_is_refused_needs_somebody() {
    let (area, action, owner) = ("Fire safety".to_owned(), "Put up a plan".to_owned(), "Sam".to_owned());
    let (due_on, rag) = (moment().now.date_naive(), domain::quality::Rag::Amber);
    let improving =
        Improving { id: id(40), visit: id(1), provider: id(2), standard: id(20), area, action, owner, due_on, rag };
    let item = Item { attempts: 1, ..Item::new(id(40), 6, id(1), Work::Improve(improving)) };
    assert!(matches!(command(&item), Some(Command { act: Act::Improve(_), .. })));
    let left = |code: &str| {
        let reason = Reason::Unknown { code: code.to_owned(), message: "Words.".to_owned() };
        after(std::slice::from_ref(&item), &item, refused(reason, None)).items.remove(&id(40))
    };
    assert_eq!(left("ID_TAKEN"), None);
    let standing = left("DUE_TOO_EARLY").map(|item| item.standing);
    assert!(matches!(standing, Some(Standing::Attention { why: Trouble::Refused { .. } })), "{standing:?}");
}

#[test]
fn what_comes_too_late_goes_again_as_an_addendum() {
    let closed = refused(Reason::Judgement(RecordJudgementRefusal::VisitClosed), None);
    let over = refused(Reason::Evidence(AddEvidenceRefusal::VisitOver), None);
    for (item, verdict) in [(answer(10, "By each door"), closed.clone()), (record(), over)] {
        let state = after(std::slice::from_ref(&item), &item, verdict);
        let late = &state.items[&item.id];
        assert!(late.is_addendum && late.key == id(777) && late.standing == Standing::Ready, "{late:?}");
        assert!(matches!(command(late), Some(Command { act: Act::KeepAddendum(_), .. })));
    }
    let late = Item { is_addendum: true, ..answer(10, "By each door") };
    let state = after(std::slice::from_ref(&late), &late, closed);
    assert!(matches!(state.items[&id(10)].standing, Standing::Attention { .. }), "once is enough");
}

/// Every refusal that nothing better is known about needs attention, and keeps what was typed.
#[test]
fn no_refusal_drops_anything() {
    let item = answer(10, "By each door");
    for code in RecordJudgementRefusal::ALL {
        let state = after(std::slice::from_ref(&item), &item, refused(Reason::Judgement(*code), None));
        let kept = &state.items[&id(10)];
        assert!(matches!(&kept.work, Work::Answer(judging) if judging.answer == seen("By each door")), "{code}");
    }
    for code in AddEvidenceRefusal::ALL {
        let state = after(&[record(), bytes(None)], &record(), refused(Reason::Evidence(*code), None));
        assert!(state.items.contains_key(&id(30)) && state.items.contains_key(&id(31)), "{code}");
    }
    let unknown = Reason::Unknown { code: "NEW".into(), message: "Something new.".into() };
    let state = after(std::slice::from_ref(&item), &item, refused(unknown, None));
    assert!(matches!(state.items[&id(10)].standing, Standing::Attention { .. }));
}

#[test]
fn a_record_that_an_earlier_attempt_brought_is_there() {
    let Announced { id: evidence, visit, bytes, .. } = announced();
    let row = |bytes| {
        Row::Evidence(Evidence {
            id: evidence,
            visit,
            standard: None,
            kind: EvidenceKind::Photo,
            bytes,
            captured_by: id(7),
            caption: None,
            file: id(40),
            state: FileState::Expected,
            refusal: None,
            is_withdrawn: false,
            is_addendum: false,
        })
    };
    let taken = |row| refused(Reason::Evidence(AddEvidenceRefusal::IdTaken), Some(row));
    let state = after(&[record()], &record(), taken(row(bytes)));
    assert!(state.items.is_empty());
    assert_eq!(state.captures[&evidence].file, Some(id(40)));
    let others = Bytes { size: 4, ..bytes };
    let state = after(&[record()], &record(), taken(row(others)));
    assert!(matches!(state.items[&evidence].standing, Standing::Attention { .. }), "it is somebody else's");
}

#[test]
fn a_withdrawal_goes_with_the_record_that_was_refused() {
    let withdraw = Item::new(id(60), 6, id(1), Work::Withdraw { evidence: id(30), reason: "Blurred".into() });
    let refusal = refused(Reason::Evidence(AddEvidenceRefusal::NotAllowed), None);
    assert!(after(&[record(), withdraw], &record(), refusal).items.is_empty());
}

#[test]
fn a_receipt_counts_only_for_the_manifest_that_was_sent_and_with_the_servers_signature() {
    let manifest = Manifest::new([(id(30), announced().bytes)]).expect("once").sha256();
    let (server, stranger) = (Signer::of(1), Signer::of(2));
    let completed = |manifest, signer: &Signer| {
        let receipt = Receipt { visit: id(1), manifest, completed_at: moment().now, signature: String::new() };
        let done = Done { receipt: Some(signer.signed(receipt)), ..Done::default() };
        let mut state = state(&[complete()]);
        state.feed.receipt_keys = [server.public_key()].into();
        let changes = settle(&state, &complete(), Verdict::Done(done), moment());
        changes.into_iter().for_each(|change| state.apply(change));
        state
    };
    let state = completed(manifest, &server);
    assert!(state.items.is_empty() && state.receipts.contains_key(&id(1)));
    let state = completed(Sha256Sum::of(b"another"), &server);
    assert_eq!(state.items[&id(50)].standing, Standing::Attention { why: Trouble::ReceiptDiffers });
    assert!(state.receipts.is_empty());
    let state = completed(manifest, &stranger);
    let Standing::RetryAt { why, .. } = &state.items[&id(50)].standing else { panic!("{:?}", state.items) };
    assert_eq!(*why, Trouble::ReceiptUnverified, "the feed may name its key yet");
    assert!(state.receipts.is_empty());
}

#[test]
fn a_completion_that_is_refused_is_asked_for_again_as_it_should_be() {
    use CompleteVisitRefusal::{ChecklistIncomplete, EvidenceNotVerified, ManifestMismatch};
    let outcome = |code| {
        let state = after(&[complete()], &complete(), refused(Reason::Completion(code), None));
        let item = state.items[&id(50)].clone();
        let is_same = item.key == id(50);
        (is_same, item.standing, item.work == Work::Complete { manifest: None, proposed: Some(id(60)) })
    };
    let at = moment().now + TimeDelta::seconds(2);
    let waits = Standing::RetryAt { at, why: Trouble::NotVerified { missing: Vec::new() } };
    assert_eq!(outcome(EvidenceNotVerified), (true, waits.clone(), false), "the same request, later");
    assert_eq!(outcome(ManifestMismatch), (false, waits, true), "another request, with what is known then");
    let reason = Reason::Completion(ChecklistIncomplete);
    let why = Trouble::Refused { reason, missing: Vec::new() };
    assert_eq!(outcome(ChecklistIncomplete), (true, Standing::Attention { why }, false), "somebody has to answer");
}

#[test]
fn bytes_go_on_from_where_the_server_has_them() {
    let state = state(&[bytes(Some(1))]);
    let settled = |change| match change {
        Change::Put(Record::Item(item)) => Some((item.standing, item.work)),
        _ => None,
    };
    let upload = |offset: Option<Option<u64>>| {
        let upload = offset.map(|offset| Upload { url: "there".into(), offset });
        Work::Bytes { evidence: id(30), size: 3, upload }
    };
    let some = arrived(&state, &bytes(Some(1)), "there".into(), 2);
    assert_eq!(settled(some), Some((Standing::Ready, upload(Some(Some(2))))));
    let all = arrived(&state, &bytes(Some(1)), "there".into(), 3);
    assert_eq!(settled(all), Some((Standing::Checking, upload(Some(Some(3))))));
    assert_eq!(settled(gone(&bytes(Some(1)))), Some((Standing::Ready, upload(None))));
    let cut = failed(&bytes(Some(1)), &RemoteError::Unreachable, moment());
    let (standing, work) = settled(cut).expect("it stays");
    assert!(matches!(standing, Standing::RetryAt { why: Trouble::Unreachable, .. }));
    assert_eq!(work, upload(Some(None)), "the server is asked first");
}

#[test]
fn a_verdict_on_a_file_settles_its_bytes() {
    use FileState::{Accepted, Expected, Quarantined, Refused};
    let checking = Item { standing: Standing::Checking, ..bytes(Some(3)) };
    let standing = |change| match change {
        Some(Change::Put(Record::Item(item))) => Some(item.standing),
        _ => None,
    };
    let refused = |reason| Some(Standing::Attention { why: Trouble::File { reason } });
    assert_eq!(judged_file(&checking, Accepted, None), Some(Change::Remove(Key::Item(id(31)))));
    assert_eq!(judged_file(&checking, Quarantined, None), None);
    let damaged = judged_file(&checking, Refused, Some(FileRefusal::Damaged));
    assert_eq!(standing(damaged), refused(FileRefusal::Damaged));
    let on_the_way = judged_file(&checking, Refused, Some(FileRefusal::HashMismatch));
    assert_eq!(standing(on_the_way), Some(Standing::Ready), "sent again");
    assert_eq!(standing(judged_file(&checking, Expected, None)), Some(Standing::Ready), "the server lost it");
    assert_eq!(judged_file(&bytes(Some(1)), Expected, None), None, "it is on its way");
}
