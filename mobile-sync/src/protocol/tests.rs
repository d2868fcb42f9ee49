use proptest::prelude::*;

use super::*;
use crate::item::Items;
use crate::item::Trouble;
use crate::state::{Choices, Feed, Kept};
use crate::wire::{Announced, Answer, Evidence, Judging, Receipt, Row, Visit};
use domain::file::MediaType;
use domain::manifest::{Bytes, Sha256Sum};
use domain::quality::{EvidenceKind, VisitState};

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn later(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

fn answer(number: u128, standard: u128) -> Item {
    let judging = Judging { id: id(900), visit: id(1), standard: id(standard), answer: Answer::default(), base: None };
    Item::new(id(number), number as u64, id(1), Work::Answer(judging))
}

fn bytes(number: u128, evidence: u128) -> Item {
    Item::new(id(number), number as u64, id(1), Work::Bytes { evidence: id(evidence), size: 3, upload: None })
}

fn signed_in(items: impl IntoIterator<Item = Item>) -> State {
    let items: Items = items.into_iter().map(|item| (item.id, item)).collect();
    let session = Session::In { account: id(7), name: "Sam".into(), token: "wm".into(), expires_at: None };
    State { session, items, ..State::default() }
}

/// A line on which the feed has just been read.
fn quiet() -> Line {
    Line { pulled_at: Some(now()), pull_wanted: false, ..Line::new(Network::Unmetered) }
}

fn retry(item: Item, at: DateTime<Utc>) -> Item {
    Item { attempts: 1, standing: Standing::RetryAt { at, why: Trouble::ServerFailed }, ..item }
}

#[test]
fn what_comes_first_is_done_first() {
    let everything = || signed_in([answer(10, 20), bytes(11, 30)]);
    let revoked = State { session: Session::Revoked, ..everything() };
    let out = State { session: Session::Out { account: id(7), name: "Sam".into() }, ..everything() };
    let wifi_only =
        State { choices: Choices { photos_on_wifi_only: true, ..Choices::default() }, ..signed_in([bytes(11, 30)]) };
    let metered = Line { network: Network::Metered, ..quiet() };
    let next_pull = now() + Choices::default().pull_every();
    let checking = signed_in([Item { standing: Standing::Checking, ..bytes(11, 30) }]);
    let cases = [
        ("a revoked phone wipes", revoked, quiet(), Step::Wipe),
        ("nobody is signed in", out, quiet(), Step::Rest(None)),
        ("offline", everything(), Line { network: Network::Offline, ..quiet() }, Step::Rest(None)),
        ("the line rests", everything(), Line { rests_until: Some(later(30)), ..quiet() }, Step::Rest(Some(later(30)))),
        ("small before large", everything(), quiet(), Step::Push(vec![id(10)])),
        ("the feed before bytes", signed_in([bytes(11, 30)]), Line::new(Network::Metered), Step::Pull),
        ("bytes", signed_in([bytes(11, 30)]), metered, Step::Send(id(11))),
        ("photos wait for wifi", wifi_only.clone(), metered, Step::Rest(Some(next_pull))),
        ("photos go by wifi", wifi_only, quiet(), Step::Send(id(11))),
        ("nothing to do", signed_in([]), quiet(), Step::Rest(Some(next_pull))),
        ("a verdict is expected", checking, quiet(), Step::Rest(Some(now() + PULL_SOON))),
        ("a retry is due later", signed_in([retry(answer(10, 20), later(9))]), quiet(), Step::Rest(Some(later(9)))),
        ("a retry is due", signed_in([retry(answer(10, 20), later(0))]), quiet(), Step::Push(vec![id(10)])),
        ("a clock that went back", signed_in([retry(answer(10, 20), later(7_200))]), quiet(), Step::Push(vec![id(10)])),
        (
            "what needs attention holds up nothing",
            signed_in([
                Item { standing: Standing::Attention { why: Trouble::Damaged }, ..bytes(11, 30) },
                bytes(12, 31),
            ]),
            quiet(),
            Step::Send(id(12)),
        ),
        (
            "the feed that fails holds up nothing",
            signed_in([bytes(11, 30)]),
            Line { pull_rests_until: Some(later(60)), pull_wanted: true, ..quiet() },
            Step::Send(id(11)),
        ),
    ];
    for (name, state, line, expected) in cases {
        assert_eq!(next_step(now(), &state, &line), expected, "{name}");
    }
}

#[test]
fn a_session_in_its_last_month_gets_a_new_token_before_anything_is_sent() {
    let ending = |days| {
        let ends = Some(now() + TimeDelta::days(days));
        let session = Session::In { account: id(7), name: "Sam".into(), token: "wm".into(), expires_at: ends };
        let feed = Feed { heard_at: Some(now()), ..Feed::default() };
        State { session, feed, ..signed_in([answer(10, 20)]) }
    };
    let send = Step::Push(vec![id(10)]);
    assert_eq!(next_step(now(), &ending(31), &quiet()), send);
    assert_eq!(next_step(now(), &ending(30), &quiet()), Step::Refresh);
    assert_eq!(next_step(now(), &ending(-1), &quiet()), Step::Refresh);
    let asked = Line { refresh_rests_until: Some(later(60)), ..quiet() };
    assert_eq!(next_step(now(), &ending(30), &asked), send, "what was just asked for is not asked for again");
    let unheard = State { feed: Feed::default(), ..ending(30) };
    assert_eq!(next_step(now(), &unheard, &quiet()), send, "the phone's own clock does not say when");
}

#[test]
fn what_failed_goes_last_and_in_small_company() {
    let failed = |number, attempts| Item { attempts, ..answer(number, number) };
    let fresh = (100..130).map(|number| answer(number, number));
    let state = signed_in(fresh.chain([failed(1, 3), failed(2, 3), failed(3, 3)]));
    let Step::Push(first) = next_step(now(), &state, &quiet()) else { panic!("commands go first") };
    assert_eq!(first, (100..120).map(id).collect::<Vec<_>>());
    let Step::Push(company) = next_step(now(), &signed_in([failed(1, 3), failed(2, 3), failed(3, 3)]), &quiet()) else {
        panic!("they are ready")
    };
    assert_eq!(company, [id(1), id(2)]);
    let alone = signed_in([failed(1, 6), failed(2, 6)]);
    assert_eq!(next_step(now(), &alone, &quiet()), Step::Push(vec![id(1)]));
}

/// Two items that break every call they are part of are due again whenever the line is. What is not to blame goes all the same.
#[test]
fn what_breaks_calls_waits_until_the_feed_has_answered() {
    let broken = Line { failures: 4, ..quiet() };
    let state = || [retry(answer(10, 20), later(0)), retry(answer(11, 21), later(0)), bytes(12, 30)];
    assert_eq!(next_step(now(), &signed_in(state()), &broken), Step::Pull);
    assert_eq!(next_step(now(), &signed_in(state()), &quiet()), Step::Push(vec![id(10), id(11)]), "it has answered");
    let fresh = signed_in(state().into_iter().chain([answer(13, 22)]));
    assert_eq!(next_step(now(), &fresh, &broken), Step::Push(vec![id(13)]), "nothing is known against it");
    let feed_fails = Line { pull_rests_until: Some(later(60)), ..broken };
    assert_eq!(next_step(now(), &signed_in(state()), &feed_fails), Step::Push(vec![id(10), id(11)]));
}

fn capture(withdrawn: Option<&str>, file: Option<Uuid>) -> Capture {
    let announced = Announced {
        id: id(30),
        visit: id(1),
        standard: None,
        kind: EvidenceKind::Photo,
        bytes: Bytes { sha256: Sha256Sum::of(b"abc"), size: 3 },
        media_type: MediaType::Jpeg,
        captured_at: now(),
        caption: None,
    };
    let withdrawn = withdrawn.map(str::to_owned);
    Capture { announced, nonce: vec![0; 19], has_bytes: true, file, is_addendum: false, withdrawn, signs: None }
}

fn visit() -> Row {
    Row::Visit(Visit {
        id: id(1),
        provider: id(2),
        site: None,
        framework: id(3),
        state: VisitState::Complete,
        purpose: String::new(),
        planned_for: now().date_naive(),
        planned_at: None,
        visitors: Vec::new(),
        receipt: None,
    })
}

fn held(state: FileState) -> Row {
    let Announced { id, visit, bytes, .. } = capture(None, None).announced;
    let row = Evidence {
        id,
        visit,
        standard: None,
        kind: EvidenceKind::Photo,
        bytes,
        captured_by: Uuid::nil(),
        caption: None,
        file: Uuid::nil(),
        state,
        refusal: None,
        is_withdrawn: false,
        is_addendum: false,
    };
    Row::Evidence(row)
}

/// A visit with a receipt of so many days ago, by the server's clock, and a capture.
fn kept(days: i64, capture: Capture, rows: &[Row]) -> State {
    let receipt = Receipt { visit: id(1), manifest: Sha256Sum::of(b""), completed_at: now(), signature: String::new() };
    let rows = rows.iter().map(|row| (row.id(), Kept { generation: 0, row: row.clone() }));
    State {
        captures: [(id(30), capture)].into(),
        receipts: [(id(1), receipt)].into(),
        rows: rows.collect(),
        feed: Feed { heard_at: Some(now() + TimeDelta::days(days)), ..Feed::default() },
        ..signed_in([])
    }
}

#[test]
fn media_leave_only_when_nothing_rests_on_them() {
    use FileState::{Accepted, Quarantined};
    let sent = || capture(None, Some(id(40)));
    let gone = Some(Change::Remove(Key::Capture(id(30))));
    let withdrawn = capture(Some("Blurred"), Some(id(40)));
    let emptied = Some(Change::Put(Record::Capture(Capture { has_bytes: false, ..withdrawn.clone() })));
    let restored = Feed { restored_at: Some(now()), heard_at: Some(now() + TimeDelta::days(99)), ..Feed::default() };
    let cases = [
        ("the days are over", kept(14, sent(), &[visit(), held(Accepted)]), gone.clone()),
        ("not yet", kept(13, sent(), &[visit(), held(Accepted)]), None),
        ("not verified", kept(99, sent(), &[visit(), held(Quarantined)]), None),
        ("the server never had it", kept(99, capture(None, None), &[visit()]), None),
        ("the server was restored", State { feed: restored, ..kept(99, sent(), &[visit(), held(Accepted)]) }, None),
        ("no receipt", State { receipts: [].into(), ..kept(99, sent(), &[visit(), held(Accepted)]) }, None),
        ("the visit may not be seen any more", kept(0, sent(), &[]), gone.clone()),
        ("withdrawn before it was sent", kept(0, capture(Some("Blurred"), None), &[visit()]), gone.clone()),
        ("withdrawn: the bytes go at once", kept(0, withdrawn.clone(), &[visit()]), emptied),
        (
            "withdrawn, and the bytes are gone",
            kept(0, Capture { has_bytes: false, ..withdrawn.clone() }, &[visit()]),
            None,
        ),
        ("withdrawn, and the days are over", kept(14, withdrawn, &[visit()]), gone),
    ];
    for (name, state, expected) in cases {
        assert_eq!(tidied(&state.captures[&id(30)], &state), expected, "{name}");
    }
    let waiting = State { items: signed_in([bytes(11, 30)]).items, ..kept(99, sent(), &[visit(), held(Accepted)]) };
    assert_eq!(tidied(&waiting.captures[&id(30)], &waiting), None, "its bytes are on their way");
}

fn standing() -> impl Strategy<Value = Standing> {
    let retry = (-100..20_000_i64).prop_map(|at| Standing::RetryAt { at: later(at), why: Trouble::Unreachable });
    prop_oneof![
        Just(Standing::Ready),
        retry,
        Just(Standing::Checking),
        Just(Standing::Attention { why: Trouble::Damaged })
    ]
}

fn any_item() -> impl Strategy<Value = Item> {
    (1..200_u128, 0..4_u128, any::<bool>(), 0..9_u32, standing()).prop_map(
        |(number, on, is_small, attempts, standing)| {
            let item = if is_small { answer(number, on) } else { bytes(number, on) };
            Item { attempts, standing, ..item }
        },
    )
}

proptest! {
    /// Whatever the state, the step is one that can be taken, and a rest ends in the future, and soon.
    #[test]
    fn every_step_can_be_taken(items in prop::collection::vec(any_item(), 0..30), pulled in -9_000..9_000_i64) {
        let state = signed_in(items);
        let line = Line { pulled_at: Some(later(pulled)), ..quiet() };
        let goes = |id: &Uuid| {
            let item = &state.items[id];
            let is_held = matches!(item.standing, Standing::Checking | Standing::Attention { .. });
            !is_held && item.waits_for(&state.items).is_none()
        };
        match next_step(now(), &state, &line) {
            Step::Push(ids) => prop_assert!(!ids.is_empty() && ids.iter().all(goes)),
            Step::Send(id) => prop_assert!(goes(&id) && !state.items[&id].is_small()),
            Step::Rest(until) => {
                let until = until.expect("somebody is signed in, and connected");
                prop_assert!(until > now() && until <= now() + state.choices.pull_every());
                let due = |item: &Item| item.standing == Standing::Ready && item.waits_for(&state.items).is_none();
                prop_assert!(!state.items.values().any(due), "something is ready");
            }
            Step::Pull => {}
            Step::Wipe | Step::Refresh | Step::Tidy(_) => prop_assert!(false, "nothing calls for this"),
        }
    }
}
