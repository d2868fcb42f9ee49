//! What an app shows of a phone, and what it can take away from one: views, photos, the way out, another PIN.

mod world;

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use chrono::{DateTime, NaiveDate, Utc};
use domain::file::MediaType;
use domain::organisation::ContactRole;
use domain::quality::{ActionState, DocumentState, EvidenceKind, Rag, VisitState};
use domain::reference::{AnswerKind, EvidenceWanted, Need};
use futures_util::FutureExt;
use uuid::Uuid;
use waymark_mobile_sync::environment::Credentials;
use waymark_mobile_sync::item::{Item, Work};
use waymark_mobile_sync::phone::{Beginning, Signer, Staging, Task, erase, is_kept};
use waymark_mobile_sync::shown::{AnswerFields, BadInput, Evidence, EvidenceState, ItemStatus};
use waymark_mobile_sync::vault::{Cost, Secret, VaultError};
use waymark_mobile_sync::wire::{
    Action, Answer, Document, Finding, Framework, Judgement, Outcome, Person, Provider, Pupil, Rating, Row, Site,
    Standard, Visit, Visitor,
};
use waymark_mobile_sync::{Error, Phone};

use crate::world::World;

const PIN: Secret<'_> = Secret::Pin("428517");
const JPEG: &[u8] = b"the bytes of a photo";

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn noon() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().expect("an instant")
}

fn rows() -> Vec<Row> {
    let (visit, provider) = (id(10), id(20));
    let standard = |number, code: &str, answer, evidence| Standard {
        id: id(number),
        code: code.into(),
        section: "The building".into(),
        title: "Fire safety".into(),
        guidance: None,
        answer,
        competent_person: number == 31,
        evidence,
    };
    let wanted = |kind, need| EvidenceWanted { kind, need, what: "The plan by the door".into() };
    let judgement = |number, account, name: &str| Judgement {
        id: id(number),
        visit,
        standard: id(31),
        account,
        account_name: name.into(),
        answer: Answer { rating: Some(id(41)), seen: "Clear".into(), ..Answer::default() },
        revision: 1,
    };
    let document = |number, expires_on: Option<&str>| Document {
        id: id(number),
        provider,
        title: "Insurance".into(),
        state: DocumentState::Accepted,
        expires_on: expires_on.map(day),
    };
    vec![
        Row::Visit(Visit {
            id: visit,
            provider,
            site: Some(id(21)),
            framework: id(30),
            state: VisitState::InProgress,
            purpose: "Yearly visit".into(),
            planned_for: day("2026-11-20"),
            planned_at: Some("10:30".into()),
            visitors: vec![
                Visitor { account: id(1), name: "Ines Calder".into(), leads: true },
                Visitor { account: id(2), name: "Tom Ashdown".into(), leads: false },
            ],
            receipt: None,
        }),
        Row::Provider(Provider {
            id: provider,
            name: "Alder Workshop".into(),
            contact: Some("Ruth Penn".into()),
            telephone: Some("01632 960123".into()),
            people: vec![Person { name: "Ruth Penn".into(), role: ContactRole::DeputyDsl, telephone: None }],
        }),
        Row::Site(Site { id: id(21), provider, name: "Mill Lane".into(), address: "4 Mill Lane".into() }),
        Row::Framework(Framework {
            id: id(30),
            name: "Visit record".into(),
            ratings: vec![Rating { id: id(41), code: "M".into(), label: "Met".into(), falls_short: false }],
            standards: vec![
                standard(31, "1a", AnswerKind::Rating, vec![wanted(EvidenceKind::Photo, Need::Required)]),
                standard(32, "1b", AnswerKind::Text, Vec::new()),
                standard(33, "1c", AnswerKind::Text, vec![wanted(EvidenceKind::Photo, Need::Never)]),
            ],
            outcomes: vec![Outcome { id: id(42), label: "On the list".into(), needs_actions: true }],
        }),
        Row::Judgement(judgement(50, id(2), "Tom Ashdown")),
        Row::Finding(Finding {
            id: id(60),
            provider,
            standard: id(31),
            rating: None,
            seen: "No plan".into(),
            action: "Put one up".into(),
        }),
        Row::Action(Action {
            id: id(61),
            provider,
            action: "Put up a plan".into(),
            owner: "Ruth Penn".into(),
            due_on: day("2026-12-01"),
            rag: Rag::Amber,
            state: ActionState::Open,
        }),
        Row::Document(document(62, None)),
        Row::Document(document(63, Some("2027-03-31"))),
        Row::Document(Document { provider: id(99), ..document(64, None) }),
        Row::Pupil(Pupil { id: id(70), visit, initials: "AB".into(), year: "10".into(), days: "Mon, Tue".into() }),
        Row::Pupil(Pupil { id: id(71), visit: id(11), initials: "CD".into(), year: "9".into(), days: "Fri".into() }),
    ]
}

