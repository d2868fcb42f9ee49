//! What is kept on phones in the field must be read by every later version: a snapshot of each kept type, and a file that
//! each earlier version has written.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use domain::file::{FileRefusal, FileState, MediaType};
use domain::manifest::{Bytes, Sha256Sum};
use domain::organisation::ContactRole;
use domain::quality::judgement::RecordJudgementRefusal;
use domain::quality::{ActionState, DocumentState, EvidenceKind, Rag, VisitState};
use domain::reference::{AnswerKind, EvidenceWanted, Need};
use uuid::Uuid;
use waymark_mobile_sync::item::{Item, Standing, Trouble, Upload, Work};
use waymark_mobile_sync::state::{Capture, Choices, Feed, Given, Kept, Record, Session};
use waymark_mobile_sync::statement::Statement;
use waymark_mobile_sync::store::{SqliteStore, Store, Write};
use waymark_mobile_sync::vault::{Cost, Secret, Vault, WrappedKey};
use waymark_mobile_sync::wire::{
    Action, Announced, Answer, Document, Evidence, Finding, Framework, Improving, Judgement, Judging, Outcome, Person,
    Provider, Pupil, Rating, Reason, Receipt, Row, Site, Standard, Visit, Visitor,
};

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn instant() -> DateTime<Utc> {
    "2026-03-03T10:30:00.250Z".parse().expect("an instant")
}

fn day() -> NaiveDate {
    instant().date_naive()
}

fn bytes() -> Bytes {
    Bytes { sha256: Sha256Sum::of(b"abc"), size: 3 }
}

fn answer() -> Answer {
    Answer {
        rating: Some(id(1)),
        seen: "By each door".into(),
        action: "Unlock one".into(),
        answered_on: Some(day()),
        next_on: Some(day()),
        missing_reason: Some("In use".into()),
    }
}

fn judging() -> Judging {
    Judging { id: id(2), visit: id(3), standard: id(4), answer: answer(), base: Some(1) }
}

fn judgement() -> Judgement {
    let (account, account_name) = (id(6), "Sam Bloggs".to_owned());
    Judgement { id: id(2), visit: id(3), standard: id(4), account, account_name, answer: answer(), revision: 2 }
}

fn announced() -> Announced {
    Announced {
        id: id(5),
        visit: id(3),
        standard: Some(id(4)),
        kind: EvidenceKind::Photo,
        bytes: bytes(),
        media_type: MediaType::Jpeg,
        captured_at: instant(),
        caption: Some("Fire plan".into()),
    }
}

fn receipt() -> Receipt {
    Receipt {
        visit: id(3),
        manifest: Sha256Sum::of(b"manifest"),
        completed_at: instant(),
        signature: "c2lnbmVk".into(),
    }
}

/// Items of every work and every standing.
fn items() -> Vec<Item> {
    let upload = Some(Upload { url: "/uploads/7".into(), offset: Some(2) });
    let retry = |why| Standing::RetryAt { at: instant(), why };
    let attention = |why| Standing::Attention { why };
    let reason = Reason::Judgement(RecordJudgementRefusal::NotAVisitor);
    let unknown = Reason::Unknown { code: "NEW".into(), message: "Something new.".into() };
    let all = [
        (Work::Answer(judging()), Standing::Ready),
        (Work::Record(announced()), retry(Trouble::Unreachable)),
        (Work::Bytes { evidence: id(5), size: 3, upload }, Standing::Checking),
        (Work::Withdraw { evidence: id(5), reason: "Blurred".into() }, retry(Trouble::ServerFailed)),
        (
            Work::Complete { manifest: Some(vec![(id(5), bytes())]), proposed: None },
            retry(Trouble::NotVerified { missing: vec!["evidence".into()] }),
        ),
        (
            Work::Complete { manifest: None, proposed: None },
            attention(Trouble::Refused { reason, missing: vec!["1a".into()] }),
        ),
        (Work::Answer(judging()), attention(Trouble::Conflict { current: Box::new(judgement()) })),
        (Work::Answer(judging()), attention(Trouble::Refused { reason: unknown, missing: Vec::new() })),
        (
            Work::Bytes { evidence: id(5), size: 3, upload: None },
            attention(Trouble::File { reason: FileRefusal::Damaged }),
        ),
        (Work::Record(announced()), attention(Trouble::BytesRefused { words: "Too large".into() })),
        (Work::Record(announced()), attention(Trouble::Damaged)),
        (Work::Complete { manifest: None, proposed: None }, attention(Trouble::ReceiptDiffers)),
    ];
    let item = |(number, (work, standing)): (usize, _)| {
        let item = Item::new(id(100 + number as u128), number as u64, id(3), work);
        Item { standing, attempts: 1, is_addendum: number == 1, ..item }
    };
    all.into_iter().enumerate().map(item).collect()
}

