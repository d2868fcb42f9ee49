use serde_json::{Value, json};

use super::*;
use crate::remote::script::{Script, now};

fn id(kind: &str, number: u128) -> String {
    format!("{kind}:{}", Uuid::from_u128(number))
}

/// An item of the feed, all but one of whose fields are null.
fn only(field: &str, row: Value) -> Value {
    let mut item = json!({
        "visit": null, "provider": null, "site": null, "framework": null, "judgement": null, "evidence": null, "finding": null,
        "action": null, "document": null, "pupil": null, "removed": null,
    });
    item[field] = row;
    item
}

fn page(items: Vec<Value>) -> Value {
    json!({ "sync": {
        "epoch": "3", "restarts": true, "cursor": "next", "isCaughtUp": false, "at": "2026-03-03T10:30:00.250Z", "items": items,
    }, "receiptKeys": [{ "publicKey": "a2V5" }] })
}

fn read(items: Vec<Value>) -> Result<Page, RemoteError> {
    now(pull(&Script::of_graph([page(items)]), "wm_1", None, Unsent::default()))
}

#[test]
fn the_server_is_told_what_is_unsent_and_where_to_go_on() {
    let script = Script::of_graph([page(Vec::new())]);
    let page = now(pull(&script, "wm_1", Some("here"), Unsent { answers: 2, photos: 12 })).expect("a page");
    assert_eq!(
        (page.epoch.as_str(), page.restarts, page.cursor.as_str(), page.is_caught_up),
        ("3", true, "next", false)
    );
    assert_eq!(page.at.to_rfc3339(), "2026-03-03T10:30:00.250+00:00");
    assert_eq!(script.variables(), [json!({ "after": "here" })]);
    let told = ("waymark-unsent", "answers=2, photos=12".to_owned());
    assert!(script.asked.borrow()[0].headers.contains(&told));
}

#[test]
fn rows_of_every_kind_are_read() {
    let receipt = json!({
        "visit": id("visit", 1), "manifestSha256": "ab".repeat(32), "completedAt": "2026-03-03T12:00:00.000Z", "signature": "c2ln",
    });
    let items = vec![
        only(
            "visit",
            json!({
                "id": id("visit", 1), "provider": id("provider", 2), "site": null, "framework": id("framework_version", 3),
                "state": "IN_PROGRESS", "purpose": "Termly visit", "plannedFor": "2026-03-03", "plannedAt": "10:30",
                "visitors": [{ "account": id("account", 7), "name": "Sam", "isLead": true }], "receipt": receipt,
            }),
        ),
        only(
            "provider",
            json!({ "id": id("provider", 2), "name": "North Motors", "contact": null, "telephone": "01632 960001",
                "people": [{ "name": "Jo Hale", "role": "DEPUTY_DSL", "telephone": null }] }),
        ),
        only(
            "site",
            json!({ "id": id("site", 4), "provider": id("provider", 2), "name": "The yard", "address": "1 Mill Lane" }),
        ),
        only(
            "framework",
            json!({
                "id": id("framework_version", 3), "name": "Derby", "ratings": [{ "id": id("rating", 5), "code": "fully", "label": "Fully met", "fallsShort": false }],
                "standards": [{
                    "id": id("standard", 6), "code": "1a", "section": "Safety", "title": "Fire", "guidance": null, "answer": "LAST_AND_NEXT_DATE",
                    "competentPerson": true,
                    "evidenceWanted": [{ "kind": "PHOTO", "need": "NEVER", "what": "a register" }],
                }],
                "outcomes": [{ "id": id("visit_outcome", 7), "label": "Every standard met", "needsActions": true }],
            }),
        ),
        only(
            "finding",
            json!({ "id": id("finding", 8), "provider": id("provider", 2), "standard": id("standard", 6), "rating": null, "seen": "", "action": "" }),
        ),
        only(
            "action",
            json!({
                "id": id("improvement_action", 9), "provider": id("provider", 2), "action": "Hold a drill", "owner": "The manager",
                "dueOn": "2026-04-01", "rag": "RED", "state": "REPORTED_DONE",
            }),
        ),
        only(
            "document",
            json!({ "id": id("document", 10), "provider": id("provider", 2), "title": "Insurance", "state": "ACCEPTED", "expiresOn": null }),
        ),
        only(
            "pupil",
            json!({ "id": id("pupil_at_visit", 11), "visit": id("visit", 1), "initials": "RE", "year": "10", "days": "Tue" }),
        ),
        only("removed", json!({ "id": id("visit", 12) })),
    ];
    let page = read(items).expect("a page");
    assert_eq!(page.items.len(), 10);
    let [FeedItem::Key(key), FeedItem::Row(Row::Visit(visit)), .., FeedItem::Removed(gone)] = page.items.as_slice()
    else {
        panic!("{page:?}")
    };
    assert_eq!(key, "a2V5");
    assert_eq!(
        (visit.state, visit.visitors[0].leads, *gone),
        (quality::VisitState::InProgress, true, Uuid::from_u128(12))
    );
    assert_eq!(visit.receipt.as_ref().map(|receipt| receipt.manifest.to_string()), Some("ab".repeat(32)));
    let Some(FeedItem::Row(Row::Framework(framework))) = page.items.get(4) else { panic!("{page:?}") };
    assert_eq!(framework.standards[0].answer, reference::AnswerKind::LastAndNextDate);
    assert_eq!(framework.standards[0].evidence[0].need, reference::Need::Never);
    assert!(framework.standards[0].competent_person && !framework.ratings[0].falls_short);
    assert!(framework.outcomes[0].needs_actions);
    let Some(FeedItem::Row(Row::Provider(provider))) = page.items.get(2) else { panic!("{page:?}") };
    assert_eq!(provider.people[0].role, organisation::ContactRole::DeputyDsl);
}

#[test]
fn what_is_newer_than_this_program_is_said_to_be_so_and_not_dropped() {
    let stranger = only("none", Value::Null);
    assert_eq!(read(vec![stranger]), Err(too_old()), "an item of another kind");
    let document = |state: &str| {
        let row = json!({ "id": id("document", 1), "provider": id("provider", 2), "title": "", "state": state, "expiresOn": null });
        only("document", row)
    };
    assert!(read(vec![document("ACCEPTED")]).is_ok());
    assert_eq!(read(vec![document("PONDERED")]), Err(too_old()), "a code that is new");
}