/// A phone that is signed in, has read the feed, and holds an answer and a photo.
fn phone(world: &World) -> Phone<World> {
    let phone = now(Phone::open(world.clone(), PIN, Cost::LEAST)).expect("open");
    now(phone.sign_in(Credentials { email: "ines@waymark.example", password: "-", device: "A phone", code: None }))
        .expect("in");
    now(phone.pull()).expect("read");
    let fields = AnswerFields {
        rating: Some(id(41).to_string()),
        seen: "The plan hangs by the door".into(),
        action: String::new(),
        answered_on: None,
        next_on: None,
        missing_reason: None,
    };
    phone.answer(id(10), id(31), (&fields).try_into().expect("an answer")).expect("kept");
    now(phone.stage(staging(31), JPEG)).expect("staged");
    phone
}

fn staging(standard: u128) -> Staging {
    Staging {
        visit: id(10),
        standard: Some(id(standard)),
        kind: EvidenceKind::Photo,
        media_type: MediaType::Jpeg,
        captured_at: noon(),
        caption: Some("By the door".into()),
    }
}

/// What is there without waiting.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing to wait for")
}

#[test]
fn a_visit_is_shown_with_all_that_a_screen_needs() {
    let phone = phone(&World::default());
    let shown = phone.show_visit(id(10)).expect("there");
    assert_eq!(phone.show_visits(), std::slice::from_ref(&shown.summary));
    let sizes =
        [shown.visitors.len(), shown.pupils.len(), shown.actions.len(), shown.findings.len(), shown.answers.len()];
    assert_eq!(sizes, [2, 1, 1, 1, 2], "of this visit and its provider alone");
    assert_eq!((shown.summary.answered, shown.summary.standards, shown.summary.safety.waiting), (1, 3, 3));
    let ends: Vec<_> = shown.documents.iter().map(|document| document.expires_on.as_deref()).collect();
    assert_eq!(ends, [Some("2027-03-31"), None], "the first to end first, and those of this provider alone");
    let [person] = shown.provider.as_ref().expect("there").people.as_slice() else { panic!("{shown:?}") };
    assert_eq!((person.name.as_str(), person.role.as_str()), ("Ruth Penn", "deputy_dsl"));
    let standards = &shown.framework.as_ref().expect("there").standards;
    assert_eq!((standards[0].section.as_str(), standards[0].competent_person), ("The building", true));
    assert!(shown.visitors[0].is_self && !shown.visitors[1].is_self);
    let status = phone.show_status(7);
    assert_eq!((status.unsent.answers, status.unsent.photos, status.unsent.others), (1, 1, 1));
    assert_eq!((status.unsent.bytes, status.revision, status.network.as_str()), (JPEG.len() as u64, 7, "metered"));
    assert_eq!(phone.show_visit(id(11)), None);
}