/// A row of every kind.
fn rows() -> Vec<Row> {
    let wanted = EvidenceWanted { kind: EvidenceKind::Photo, need: Need::Required, what: "a fire plan".into() };
    let standard = Standard {
        id: id(4),
        code: "V10".into(),
        section: String::new(),
        title: "Fire plan".into(),
        guidance: Some("On the wall".into()),
        answer: AnswerKind::Rating,
        competent_person: false,
        evidence: vec![wanted],
    };
    let rating = Rating { id: id(1), code: "good".into(), label: "Good".into(), falls_short: false };
    let visit = Visit {
        id: id(3),
        provider: id(8),
        site: Some(id(9)),
        framework: id(10),
        state: VisitState::Complete,
        purpose: "Yearly".into(),
        planned_for: day(),
        planned_at: Some("10:30".into()),
        visitors: vec![Visitor { account: id(6), name: "Sam Bloggs".into(), leads: true }],
        receipt: Some(receipt()),
    };
    let Announced { standard: of, kind, caption, .. } = announced();
    let evidence = Evidence {
        id: id(5),
        visit: id(3),
        standard: of,
        kind,
        bytes: bytes(),
        captured_by: id(6),
        caption,
        file: id(7),
        state: FileState::Refused,
        refusal: Some(FileRefusal::Damaged),
        is_withdrawn: false,
        is_addendum: true,
    };
    let (contact, telephone) = (Some("Jo Bloggs".to_owned()), Some("01632 960001".to_owned()));
    let finding = Finding {
        id: id(11),
        provider: id(8),
        standard: id(4),
        rating: Some(id(1)),
        seen: "Seen".into(),
        action: "None".into(),
    };
    let action = Action {
        id: id(12),
        provider: id(8),
        action: "Unlock one".into(),
        owner: "Jo Bloggs".into(),
        due_on: day(),
        rag: Rag::Amber,
        state: ActionState::Open,
    };
    let expires_on = Some(day());
    let state = DocumentState::Accepted;
    vec![
        Row::Visit(visit),
        Row::Provider(Provider { id: id(8), name: "Fen Motors".into(), contact, telephone, people: Vec::new() }),
        Row::Site(Site { id: id(9), provider: id(8), name: "Workshop".into(), address: "1 High Street".into() }),
        Row::Framework(Framework {
            id: id(10),
            name: "A framework".into(),
            ratings: vec![rating],
            standards: vec![standard],
            outcomes: Vec::new(),
        }),
        Row::Judgement(judgement()),
        Row::Evidence(evidence),
        Row::Finding(finding),
        Row::Action(action),
        Row::Document(Document { id: id(13), provider: id(8), title: "Insurance".into(), state, expires_on }),
        Row::Pupil(Pupil { id: id(14), visit: id(3), initials: "AB".into(), year: "9".into(), days: "Mon".into() }),
    ]
}

/// What is kept since receipts are checked.
fn receipts() -> [Record; 2] {
    let keys = Feed { receipt_keys: ["a2V5".to_owned()].into(), ..Feed::default() };
    let standing = Standing::Attention { why: Trouble::ReceiptUnverified };
    let doubted = Item { standing, ..Item::new(id(100), 1, id(3), Work::Complete { manifest: None, proposed: None }) };
    [Record::Feed(keys), Record::Item(doubted)]
}

/// What is kept since visits are begun and improvement actions set on a phone, and since a phone knows sections and people.
fn begun() -> Vec<Record> {
    let plan = Visit {
        id: id(3),
        provider: id(8),
        site: None,
        framework: id(10),
        state: VisitState::Planned,
        purpose: "Unannounced".into(),
        planned_for: day(),
        planned_at: None,
        visitors: vec![Visitor { account: id(6), name: "Sam Bloggs".into(), leads: true }],
        receipt: None,
    };
    let improving = Improving {
        id: id(101),
        visit: id(3),
        provider: id(8),
        standard: id(4),
        area: "Fire plan".into(),
        action: "Put one up".into(),
        owner: "Jo Bloggs".into(),
        due_on: day(),
        rag: Rag::Red,
    };
    let people = vec![Person { name: "Jo Bloggs".into(), role: ContactRole::DeputyDsl, telephone: None }];
    let provider = Provider { id: id(8), name: "Fen Motors".into(), contact: None, telephone: None, people };
    let standard = Standard {
        id: id(4),
        code: "V10".into(),
        section: "The building".into(),
        title: "Fire plan".into(),
        guidance: None,
        answer: AnswerKind::Text,
        competent_person: true,
        evidence: Vec::new(),
    };
    let rating = Rating { id: id(1), code: "poor".into(), label: "Poor".into(), falls_short: true };
    let (ratings, standards) = (vec![rating], vec![standard]);
    let outcomes = vec![Outcome { id: id(15), label: "Met".into(), needs_actions: true }];
    let framework = Framework { id: id(10), name: "A framework".into(), ratings, standards, outcomes };
    let rows = [Row::Provider(provider), Row::Framework(framework)];
    let complete = Work::Complete { manifest: None, proposed: Some(id(15)) };
    let works = [Work::Plan(plan), Work::Improve(improving), complete];
    let items = (100..).zip(works).map(|(number, work)| Record::Item(Item::new(id(number), 1, id(3), work)));
    items.chain(rows.map(|row| Record::Row(Kept { generation: 1, row }))).collect()
}

