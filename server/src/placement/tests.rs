use chrono::Duration;
use entity::{attendance_mark, placement, placement_session};
use serde_json::{Value, json};

use super::testing::{County, refused, text, written};

const PLACEMENT: &str = "placement { id state version weeklyMinutes startsOn endedOn endReason rate \
    contractingParty { __typename } payingParty { __typename } broker { name } onRollSchool { name } }";

fn monday_morning() -> Value {
    json!([{ "weekday": "MONDAY", "startsAt": "09:00", "endsAt": "12:00" }])
}

fn proposal(county: &County, pupil: &str) -> Value {
    json!({
        "pupilId": pupil, "providerId": written(county.motors), "siteId": written(county.site),
        "contractingParty": { "schoolId": written(county.school) },
        "payingParty": { "partnershipId": written(county.partnership) },
        "brokerId": written(county.broker), "startsOn": "2026-03-09", "targetEndsOn": "2026-07-17", "rate": "95.00",
        "rateBasis": "DAY", "purpose": "A route into motor vehicle work", "sessions": monday_morning(),
    })
}

fn with(mut input: Value, changes: Value) -> Value {
    for (field, value) in changes.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}

async fn proposed(county: &County, pupil: &str) -> String {
    let officer = county.officer().await;
    let payload = county.perform(&officer, "proposePlacement", PLACEMENT, proposal(county, pupil)).await;
    text(&payload["placement"]["id"])
}

#[tokio::test]
async fn a_placement_lives_from_proposal_to_its_end() {
    let county = County::new().await;
    let (coordinator, people) = (county.coordinator().await, county.works_for(county.motors).await);
    let pupil = county.pupil(county.school).await;
    let payload = county.perform(&coordinator, "proposePlacement", PLACEMENT, proposal(&county, &pupil)).await;
    let placement = &payload["placement"];
    assert_eq!((&placement["state"], &placement["weeklyMinutes"]), (&json!("PROPOSED"), &json!(180)));
    assert_eq!(placement["contractingParty"]["__typename"], "School");
    assert_eq!(placement["payingParty"]["__typename"], "Partnership");
    assert_eq!((&placement["rate"], &placement["onRollSchool"]["name"]), (&json!("95.00"), &json!("Reed Academy")));
    let one = || json!({ "placementId": placement["id"] });

    let early = county.perform(&people, "startPlacement", PLACEMENT, one()).await;
    assert_eq!(refused(&early).0, "NOT_AGREED");
    let agreed = county.perform(&people, "agreePlacement", PLACEMENT, one()).await;
    assert_eq!(agreed["placement"]["state"], "AGREED");
    let again = county.perform(&coordinator, "agreePlacement", PLACEMENT, one()).await;
    assert_eq!((refused(&again).0.as_str(), &again["refusal"]["current"]["id"]), ("NOT_PROPOSED", &placement["id"]));
    let early = county.perform(&people, "startPlacement", PLACEMENT, one()).await;
    assert_eq!(refused(&early).0, "TOO_EARLY");

    county.world.clock.advance(Duration::days(7));
    let late = with(one(), json!({ "startedOn": "2026-03-10" }));
    let started = county.perform(&people, "startPlacement", PLACEMENT, late).await;
    assert_eq!(
        (&started["placement"]["state"], &started["placement"]["startsOn"]),
        (&json!("ACTIVE"), &json!("2026-03-10"))
    );
    let cancelled = county.perform(&people, "cancelPlacement", PLACEMENT, with(one(), json!({ "reason": "No" }))).await;
    assert_eq!(refused(&cancelled).0, "NOT_OPEN");
    let end = |on: &str, reason: &str| with(one(), json!({ "endedOn": on, "reason": reason }));
    let ended = county.perform(&coordinator, "endPlacement", PLACEMENT, end("2026-03-11", "Moved away")).await;
    assert_eq!(refused(&ended), ("END_DATE".to_owned(), Some("endedOn")));
    let ended = county.perform(&coordinator, "endPlacement", PLACEMENT, end("2026-03-10", " Moved away ")).await;
    let ended = &ended["placement"];
    assert_eq!(
        (&ended["state"], &ended["endedOn"], &ended["endReason"]),
        (&json!("ENDED"), &json!("2026-03-10"), &json!("Moved away"))
    );
    assert_eq!(
        county.audited().await,
        ["createPupil", "proposePlacement", "agreePlacement", "startPlacement", "endPlacement"]
    );
}

