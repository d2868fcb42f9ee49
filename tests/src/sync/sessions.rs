//! A phone's session: what it says of the phone, how it is refreshed, and how somebody in charge ends it.

use chrono::TimeDelta;
use domain::access::Role;
use poem::test::TestResponse;
use serde_json::{Value, json};

use super::phone::Field;
use crate::support::pair::on_both_pairs;
use crate::support::world::{Person, World};

/// Asks as a phone does, with a header beside the request.
async fn ask(world: &World, token: &str, header: (&'static str, &str), query: &str) -> TestResponse {
    let request = world.server().post("/graphql").header("authorization", format!("Bearer {token}"));
    let request = request.header("accept", "application/json").header(header.0, header.1);
    request.body_json(&json!({ "query": query })).send().await
}

const PULL: &str = "{ sync(first: 1) { epoch } }";

async fn answer(response: TestResponse) -> Value {
    response.0.into_body().into_json().await.unwrap()
}

on_both_pairs!(a_coordinator_sees_what_is_still_on_a_visitors_phone, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let visit = field.plan(0, &[&world.visitor]).await;
    let seen = async |by: &Person| {
        let fields = "unsentPhotos unsentAnswers phoneSeenAt";
        let query = format!(
            "{{ node(id: \"{visit}\") {{ ... on Visit {{ visitors {{ edges {{ node {{ {fields} }} }} }} }} }} }}"
        );
        world.read(by, &query).await["node"]["visitors"]["edges"][0]["node"].clone()
    };
    let nothing = json!({ "unsentPhotos": null, "unsentAnswers": null, "phoneSeenAt": null });
    assert_eq!(seen(&world.coordinator).await, nothing);
    world.clock.advance(TimeDelta::minutes(130));
    ask(world, &world.visitor.token, ("waymark-unsent", "answers=2, photos=12"), PULL).await;
    let held = json!({ "unsentPhotos": 12, "unsentAnswers": 2, "phoneSeenAt": "2026-03-03T14:10:00.000Z" });
    assert_eq!(seen(&world.coordinator).await, held);
    assert_eq!(seen(&world.provider).await, nothing, "the provider is not told");
    ask(world, &world.visitor.token, ("waymark-unsent", "photos=many"), PULL).await;
    assert_eq!(seen(&world.coordinator).await, held, "what cannot be read says nothing");
    ask(world, &world.visitor.token, ("waymark-unsent", "answers=0, photos=0"), PULL).await;
    assert_eq!(seen(&world.coordinator).await["unsentPhotos"], 0);
});

on_both_pairs!(a_lost_answer_locks_no_phone_out, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let phone = &world.visitor;
    let refresh = async |key: &str| {
        let input = json!({ "idempotencyKey": key });
        field.ask(phone, "refreshSession", "token expiresAt", input).await
    };
    assert_eq!(refresh("too early").await["refusal"]["code"], "TOO_EARLY");
    for _ in 0..3 {
        world.clock.advance(TimeDelta::days(21));
        world.read(phone, PULL).await;
    }
    let first = refresh("towards the end").await;
    let again = refresh("towards the end").await;
    assert_eq!((&first["token"], &first["expiresAt"]), (&again["token"], &again["expiresAt"]), "the answer was lost");
    let other = refresh("once more").await;
    let next = Person { token: first["token"].as_str().unwrap().to_owned(), ..phone.clone() };
    world.read(phone, PULL).await;
    world.read(&next, PULL).await;
    for token in [phone.token.as_str(), other["token"].as_str().unwrap()] {
        let old = answer(ask(world, token, ("x-test", "1"), PULL).await).await;
        assert_eq!(old["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "nothing is removed from the phone");
    }
    world.read(&next, PULL).await;
});

on_both_pairs!(a_revoked_phone_is_told_to_remove_what_it_holds, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let query = "{ sessions(first: 50) { edges { node { id account { id } } } } }";
    let sessions = world.read(&world.officer, query).await["sessions"]["edges"].clone();
    let own = |person: &Person| {
        let account = json!(person.account.to_string());
        let mut edges = sessions.as_array().unwrap().iter();
        edges.find(|edge| edge["node"]["account"]["id"] == account).unwrap()["node"]["id"].clone()
    };
    field.done(&world.officer, "revokeSession", "session { id }", json!({ "sessionId": own(&world.visitor) })).await;
    let account = world.coordinator.account.to_string();
    let payload = world
        .ask(
            &world.officer,
            "mutation($input: AccountInput!) { deactivateUser(input: $input) { refusal { code } } }",
            json!({ "input": { "idempotencyKey": "deactivate-1", "accountId": account } }),
        )
        .await;
    assert!(payload.get("errors").is_none(), "{payload:#}");
    for person in [&world.visitor, &world.coordinator] {
        let told = ask(world, &person.token, ("x-test", "1"), PULL).await;
        assert_eq!(told.0.header("waymark-revoked"), Some("true"), "{}", person.role);
        assert_eq!(told.0.status().as_u16(), 401);
        assert_eq!(answer(told).await["errors"][0]["extensions"]["code"], "DEVICE_REVOKED");
        let upload = world.client(person).await.send("POST", "/uploads", &[("Upload-Length", "3")], b"").await;
        assert_eq!((upload.status, upload.header("waymark-revoked")), (401, Some("true")));
    }
    // Who signed out, or whose token is nobody's, is not told to remove anything.
    field.done(&world.analyst, "signOut", "session { id }", json!({})).await;
    let out = ask(world, &world.analyst.token, ("x-test", "1"), PULL).await;
    assert_eq!((out.0.status().as_u16(), out.0.header("waymark-revoked")), (401, None));
    // A session whose time is up may be on a phone that is lost: that, too, can be told. Once.
    world.clock.advance(TimeDelta::days(100));
    let officer = world.person(Role::Officer, world.authority, None, None).await;
    let lost = json!({ "sessionId": own(&world.provider) });
    field.done(&officer, "revokeSession", "session { id }", lost.clone()).await;
    let told = ask(world, &world.provider.token, ("x-test", "1"), PULL).await;
    assert_eq!((told.0.status().as_u16(), told.0.header("waymark-revoked")), (401, Some("true")));
    let again = field.ask(&officer, "revokeSession", "session { id }", lost).await;
    assert_eq!(again["refusal"]["code"], "ALREADY_ENDED");
});
