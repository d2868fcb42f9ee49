use domain::file::MediaType;
use domain::manifest::Sha256Sum;
use domain::quality::EvidenceKind as Kind;
use domain::quality::completion::CompleteVisitRefusal;
use domain::quality::judgement::RecordJudgementRefusal;
use serde_json::{Value, json};

use super::*;
use crate::remote::script::{Script, now};

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn bytes() -> Bytes {
    Bytes { sha256: Sha256Sum::of(b"abc"), size: 3 }
}

fn judging() -> Judging {
    let answer = Answer { rating: Some(uuid(5)), seen: "By each door".into(), ..Answer::default() };
    Judging { id: uuid(2), visit: uuid(1), standard: uuid(6), answer, base: Some(4) }
}

fn announced() -> Announced {
    Announced {
        id: uuid(3),
        visit: uuid(1),
        standard: None,
        kind: Kind::Photo,
        bytes: bytes(),
        media_type: MediaType::Jpeg,
        captured_at: "2026-03-03T10:30:00.250Z".parse().expect("an instant"),
        caption: None,
    }
}

fn begun() -> Visit {
    Visit {
        id: uuid(1),
        provider: uuid(10),
        site: None,
        framework: uuid(11),
        state: quality::VisitState::Planned,
        purpose: "Unannounced".into(),
        planned_for: "2026-03-03".parse().expect("a day"),
        planned_at: None,
        visitors: vec![Visitor { account: uuid(7), name: "Sam".into(), leads: true }],
        receipt: None,
    }
}

fn improving() -> Improving {
    Improving {
        id: uuid(12),
        visit: uuid(1),
        provider: uuid(10),
        standard: uuid(6),
        area: "Fire safety".into(),
        action: "Put up a plan".into(),
        owner: "Ruth Penn".into(),
        due_on: "2026-04-01".parse().expect("a day"),
        rag: quality::Rag::Red,
    }
}

/// A command of every kind; the keys are the places.
fn commands() -> Vec<Command> {
    let acts = [
        Act::Judge(judging()),
        Act::Add(announced()),
        Act::Withdraw { evidence: uuid(3), reason: "Blurred".into() },
        Act::Complete { visit: uuid(1), manifest: vec![(uuid(3), bytes())], proposed: Some(uuid(9)) },
        Act::KeepAddendum(Late::Judge(judging())),
        Act::KeepAddendum(Late::Add(announced())),
        Act::Plan(begun()),
        Act::Improve(improving()),
    ];
    acts.into_iter().zip(100..).map(|(act, key)| Command { key: uuid(key), act }).collect()
}

fn answer(key: u128, outcome: &str) -> Value {
    json!({
        "idempotencyKey": uuid(key).to_string(), "outcome": outcome, "code": null, "message": null, "judgement": null,
        "evidence": null, "receipt": null, "missing": [],
    })
}

fn pushed(restored: bool, answers: &[Value]) -> Script {
    Script::of_graph([json!({ "pushCommands": { "restored": restored, "answers": answers } })])
}

fn send(script: &Script, commands: &[Command]) -> Result<Vec<Verdict>, RemoteError> {
    now(push(script, "wm_1", "3", commands))
}

#[test]
fn every_act_is_one_input() {
    let script = Script::default();
    assert_eq!(send(&script, &commands()), Err(RemoteError::Unreachable));
    let input = script.variables()[0]["input"].clone();
    assert_eq!(input["epoch"], "3");
    let named = [
        "recordJudgement",
        "addEvidence",
        "withdrawEvidence",
        "completeVisit",
        "keepAddendum",
        "keepAddendum",
        "planVisit",
        "createImprovementAction",
    ];
    for (place, name) in named.into_iter().enumerate() {
        let command = &input["commands"][place];
        let acts: Vec<_> = command["act"].as_object().into_iter().flat_map(|act| act.keys()).collect();
        assert_eq!(acts, [name]);
        assert_eq!(command["act"][name]["idempotencyKey"], command["idempotencyKey"]);
    }
    let act = |place: usize| input["commands"][place]["act"][named[place]].clone();
    assert_eq!(act(0)["baseRevision"], 4);
    assert_eq!(act(1)["subject"]["visit"]["visitId"], id("visit", uuid(1)));
    assert_eq!(act(3)["manifest"][0]["byteSize"], 3);
    assert_eq!(act(3)["proposedOutcomeId"], id("visit_outcome", uuid(9)));
    assert_eq!(act(4)["id"], id("addendum", uuid(104)), "a later attempt is the same addendum");
    assert_eq!(act(6)["visitors"], json!([{ "accountId": id("account", uuid(7)), "lead": true }]));
    assert_eq!((&act(6)["plannedFor"], act(6).get("siteId")), (&json!("2026-03-03"), None));
    assert_eq!((&act(7)["id"], &act(7)["rag"]), (&json!(id("improvement_action", uuid(12))), &json!("RED")));
}