#[tokio::test]
async fn a_cancelled_placement_makes_room_s136() {
    let county = County::new().await;
    let officer = county.officer().await;
    let pupil = county.pupil(county.school).await;
    let first = proposed(&county, &pupil).await;
    let elsewhere = with(proposal(&county, &pupil), json!({ "providerId": written(county.music), "siteId": null }));
    let propose = |changes| county.perform(&officer, "proposePlacement", PLACEMENT, with(elsewhere.clone(), changes));

    let clash = propose(json!({})).await;
    assert_eq!(refused(&clash), ("WEEK_CLASH".to_owned(), Some("sessions")));
    assert_eq!(text(&clash["refusal"]["current"]["id"]), first);
    let afternoon = json!([{ "weekday": "MONDAY", "startsAt": "12:00", "endsAt": "15:00" }]);
    let beside = propose(json!({ "sessions": afternoon })).await;
    let later = propose(json!({ "startsOn": "2026-09-01", "targetEndsOn": "2026-12-18" })).await;
    assert_eq!((&beside["refusal"], &later["refusal"]), (&Value::Null, &Value::Null));

    let change = json!({ "placementId": beside["placement"]["id"], "version": 1, "sessions": monday_morning() });
    let clash = county.perform(&officer, "changePlacementSessions", PLACEMENT, change.clone()).await;
    assert_eq!((refused(&clash).0.as_str(), text(&clash["refusal"]["current"]["id"])), ("WEEK_CLASH", first.clone()));
    let reason = json!({ "placementId": first, "reason": "The provider is full" });
    let cancelled = county.perform(&officer, "cancelPlacement", PLACEMENT, reason).await;
    assert_eq!(cancelled["placement"]["state"], "CANCELLED");
    let changed = county.perform(&officer, "changePlacementSessions", PLACEMENT, change).await;
    assert_eq!(changed["placement"]["version"], 2);
}

#[tokio::test]
async fn a_refused_proposal_leaves_nothing() {
    let county = County::new().await;
    let (coordinator, people) = (county.coordinator().await, county.works_for(county.motors).await);
    let (own, other) = (county.pupil(county.school).await, county.pupil(county.other_school).await);
    let cases = [
        (&people, json!({}), "PUPIL_NOT_FOUND", Some("pupilId")),
        (&coordinator, json!({ "pupilId": other }), "PUPIL_NOT_FOUND", Some("pupilId")),
        (&coordinator, json!({ "providerId": written(county.music) }), "SITE_NOT_FOUND", Some("siteId")),
        (&coordinator, json!({ "brokerId": written(county.music) }), "BROKER_NOT_FOUND", Some("brokerId")),
        (
            &coordinator,
            json!({ "payingParty": { "schoolId": written(county.other_school) } }),
            "PAYING_PARTY_NOT_FOUND",
            Some("payingParty"),
        ),
        (&coordinator, json!({ "targetEndsOn": "2026-03-08" }), "DATE_ORDER", Some("targetEndsOn")),
        (&coordinator, json!({ "rate": "-1" }), "RATE_AMOUNT", Some("rate")),
        (&coordinator, json!({ "sessions": [] }), "SESSION_COUNT", Some("sessions")),
        (
            &coordinator,
            json!({ "sessions": [{ "weekday": "FRIDAY", "startsAt": "9", "endsAt": "12:00" }] }),
            "SESSION_TIME",
            Some("sessions"),
        ),
    ];
    for (who, changes, code, field) in cases {
        let input = with(proposal(&county, &own), changes);
        let payload = county.perform(who, "proposePlacement", PLACEMENT, input).await;
        assert_eq!(refused(&payload), (code.to_owned(), field));
    }
    let nobody = json!({ "providerId": format!("provider:{}", county.site.0) });
    let payload =
        county.perform(&coordinator, "proposePlacement", PLACEMENT, with(proposal(&county, &own), nobody)).await;
    assert_eq!(refused(&payload), ("PROVIDER_NOT_FOUND".to_owned(), Some("providerId")));
    assert_eq!(county.count::<placement::Entity>().await, 0);
    assert_eq!(county.count::<placement_session::Entity>().await, 0);
    assert_eq!(county.audited().await, ["createPupil", "createPupil"]);
}