/// One record at least of everything that is kept.
fn everything() -> Vec<Record> {
    let (account, name) = (id(6), "Sam Bloggs".to_owned());
    let words = "Visit to Fen Motors".to_owned();
    let signs = Some(Statement { sha256: Sha256Sum::of(words.as_bytes()), words });
    let capture = Capture {
        announced: announced(),
        nonce: (0..19).collect(),
        has_bytes: true,
        file: Some(id(7)),
        is_addendum: false,
        withdrawn: Some("Blurred".into()),
        signs,
    };
    let feed = Feed {
        epoch: Some("1".into()),
        cursor: Some("1/9".into()),
        generation: 2,
        restored_at: Some(instant()),
        heard_at: Some(instant()),
        receipt_keys: [].into(),
    };
    let choices = Choices { photos_on_wifi_only: true, saves_data: true, days_kept: 21 };
    let records = [
        Record::Session(Session::In { account, name, token: "wm_token".into(), expires_at: None }),
        Record::Feed(feed),
        Record::Choices(choices),
        Record::Capture(capture),
        Record::Given(Given { id: id(2), judging: judging(), is_addendum: false }),
        Record::Receipt(receipt()),
    ];
    let rows = rows().into_iter().map(|row| Record::Row(Kept { generation: 2, row }));
    records.into_iter().chain(items().into_iter().map(Record::Item)).chain(rows).collect()
}

#[test]
fn every_kept_type_is_written_as_it_was() {
    insta::assert_json_snapshot!("kept", everything());
    let (account, name) = (id(6), "Sam Bloggs".to_owned());
    let ending = Session::In { account, name: name.clone(), token: "wm_token".into(), expires_at: Some(instant()) };
    insta::assert_json_snapshot!("receipts", receipts());
    insta::assert_json_snapshot!("begun", begun());
    let sessions = [Session::Nobody, Session::Out { account, name }, Session::Revoked, ending];
    insta::assert_json_snapshot!("sessions", sessions);
}

#[test]
fn every_kept_type_is_read_as_it_was_written() {
    for record in everything().into_iter().chain(receipts()).chain(begun()) {
        let text = serde_json::to_string(&record).expect("written");
        assert_eq!(serde_json::from_str::<Record>(&text).expect("read"), record);
    }
}

const SECRET: Secret<'static> = Secret::Pin("428517");

fn fixture(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/version-{version}.sqlite"))
}

/// Writes the file of this version: `cargo test -p waymark-mobile-sync --test persisted -- --ignored`, once, before a release.
#[test]
#[ignore = "writes a file that is kept"]
fn write_the_file_of_this_version() {
    let random = |bytes: &mut [u8]| bytes.fill(7);
    let store = SqliteStore::open(&fixture(1)).expect("opened");
    let (vault, wrapped) = Vault::create(SECRET, Cost::LEAST, &random).expect("a vault");
    let sealed = serde_json::to_vec(&wrapped).expect("text");
    let mut writes = vec![Write::Put { kind: "vault", id: Uuid::nil(), sealed }];
    for record in everything() {
        let (kind, id) = record.key().parts();
        let clear = serde_json::to_vec(&record).expect("text");
        writes.push(Write::Put { kind, id, sealed: vault.seal(kind, id, &clear, &random).expect("sealed") });
    }
    store.write(&writes).expect("written");
}

#[test]
fn what_version_1_wrote_is_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("phone.sqlite");
    std::fs::copy(fixture(1), &path).expect("copied");
    let store = SqliteStore::open(&path).expect("opened");
    let (_, wrapped) = store.read("vault").expect("read").pop().expect("a key");
    let wrapped: WrappedKey = serde_json::from_slice(&wrapped).expect("a wrapped key");
    let vault = Vault::open(SECRET, &wrapped).expect("the right PIN");
    for expected in everything() {
        let (kind, id) = expected.key().parts();
        let rows = store.read(kind).expect("read");
        let (_, sealed) = rows.into_iter().find(|(held, _)| *held == id).expect("it was written");
        let clear = vault.unseal(kind, id, &sealed).expect("readable");
        assert_eq!(serde_json::from_slice::<Record>(&clear).expect("a record"), expected);
    }
}
