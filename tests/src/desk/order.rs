//! The fields of an answer come in the order of the selection (GraphQL, October 2021, 7.2.2), however long each takes.

use serde_json::json;

use crate::support::pair::on_both_pairs;
use crate::support::world::{Person, World};
use crate::sync::phone::Field;

/// The answer as it is sent.
async fn sent(world: &World, person: &Person, query: &str, variables: serde_json::Value) -> String {
    let request = world.server().post("/graphql").header("authorization", format!("Bearer {}", person.token));
    let request = request.header("accept", "application/json");
    let answer = request.body_json(&json!({ "query": query, "variables": variables })).send().await;
    answer.0.into_body().into_string().await.unwrap()
}

/// That the keys are all there, in this order.
fn assert_in_order(answer: &str, keys: &[String]) {
    let place = |key: &String| answer.find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("no {key} in {answer}"));
    let places: Vec<_> = keys.iter().map(place).collect();
    assert!(places.is_sorted(), "{answer}");
}

on_both_pairs!(twelve_questions_in_one_are_answered_in_the_order_in_which_they_stand, async |stores| {
    let world = World::new(stores).await;
    // Dear ones and cheap ones in turn: three levels in a snapshot, one statement, none.
    let dear = "providers(first: 10) { totalCount edges { node { visits { edges { node { id } } } sites { edges { node { id } } } } } }";
    let kinds = [dear, "schools { totalCount }", "__typename"];
    let fields: Vec<_> = (0..12).map(|n| format!("answer{n}: {}", kinds[n % 3])).collect();
    let keys: Vec<_> = (0..12).map(|n| format!("answer{n}")).collect();
    for round in 0..5 {
        // Each round begins with another of them.
        let (mut fields, mut keys) = (fields.clone(), keys.clone());
        fields.rotate_left(round);
        keys.rotate_left(round);
        assert_in_order(&sent(&world, &world.officer, &format!("{{ {} }}", fields.join(" ")), json!({})).await, &keys);
    }
});

on_both_pairs!(a_payload_is_answered_in_the_order_in_which_it_is_asked_for, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let query = "mutation($first: CreatePartnershipInput!, $second: CreatePartnershipInput!) {
        one: createPartnership(input: $first) { made: partnership { code } reason: refusal { code } }
        two: createPartnership(input: $second) { madeToo: partnership { code } reasonToo: refusal { current { id } why: code } } }";
    let input = |key: &str| json!({ "idempotencyKey": key, "authorityId": world.authority.to_string(), "code": "EAST", "name": "East" });
    let variables = json!({ "first": input("the first one"), "second": input("the second one") });
    let answer = sent(world, &world.officer, query, variables).await;
    let keys = ["one", "made", "reason", "two", "madeToo", "reasonToo", "current", "why"];
    assert_in_order(&answer, &keys.map(str::to_owned));
    assert!(answer.contains("CODE_TAKEN"), "{answer}");
});