#[test]
fn a_visit_is_begun_with_what_the_phone_knows() {
    let phone = phone(&World::default());
    let known = phone.show_known();
    let names =
        |named: &[waymark_mobile_sync::shown::Named]| named.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names(&known.providers), names(&known.frameworks)),
        (vec!["Alder Workshop".into()], vec!["Visit record".into()])
    );
    let (provider, framework, purpose) = (id(20), id(30), "Unannounced visit".to_owned());
    let beginning = Beginning { provider, framework, purpose, on: day("2026-11-20") };
    assert_eq!(phone.begin_visit(Beginning { provider: id(99), ..beginning.clone() }), Err(Error::NotFound));
    let begun = phone.begin_visit(beginning).expect("begun");
    phone.answer(begun, id(32), Answer { seen: "Clear".into(), ..Answer::default() }).expect("kept");
    let shown = phone.show_visit(begun).expect("there");
    let site = shown.site.as_ref().map(|site| site.name.as_str());
    assert_eq!(
        (shown.summary.provider.as_str(), site, shown.summary.standards),
        ("Alder Workshop", Some("Mill Lane"), 3)
    );
    assert!(shown.visitors[0].is_self && shown.visitors[0].leads);
    let planning = shown.beginning.as_ref().expect("not planned yet");
    assert_eq!(planning.status, ItemStatus::Ready);
    let waiting = shown.answers[0].unsent.as_ref().expect("not sent yet");
    assert_eq!(waiting.status, ItemStatus::Waiting { on: planning.item.clone() });
    assert!(phone.show_visit(id(10)).expect("there").beginning.is_none());
}

#[test]
fn both_sides_sign_the_same_words_and_a_change_takes_both_back() {
    let phone = phone(&World::default());
    for (name, role) in [("Dana Example", "Head of centre"), ("Ines Calder", "QA visitor")] {
        let shown = phone.statement(id(10)).expect("there");
        let signer = Signer { name, role };
        now(phone.sign(id(10), shown, signer, MediaType::Png, name.as_bytes())).expect("signed");
    }
    let standing = || {
        let evidence = phone.show_visit(id(10)).expect("there").evidence;
        let stands =
            |piece: &&Evidence| piece.kind == "signature" && !matches!(piece.state, EvidenceState::Withdrawn { .. });
        evidence.iter().filter(stands).count()
    };
    assert_eq!(standing(), 2);
    phone.answer(id(10), id(32), Answer { seen: "Blocked".into(), ..Answer::default() }).expect("kept");
    assert_eq!(standing(), 0);
}

#[test]
fn one_action_is_set_on_a_standard_and_can_be_changed_until_it_is_sent() {
    let phone = phone(&World::default());
    let task = |owner: &str| Task {
        area: "Fire safety".into(),
        action: "Put up a plan".into(),
        owner: owner.into(),
        due_on: day("2026-12-04"),
        rag: Rag::Amber,
    };
    let item = phone.improve(id(10), id(31), task("Ruth Penn")).expect("kept");
    assert_eq!(phone.improve(id(10), id(31), task("Head of centre")).expect("kept"), item, "it is changed");
    let other = phone.improve(id(10), id(32), task("Ruth Penn")).expect("kept");
    assert_ne!(other, item);
    let shown = phone.show_visit(id(10)).expect("there");
    let mut standards: Vec<_> = shown.improving.iter().map(|one| one.standard.clone()).collect();
    standards.sort();
    assert_eq!(standards, [id(31), id(32)].map(|id| id.to_string()));
    let owners = phone.look(|state| {
        let owner = |item: &Item| match &item.work {
            Work::Improve(improving) => Some(improving.owner.clone()),
            _ => None,
        };
        state.items.values().filter_map(owner).collect::<BTreeSet<_>>()
    });
    assert_eq!(owners, BTreeSet::from(["Head of centre".to_owned(), "Ruth Penn".to_owned()]));
    phone.cancel(item.expect("an item"), "").expect("taken back");
    assert_eq!(phone.show_visit(id(10)).expect("there").improving.len(), 1);
    assert_eq!(phone.improve(id(11), id(31), task("Ruth Penn")), Err(Error::NoSuchVisit));
}

#[test]
fn an_outcome_is_proposed_with_the_completion_until_that_is_taken_back() {
    let phone = phone(&World::default());
    let shown = || phone.show_visit(id(10)).expect("there");
    let outcomes = shown().framework.expect("known").outcomes;
    assert_eq!((outcomes[0].label.as_str(), outcomes[0].needs_actions), ("On the list", true));
    assert_eq!(shown().proposed, None);
    let item = phone.complete(id(10), Some(id(42))).expect("noted").expect("an item");
    assert_eq!(phone.complete(id(10), None), Ok(Some(item)), "the first stands");
    assert_eq!(shown().proposed, Some(id(42).to_string()));
    phone.cancel(item, "").expect("taken back");
    assert_eq!((shown().completion, shown().proposed), (None, None));
}