#[test]
fn an_act_that_is_done_brings_what_the_phone_needs() {
    let judgement = json!({
        "id": id("judgement", uuid(2)), "visit": id("visit", uuid(1)), "standard": id("standard", uuid(6)),
        "account": id("account", uuid(7)), "accountName": "Sam", "rating": null, "seen": "", "action": "", "answeredOn": null,
        "nextOn": "2026-06-01", "missingReason": null, "revision": 5,
    });
    let evidence = json!({
        "id": id("evidence", uuid(3)), "visit": id("visit", uuid(1)), "standard": null, "kind": "PHOTO",
        "sha256": bytes().sha256.to_string(), "byteSize": 3, "capturedBy": id("account", uuid(7)), "caption": null,
        "fileId": id("file", uuid(8)), "fileState": "EXPECTED", "fileRefusal": null, "isWithdrawn": false, "isAddendum": false,
    });
    let receipt = json!({
        "visit": id("visit", uuid(1)), "manifestSha256": bytes().sha256.to_string(),
        "completedAt": "2026-03-03T12:00:00.000Z", "signature": "c2ln",
    });
    let mut answers =
        [answer(100, "APPLIED"), answer(101, "ALREADY_APPLIED"), answer(102, "FAILED"), answer(103, "APPLIED")];
    answers[0]["judgement"] = judgement.clone();
    answers[1]["evidence"] = evidence;
    answers[3]["receipt"] = receipt;
    let verdicts = send(&pushed(false, &answers), &commands()[..4]).expect("verdicts");
    let [Verdict::Done(judged), Verdict::Done(added), Verdict::Failed, Verdict::Done(completed)] = verdicts.as_slice()
    else {
        panic!("{verdicts:?}")
    };
    assert_eq!(judged.judgement.as_ref().map(|row| row.revision), Some(5));
    assert_eq!(added.file, Some(uuid(8)));
    assert_eq!(completed.receipt.as_ref().map(|receipt| receipt.visit), Some(uuid(1)));

    let mut stale = answer(100, "REFUSED");
    (stale["code"], stale["judgement"]) = (json!("STALE"), judgement);
    let verdicts = send(&pushed(false, &[stale]), &commands()[..1]).expect("a verdict");
    let [Verdict::Refused(refused)] = verdicts.as_slice() else { panic!("{verdicts:?}") };
    assert_eq!(refused.reason, Reason::Judgement(RecordJudgementRefusal::Stale));
    assert!(matches!(&refused.current, Some(Row::Judgement(row)) if row.answer.next_on.is_some()));
}

#[test]
fn a_refusal_has_the_code_of_the_mutation_it_stands_for() {
    let refused = |place: usize, code: &str| {
        let command = &commands()[place..=place];
        let mut answer = answer(100 + place as u128, "REFUSED");
        (answer["code"], answer["message"], answer["missing"]) = (json!(code), json!("Words."), json!(["1a"]));
        match send(&pushed(false, &[answer]), command).expect("a verdict").remove(0) {
            Verdict::Refused(refused) => (refused.reason, refused.missing),
            verdict => panic!("{verdict:?}"),
        }
    };
    let missing = vec!["1a".to_owned()];
    let mismatch = Reason::Completion(CompleteVisitRefusal::ManifestMismatch);
    assert_eq!(refused(3, "MANIFEST_MISMATCH"), (mismatch, missing.clone()));
    let closed = Reason::Judgement(RecordJudgementRefusal::VisitClosed);
    assert_eq!(refused(0, "VISIT_CLOSED"), (closed, missing.clone()));
    let unknown = Reason::Unknown { code: "SOMETHING_NEW".into(), message: "Words.".into() };
    assert_eq!(refused(1, "SOMETHING_NEW"), (unknown, missing));
}

#[test]
fn answers_that_are_not_to_these_commands_settle_nothing() {
    let commands = commands();
    let swapped = [answer(101, "APPLIED"), answer(100, "APPLIED")];
    assert_eq!(send(&pushed(false, &swapped), &commands[..2]), Err(RemoteError::Unreachable));
    assert_eq!(send(&pushed(false, &swapped[1..]), &commands[..2]), Err(RemoteError::Unreachable));
    assert_eq!(send(&pushed(true, &[]), &commands[..2]), Err(RemoteError::Restored));
    assert_eq!(send(&pushed(false, &[answer(100, "PONDERED")]), &commands[..1]), Err(too_old()));
}
