//! What a query would come to, without running it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::total;
use crate::support::pair::{Stores, on_both_pairs};
use crate::support::world::{Person, World};

const ESTIMATE: &str = "query($query: String!, $variables: JSON, $operationName: String) {
    estimate(query: $query, variables: $variables, operationName: $operationName) {
        runs cost costLimit depth depthLimit fields fieldsLimit lists { path page rows } problems { code message line column } } }";

/// Three lists within each other, by variables.
const NESTED: &str = "query Nested($many: Int!, $few: Int = 5) { providers(first: $many) { edges { node { name
    ...Visits } } } } fragment Visits on Provider { seen: visits(first: $few) { totalCount edges { node { plannedFor } } } }";

async fn estimate(world: &World, person: &Person, query: &str, variables: Value) -> Value {
    let answer = world.ask(person, ESTIMATE, json!({ "query": query, "variables": variables })).await;
    assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
    answer["data"]["estimate"].clone()
}

/// A world whose statements are counted.
async fn counted(stores: &Stores) -> (World, Arc<AtomicUsize>) {
    let (db, count) = stores.database.counted().await;
    (World::over(db, stores).await, count)
}

on_both_pairs!(an_estimate_says_what_a_query_costs_and_runs_nothing_of_it, async |stores| {
    let (world, count) = counted(stores).await;
    let said = estimate(&world, &world.analyst, NESTED, json!({ "many": 10, "few": 4 })).await;
    // A field each: totalCount, plannedFor, its edges and node, 4 times over; name and visits, 10 times over; and so on.
    let (visits, providers) = (1 + 4 * 4, |below: u64| 1 + 10 * (1 + 1 + 1 + below));
    assert_eq!(said["cost"], providers(visits));
    assert_eq!((&said["runs"], &said["problems"]), (&json!(true), &json!([])));
    assert_eq!(
        (&said["costLimit"], &said["depthLimit"], &said["fieldsLimit"]),
        (&json!(50_000), &json!(8), &json!(1_000))
    );
    assert_eq!((&said["depth"], &said["fields"]), (&json!(3), &json!(9)));
    let lists =
        json!([{ "path": "providers", "page": 10, "rows": 10 }, { "path": "providers.seen", "page": 4, "rows": 40 }]);
    assert_eq!(said["lists"], lists);
    let unsaid = estimate(&world, &world.analyst, "{ visits { edges { node { id } } } }", Value::Null).await;
    assert_eq!(unsaid["lists"], json!([{ "path": "visits", "page": 20, "rows": 20 }]));

    // Beside the session with the roles of whoever asks, the database is not asked, whatever the query is.
    let change =
        "mutation($input: CreatePartnershipInput!) { createPartnership(input: $input) { partnership { id } } }";
    let input = json!({ "input": {
        "idempotencyKey": "a partnership", "authorityId": world.authority.to_string(), "code": "NEW", "name": "New",
    } });
    let before = total(&world, &world.officer, "partnerships").await;
    for (query, variables) in [(NESTED, json!({ "many": 100 })), (change, input), ("{ nothing }", json!({}))] {
        count.store(0, Ordering::Relaxed);
        let said = estimate(&world, &world.officer, query, variables).await;
        assert_eq!(count.load(Ordering::Relaxed), 1, "{query}");
        assert_eq!(said["runs"], query != "{ nothing }", "{said:#}");
    }
    assert_eq!(total(&world, &world.officer, "partnerships").await, before);
});