#[test]
fn a_photo_is_shown_as_long_as_its_bytes_are_here() {
    let phone = phone(&World::default());
    let evidence = phone.visit(id(10)).expect("there").evidence[0].id;
    let photo = now(phone.photo(evidence)).expect("readable").expect("here");
    assert_eq!((photo.media_type, photo.bytes.as_slice()), (MediaType::Jpeg, JPEG));
    assert_eq!(now(phone.photo(id(5))), Ok(None));
    phone.cancel(evidence, "Blurred").expect("taken back");
    now(phone.run_until_rest()).expect("tidied");
    assert_eq!(now(phone.photo(evidence)), Ok(None));
}

#[test]
fn what_is_unsent_leaves_as_one_file_that_anybody_can_read() {
    let phone = phone(&World::default());
    let gone = now(phone.stage(staging(31), b"another photo")).expect("staged");
    phone.cancel(gone, "Blurred").expect("taken back");
    let zip = now(phone.export_unsent()).expect("exported");
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).expect("a ZIP");
    let mut read = |name: String| {
        let mut bytes = Vec::new();
        zip.by_name(&name).expect("there").read_to_end(&mut bytes).expect("readable");
        bytes
    };
    let json: serde_json::Value = serde_json::from_slice(&read("unsent.json".into())).expect("JSON");
    let captures = json["captures"].as_array().expect("a list");
    assert_eq!(captures.len(), 1);
    assert_eq!(json["items"].as_array().map(Vec::len), Some(3), "an answer, a record, its bytes");
    let photo = read(format!("evidence/{}.jpg", captures[0]["id"].as_str().expect("an id")));
    assert_eq!(photo, JPEG);
    let words = String::from_utf8(read(format!("visits/{}.txt", id(10)))).expect("words");
    assert!(words.contains("The plan hangs by the door"), "{words}");
    assert!(!json.to_string().contains("\"AB\"") && !words.contains("AB"), "no pupil is in it");
    assert_eq!(zip.len(), 3);
}

#[test]
fn another_pin_opens_the_same_phone_and_the_old_one_does_not() {
    let world = World::default();
    let before = phone(&world).show_visits();
    let phone = now(Phone::open(world.clone(), PIN, Cost::LEAST)).expect("open");
    phone.change_secret(Secret::Key(&[7; 32]), Cost::LEAST).expect("changed");
    drop(phone);
    let refused = now(Phone::open(world.clone(), PIN, Cost::LEAST)).err();
    assert_eq!(refused, Some(Error::Vault(VaultError::WrongSecret)));
    let again = now(Phone::open(world, Secret::Key(&[7; 32]), Cost::LEAST)).expect("open");
    assert_eq!(again.show_visits(), before);
}

#[test]
fn a_phone_that_nobody_can_open_is_erased() {
    let world = World::default();
    assert_eq!(is_kept(&world.store), Ok(false));
    drop(phone(&world));
    assert_eq!(is_kept(&world.store), Ok(true));
    now(erase(&world.store, &world.media)).expect("erased");
    assert_eq!(is_kept(&world.store), Ok(false));
    assert!(now(Phone::open(world, Secret::Pin("111111"), Cost::LEAST)).expect("new").visits().is_empty());
}

#[test]
fn what_a_screen_hands_over_wrongly_is_said_so() {
    let fields = AnswerFields {
        rating: None,
        seen: String::new(),
        action: String::new(),
        answered_on: Some("20/11/2026".into()),
        next_on: None,
        missing_reason: None,
    };
    let bad = Answer::try_from(&fields);
    assert_eq!(bad, Err(BadInput { what: "day", text: "20/11/2026".into() }));
    let key = waymark_mobile_sync::shown::Secret::Key { key: vec![1; 31] };
    assert!(key.read().is_err());
}