#[tokio::test]
async fn a_week_is_replaced_as_a_whole() {
    let county = County::new().await;
    let (coordinator, people) = (county.coordinator().await, county.works_for(county.motors).await);
    let id = proposed(&county, &county.pupil(county.school).await).await;
    let week = json!([
        { "weekday": "TUESDAY", "startsAt": "09:00", "endsAt": "10:30" },
        { "weekday": "FRIDAY", "startsAt": "13:00", "endsAt": "15:00" },
    ]);
    let change = json!({ "placementId": id, "version": 1, "sessions": week });
    let payload = county.perform(&people, "changePlacementSessions", PLACEMENT, change.clone()).await;
    assert_eq!(refused(&payload).0, "NOT_ALLOWED");
    let payload = county.perform(&coordinator, "changePlacementSessions", PLACEMENT, change.clone()).await;
    assert_eq!((&payload["placement"]["version"], &payload["placement"]["weeklyMinutes"]), (&json!(2), &json!(210)));
    let kinds: Vec<_> = county.changes().await.into_iter().skip(3).collect();
    let expected = [
        ("placement", "updated"),
        ("placement_session", "removed"),
        ("placement_session", "created"),
        ("placement_session", "created"),
    ];
    assert_eq!(kinds, expected.map(|(noun, kind)| (noun.to_owned(), kind.to_owned())));
    let stale = county.perform(&coordinator, "changePlacementSessions", PLACEMENT, change).await;
    assert_eq!((refused(&stale).0.as_str(), text(&stale["refusal"]["current"]["id"])), ("STALE", id));
}

#[tokio::test]
async fn a_register_is_taken_and_corrected_s163() {
    let county = County::new().await;
    let (people, broker) = (county.works_for(county.motors).await, county.works_for(county.broker).await);
    let id = proposed(&county, &county.pupil(county.school).await).await;
    let marks = |marks: Value| json!({ "placementId": id, "marks": marks });
    let am = json!([{ "date": "2026-03-09", "session": "AM", "code": "B" }]);
    let payload = county.perform(&people, "recordMarks", PLACEMENT, marks(am.clone())).await;
    assert_eq!(refused(&payload), ("NOT_STARTED".to_owned(), Some("marks")));
    county.perform(&people, "agreePlacement", PLACEMENT, json!({ "placementId": id })).await;
    county.world.clock.advance(Duration::days(7));
    county.perform(&people, "startPlacement", PLACEMENT, json!({ "placementId": id })).await;

    let stranger = county.works_for(county.music).await;
    for (who, code) in [(&stranger, "NOT_FOUND"), (&broker, "NOT_ALLOWED"), (&county.analyst().await, "NOT_FOUND")] {
        assert_eq!(refused(&county.perform(who, "recordMarks", PLACEMENT, marks(am.clone())).await).0, code);
    }
    let own_id = format!("attendance_mark:{}", county.world.app.ids.next(county.world.app.clock.now()));
    let both = json!([
        { "date": "2026-03-09", "session": "AM", "code": "B" },
        { "id": own_id, "date": "2026-03-09", "session": "PM", "code": "L", "minutesLate": 10 },
    ]);
    let payload = county.perform(&people, "recordMarks", PLACEMENT, marks(both)).await;
    assert_eq!((&payload["refusal"], &payload["placement"]["id"]), (&Value::Null, &json!(id)));
    assert_eq!(county.count::<attendance_mark::Entity>().await, 2);

    county.world.clock.advance(Duration::days(1));
    let before = county.changes().await.len();
    let corrected = json!([
        { "date": "2026-03-09", "session": "AM", "code": "B" },
        { "date": "2026-03-09", "session": "PM", "code": "I" },
        { "date": "2026-03-10", "session": "AM", "code": "B" },
    ]);
    county.perform(&county.coordinator().await, "recordMarks", PLACEMENT, marks(corrected)).await;
    let kinds: Vec<_> = county.changes().await.into_iter().skip(before).map(|(_, kind)| kind).collect();
    assert_eq!(kinds, ["updated", "created"]);
    let document = "query($id: ID!) { node(id: $id) { ... on AttendanceMark { code minutesLate version } } }";
    let mark = county.ask(&people, document, json!({ "id": own_id })).await;
    assert_eq!(mark["node"], json!({ "code": "I", "minutesLate": null, "version": 2 }));

    let taken = json!([{ "id": own_id, "date": "2026-03-10", "session": "PM", "code": "B" }]);
    let payload = county.perform(&people, "recordMarks", PLACEMENT, marks(taken)).await;
    assert_eq!(refused(&payload), ("ID_TAKEN".to_owned(), Some("marks")));
    let early = json!({ "placementId": id, "endedOn": "2026-03-09", "reason": "Moved away" });
    let payload = county.perform(&people, "endPlacement", PLACEMENT, early).await;
    assert_eq!(refused(&payload), ("MARKED_LATER".to_owned(), Some("endedOn")));
    assert_eq!(county.count::<attendance_mark::Entity>().await, 3);
}