on_both_pairs!(what_is_too_dear_or_wrong_is_said_and_not_refused, async |stores| {
    let (world, _) = counted(stores).await;
    let pages =
        "edges { node { visits(first: 100) { edges { node { findings(first: 100) { edges { node { id } } } } } } } }";
    let said =
        estimate(&world, &world.officer, &format!("{{ providers(first: 100) {{ {pages} }} }}"), Value::Null).await;
    assert_eq!((&said["runs"], &said["problems"][0]["code"]), (&json!(false), &json!("LIMIT_COMPLEXITY")));
    assert!(said["cost"].as_i64().unwrap() > 1_000_000);
    assert_eq!(said["lists"][2], json!({ "path": "providers.visits.findings", "page": 100, "rows": 1_000_000 }));

    let (open, close) = ("visits { edges { node { provider { ".repeat(3), " } } } }".repeat(3));
    let deep =
        format!("{{ providers {{ edges {{ node {{ {open} visits {{ edges {{ node {{ id }} }} }} {close} }} }} }} }}");
    let said = estimate(&world, &world.officer, &deep, Value::Null).await;
    assert!(said["problems"].as_array().unwrap().iter().any(|problem| problem["code"] == "LIMIT_DEPTH"), "{said:#}");
    assert_eq!(said["depth"], 9);

    let doubling: String =
        (0..18).map(|n| format!("fragment F{n} on Query {{ ...F{m} ...F{m} }} ", m = n + 1)).collect();
    let unfolds = format!("{{ ...F0 }} {doubling} fragment F18 on Query {{ viewer {{ id }} }}");
    let said = estimate(&world, &world.officer, &unfolds, Value::Null).await;
    let codes: Vec<_> = said["problems"].as_array().unwrap().iter().map(|problem| problem["code"].clone()).collect();
    assert!(codes.contains(&json!("LIMIT_FIELDS")) && said["lists"] == json!([]), "{said:#}");

    let said =
        estimate(&world, &world.officer, "{\n  providers {\n    totalCount\n    wrong\n  }\n}", Value::Null).await;
    let place = &said["problems"][0];
    assert_eq!((&place["code"], &place["line"], &place["column"]), (&json!("VALIDATION_FAILED"), &json!(4), &json!(5)));
    assert_eq!(place["message"], "A field is asked for that its type does not have.");
    let said = estimate(&world, &world.officer, "{ providers(", Value::Null).await;
    assert_eq!((&said["problems"][0]["code"], &said["cost"]), (&json!("PARSE_FAILED"), &Value::Null));
    let several = "query A { viewer { id } } query B { viewer { id } }";
    assert_eq!(estimate(&world, &world.officer, several, Value::Null).await["runs"], false);
    let answer = world.ask(&world.officer, ESTIMATE, json!({ "query": several, "operationName": "B" })).await;
    assert_eq!(answer["data"]["estimate"]["runs"], true);
    let answer = world.ask(&world.officer, ESTIMATE, json!({ "query": several, "variables": [1] })).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_INPUT");
    let request = world.server().post("/graphql").header("accept", "application/json");
    let nobody = request.body_json(&json!({ "query": ESTIMATE, "variables": { "query": several } })).send().await;
    let answer: Value = nobody.0.into_body().into_json().await.unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
});

on_both_pairs!(an_estimate_says_what_the_server_does, async |stores| {
    let (world, _) = counted(stores).await;
    let aliases: String = (0..16).map(|n| format!("a{n}: viewer {{ id }} ")).collect();
    let (aliases, words) = (format!("{{ {aliases} }}"), format!("{{ {} }}", "a ".repeat(4_001)));
    let questions = [
        (NESTED, json!({ "many": 3 })),
        (NESTED, json!({})),
        (NESTED, json!({ "many": "three" })),
        ("{ viewer { id } }", json!({})),
        ("{ viewer { id } ", json!({})),
        ("{ viewer }", json!({})),
        ("{ providers(first: \"x\") { totalCount } }", json!({})),
        ("{ ...A } fragment A on Query { ...A }", json!({})),
        ("{ viewer { id } } fragment A on Query { viewer { id } }", json!({})),
        ("query($n: Int) { viewer { id } }", json!({})),
        ("subscription { viewer { id } }", json!({})),
        (aliases.as_str(), json!({})),
        (words.as_str(), json!({})),
    ];
    for (query, variables) in questions {
        let answer = world.ask(&world.officer, query, variables.clone()).await;
        let said = estimate(&world, &world.officer, query, variables).await;
        let refused = &answer["errors"][0]["extensions"]["code"];
        assert_eq!(&said["problems"][0]["code"], refused, "{query:.80}\n{said:#}\n{answer:#}");
        assert_eq!(said["runs"], refused.is_null(), "{query:.80}");
    }
});
