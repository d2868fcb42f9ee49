use entity::pupil;
use serde_json::{Value, json};

use crate::placement::testing::{County, new_pupil, refused, text, written};

const PUPIL: &str = "pupil { id version upn givenName primaryNeed lookedAfter school { name } }";

fn with(mut input: Value, changes: Value) -> Value {
    for (field, value) in changes.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}

#[tokio::test]
async fn a_coordinator_creates_a_pupil_once() {
    let county = County::new().await;
    let coordinator = county.coordinator().await;
    let input = with(new_pupil(county.school), json!({ "upn": "b801200005001", "idempotencyKey": "the same one" }));
    let first = county.perform(&coordinator, "createPupil", PUPIL, input.clone()).await;
    assert_eq!(first["pupil"]["upn"], "B801200005001");
    assert_eq!(first["pupil"]["givenName"], "Robin");
    assert_eq!(first["pupil"]["lookedAfter"], "UNKNOWN");
    assert_eq!(first["pupil"]["school"]["name"], "Reed Academy");
    assert_eq!(county.perform(&coordinator, "createPupil", PUPIL, input.clone()).await, first);
    assert_eq!(county.audited().await, ["createPupil"]);
    assert_eq!(county.changes().await, [("pupil".to_owned(), "created".to_owned())]);
    let other = county.perform(&coordinator, "createPupil", PUPIL, with(input, json!({ "yearGroup": 9 }))).await;
    assert_eq!(refused(&other).0, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(county.count::<pupil::Entity>().await, 1);
}

#[tokio::test]
async fn a_refused_pupil_leaves_nothing() {
    let county = County::new().await;
    let (officer, coordinator) = (county.officer().await, county.coordinator().await);
    let numbered = with(new_pupil(county.other_school), json!({ "upn": "B801200005001" }));
    county.perform(&officer, "createPupil", PUPIL, numbered).await;
    let own = || new_pupil(county.school);
    let cases = [
        (&county.analyst().await, own(), "NOT_ALLOWED", None),
        (&county.works_for(county.motors).await, own(), "NOT_ALLOWED", None),
        (&coordinator, new_pupil(county.other_school), "SCHOOL_NOT_FOUND", Some("schoolId")),
        (&coordinator, with(own(), json!({ "upn": "A801200005001" })), "UPN_CHECK_LETTER", Some("upn")),
        (&coordinator, with(own(), json!({ "upn": "801" })), "UPN_SHAPE", Some("upn")),
        (&coordinator, with(own(), json!({ "upn": "B801200005001" })), "UPN_TAKEN", Some("upn")),
        (&coordinator, with(own(), json!({ "yearGroup": 14 })), "YEAR_GROUP", Some("yearGroup")),
        (&coordinator, with(own(), json!({ "dateOfBirth": "2026-03-04" })), "BIRTH_DATE", Some("dateOfBirth")),
        (&coordinator, with(own(), json!({ "senProvision": "NONE" })), "NEED_MISMATCH", Some("primaryNeed")),
    ];
    for (who, input, code, field) in cases {
        let payload = county.perform(who, "createPupil", PUPIL, input).await;
        assert_eq!(refused(&payload), (code.to_owned(), field));
        assert_eq!((&payload["pupil"], &payload["refusal"]["current"]), (&Value::Null, &Value::Null));
    }
    assert_eq!(county.count::<pupil::Entity>().await, 1);
    assert_eq!(county.audited().await, ["createPupil"]);
}

#[tokio::test]
async fn a_pupil_changes_from_the_version_that_was_read() {
    let county = County::new().await;
    let (officer, coordinator) = (county.officer().await, county.coordinator().await);
    let id = county.pupil(county.school).await;
    let change = |changes| with(json!({ "pupilId": id, "version": 1 }), changes);
    let numbered = change(json!({ "upn": "Q80120000500C", "primaryNeed": null, "lookedAfter": "NO" }));
    let payload = county.perform(&coordinator, "changePupil", PUPIL, numbered).await;
    let pupil = &payload["pupil"];
    assert_eq!((&pupil["version"], &pupil["upn"]), (&json!(2), &json!("Q80120000500C")));
    assert_eq!(
        (&pupil["primaryNeed"], &pupil["lookedAfter"], &pupil["givenName"]),
        (&Value::Null, &json!("NO"), &json!("Robin"))
    );
    assert_eq!(county.audited().await, ["createPupil", "changePupil"]);

    let stale = county.perform(&officer, "changePupil", PUPIL, change(json!({ "yearGroup": 11 }))).await;
    assert_eq!(refused(&stale).0, "STALE");
    assert_eq!(text(&stale["refusal"]["current"]["id"]), id);

    let moved = json!({ "pupilId": id, "version": 2, "schoolId": written(county.other_school), "upn": null });
    let payload = county.perform(&coordinator, "changePupil", PUPIL, moved.clone()).await;
    assert_eq!(refused(&payload), ("SCHOOL_NOT_FOUND".to_owned(), Some("schoolId")));
    let payload = county.perform(&officer, "changePupil", PUPIL, moved).await;
    assert_eq!(
        (&payload["pupil"]["upn"], &payload["pupil"]["school"]["name"]),
        (&Value::Null, &json!("Sedge Academy"))
    );

    let gone = json!({ "pupilId": id, "version": 3 });
    let payload = county.perform(&coordinator, "changePupil", PUPIL, gone).await;
    assert_eq!(refused(&payload), ("NOT_FOUND".to_owned(), Some("pupilId")));
}
