//! Saved queries: kept, versioned, shared by roles that hold today, and never lending rights.

use domain::access::Role;
use entity::ids::{SavedQueryId, SavedQueryVersionId};
use serde_json::{Value, json};

use super::{acts, end_roles, sees, told, total};
use crate::support::pair::on_both_pairs;
use crate::support::world::{Person, World};
use crate::sync::phone::Field;

const QUERY: &str = "savedQuery { id version name sharedWith latest text variables retiredAt owner { id }
    versions { edges { node { number text variables note savedBy { id } } } } } refusal { field message current { id } }";

/// The same, of a mutation that looks at the query.
const CHECKED: &str = "savedQuery { id version name sharedWith latest text variables retiredAt owner { id }
    versions { edges { node { number text variables note savedBy { id } } } } }
    refusal { field message current { id } problems { code message line column } }";

const EXPIRING: &str = "query($on: Date!) { documents(where: { expiresOn: { lte: $on } }) { totalCount } }";

fn new(world: &World, text: &str) -> Value {
    json!({ "authorityId": world.authority.to_string(), "name": "What expires", "text": text })
}

async fn saved(field: &Field, by: &Person) -> Value {
    let input = new(&field.world, "{ providers { totalCount } }");
    field.done(by, "saveQuery", CHECKED, input).await["savedQuery"].clone()
}

/// Shares it, as its owner; answers its version.
async fn share(field: &Field, by: &Person, query: &Value, with: Value) -> Value {
    let mut input = json!({ "savedQueryId": query["id"], "version": query["version"] });
    for (name, value) in with.as_object().unwrap() {
        input[name] = value.clone();
    }
    field.ask(by, "shareQuery", QUERY, input).await
}

on_both_pairs!(each_save_is_a_version_and_earlier_ones_stay_readable, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let owner = &world.analyst;
    let me = json!({ "id": owner.account.to_string() });
    let mut input = new(world, EXPIRING);
    input["variables"] = json!("{ \"on\": \"2026-04-01\" }");
    input["note"] = json!("For the meeting");
    input["idempotencyKey"] = json!("the first query");
    let first = field.done(owner, "saveQuery", CHECKED, input.clone()).await["savedQuery"].clone();
    let version = json!({ "number": 1, "text": EXPIRING, "variables": "{ \"on\": \"2026-04-01\" }", "note": "For the meeting", "savedBy": me });
    assert_eq!(
        first,
        json!({
            "id": first["id"], "version": 1, "name": "What expires", "sharedWith": "ONLY_ME", "latest": 1, "text": EXPIRING,
            "variables": "{ \"on\": \"2026-04-01\" }", "retiredAt": null, "owner": me,
            "versions": { "edges": [{ "node": version }] },
        })
    );
    assert_eq!(
        field.done(owner, "saveQuery", CHECKED, input).await["savedQuery"]["id"],
        first["id"],
        "one key, one query"
    );

    let next = "{ documents(first: 5) { edges { node { title expiresOn } } } }";
    let second = json!({ "savedQueryId": first["id"], "version": 1, "text": next });
    let second = field.done(owner, "saveQueryVersion", CHECKED, second).await["savedQuery"].clone();
    assert_eq!((&second["latest"], &second["text"], &second["variables"]), (&json!(2), &json!(next), &Value::Null));
    let edges = second["versions"]["edges"].as_array().unwrap();
    assert_eq!((&edges[0]["node"]["number"], &edges[1]["node"]), (&json!(2), &version));
    let stale = json!({ "savedQueryId": first["id"], "version": 1, "text": next });
    let stale = field.ask(owner, "saveQueryVersion", CHECKED, stale).await;
    assert_eq!((&stale["refusal"]["code"], &stale["refusal"]["current"]["id"]), (&json!("STALE"), &first["id"]));

    let rename = |name: &str, version: i32| json!({ "savedQueryId": first["id"], "version": version, "name": name });
    assert_eq!(field.ask(owner, "renameQuery", QUERY, rename("x", 2)).await["refusal"]["code"], "NAME_LENGTH");
    let renamed = field.done(owner, "renameQuery", QUERY, rename(" Next to expire ", 2)).await;
    assert_eq!(renamed["savedQuery"]["name"], "Next to expire");
    let found = "{ savedQueries(where: { text: { contains: \"EXPIRESON\" } }) { edges { node { name } } } }";
    assert_eq!(
        world.read(owner, found).await["savedQueries"]["edges"],
        json!([{ "node": { "name": "Next to expire" } }])
    );

    let retire = json!({ "savedQueryId": first["id"], "version": 3 });
    let retired = field.done(owner, "retireQuery", QUERY, retire.clone()).await["savedQuery"].clone();
    assert!(retired["retiredAt"].is_string() && retired["text"] == next, "nothing of it goes");
    for (verb, input) in [
        ("retireQuery", retire),
        ("renameQuery", rename("Another", 4)),
        ("saveQueryVersion", json!({ "savedQueryId": first["id"], "version": 4, "text": next })),
        ("shareQuery", json!({ "savedQueryId": first["id"], "version": 4, "sharedWith": "AUTHORITY" })),
    ] {
        let fields = if verb == "saveQueryVersion" { CHECKED } else { QUERY };
        assert_eq!(field.ask(owner, verb, fields, input).await["refusal"]["code"], "RETIRED", "{verb}");
    }
    let expected = ["saveQuery", "saveQueryVersion", "renameQuery", "retireQuery"];
    assert_eq!(acts::<SavedQueryId>(world).await, expected);
    assert_eq!(told::<SavedQueryId>(world, owner).await, ["created", "updated", "updated", "updated"]);
    assert_eq!(told::<SavedQueryVersionId>(world, owner).await, ["created", "created"]);
    assert!(told::<SavedQueryVersionId>(world, &world.officer).await.is_empty(), "it was never shared");
});

on_both_pairs!(what_the_server_would_refuse_is_not_saved_and_the_place_is_named, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let dear = "{ providers(first: 100) { edges { node { visits(first: 100) { edges { node { findings(first: 100) { edges { node { id } } } } } } } } } }";
    let long = "x".repeat(20_001);
    let cases = [
        ("{ providers { totalCount }", None, "WOULD_NOT_RUN", Some(("PARSE_FAILED", json!(1)))),
        ("{\n  providers {\n    nothing\n  }\n}", None, "WOULD_NOT_RUN", Some(("VALIDATION_FAILED", json!(3)))),
        (dear, None, "WOULD_NOT_RUN", Some(("LIMIT_COMPLEXITY", json!(1)))),
        (
            "query A { viewer { id } } query B { viewer { id } }",
            None,
            "WOULD_NOT_RUN",
            Some(("VALIDATION_FAILED", Value::Null)),
        ),
        ("mutation($i: SaveQueryInput!) { saveQuery(input: $i) { savedQuery { id } } }", None, "NOT_A_QUERY", None),
        ("  ", None, "TEXT_LENGTH", None),
        (long.as_str(), None, "TEXT_LENGTH", None),
        ("{ viewer { id } }", Some("[1]"), "VARIABLES_UNFIT", None),
        ("{ viewer { id } }", Some("{"), "VARIABLES_UNFIT", None),
    ];
    for (text, variables, code, problem) in cases {
        let mut input = new(world, text);
        input["variables"] = json!(variables);
        let refusal = field.ask(&world.officer, "saveQuery", CHECKED, input).await["refusal"].clone();
        assert_eq!(refusal["code"], code, "{text:.60}: {refusal:#}");
        let told = &refusal["problems"][0];
        let expected = problem.map_or((Value::Null, Value::Null), |(code, line)| (json!(code), line));
        assert_eq!((&told["code"], &told["line"]), (&expected.0, &expected.1), "{text:.60}: {refusal:#}");
        assert!(!refusal["message"].as_str().unwrap().is_empty());
    }
    let unnamed = json!({ "authorityId": world.authority.to_string(), "name": " ", "text": "{ viewer { id } }" });
    assert_eq!(field.ask(&world.officer, "saveQuery", CHECKED, unnamed).await["refusal"]["code"], "NAME_LENGTH");
    assert!(acts::<SavedQueryId>(world).await.is_empty() && total(world, &world.officer, "savedQueries").await == 0);

    // A new version is looked at as the first is; a variable without a value is for whoever runs it.
    let query = field.done(&world.officer, "saveQuery", CHECKED, new(world, EXPIRING)).await["savedQuery"].clone();
    let worse = json!({ "savedQueryId": query["id"], "version": 1, "text": "{ nothing }" });
    let worse = field.ask(&world.officer, "saveQueryVersion", CHECKED, worse).await["refusal"].clone();
    assert_eq!((&worse["code"], &worse["problems"][0]["column"]), (&json!("WOULD_NOT_RUN"), &json!(3)));
});

on_both_pairs!(a_query_is_seen_by_those_it_is_shared_with_while_their_role_holds, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let [north, south] = world.partnerships;
    let colleague = world.person(Role::Coordinator, world.authority, Some(north), None).await;
    let other = world.person(Role::Coordinator, world.authority, Some(south), None).await;
    let owner = &world.coordinator;
    let all =
        [owner, &colleague, &other, &world.officer, &world.visitor, &world.analyst, &world.provider, &world.stranger];
    let seen_by = async |id: &Value, expected: &[&Person]| {
        for person in all {
            let (sees, counts) = (sees(world, person, id).await, total(world, person, "savedQueries").await);
            let is_expected = expected.iter().any(|expected| expected.account == person.account);
            assert_eq!((sees, counts), (is_expected, i64::from(is_expected)), "{} {}", person.role, person.account);
        }
    };
    let query = saved(&field, owner).await;
    seen_by(&query["id"], &[owner]).await;

    let with = |partnership: &str| json!({ "sharedWith": "PARTNERSHIP", "partnershipId": partnership });
    let (north, south) = (north.to_string(), south.to_string());
    let not_mine = share(&field, owner, &query, with(&south)).await;
    assert_eq!(not_mine["refusal"]["code"], "NOT_YOUR_PARTNERSHIP");
    let unnamed = share(&field, owner, &query, json!({ "sharedWith": "PARTNERSHIP" })).await;
    assert_eq!(unnamed["refusal"]["code"], "PARTNERSHIP_UNFIT");
    let query = share(&field, owner, &query, with(&north)).await["savedQuery"].clone();
    seen_by(&query["id"], &[owner, &colleague]).await;

    let query = share(&field, owner, &query, json!({ "sharedWith": "AUTHORITY" })).await["savedQuery"].clone();
    seen_by(&query["id"], &[owner, &colleague, &other, &world.officer, &world.visitor, &world.analyst]).await;
    let version = query["versions"]["edges"][0]["node"]["number"].clone();
    assert_eq!(version, 1, "it was saved once");

    // To read is not to change; and what is not seen is not found.
    let rename = json!({ "savedQueryId": query["id"], "version": query["version"], "name": "Mine now" });
    let of = async |person: &Person| {
        field.ask(person, "renameQuery", QUERY, rename.clone()).await["refusal"]["code"].clone()
    };
    assert_eq!(of(&world.officer).await, "NOT_ALLOWED");
    assert_eq!(of(&world.provider).await, "NOT_FOUND");
    assert_eq!(of(&world.stranger).await, "NOT_FOUND");

    // A role that ended shows nothing of the authority any more, one's own included.
    end_roles(world, &colleague).await;
    end_roles(world, owner).await;
    seen_by(&query["id"], &[&other, &world.officer, &world.visitor, &world.analyst]).await;
    assert_eq!(of(owner).await, "NOT_FOUND");
    assert_eq!(
        field.ask(owner, "saveQuery", CHECKED, new(world, "{ viewer { id } }")).await["refusal"]["code"],
        "NOT_ALLOWED"
    );
    let retire = json!({ "savedQueryId": query["id"], "version": query["version"] });
    assert_eq!(field.ask(&world.visitor, "retireQuery", QUERY, retire.clone()).await["refusal"]["code"], "NOT_ALLOWED");
    field.done(&world.officer, "retireQuery", QUERY, retire).await;
    assert_eq!(told::<SavedQueryId>(world, &other).await, ["created", "updated", "updated", "updated"]);
    assert!(told::<SavedQueryId>(world, &world.provider).await.is_empty());
});

on_both_pairs!(a_providers_people_keep_their_own_and_nobody_keeps_another_authoritys, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let own = saved(&field, &world.provider).await;
    let staff = share(&field, &world.provider, &own, json!({ "sharedWith": "AUTHORITY" })).await;
    assert_eq!(staff["refusal"]["code"], "NOT_STAFF");
    let partnership = json!({ "sharedWith": "PARTNERSHIP", "partnershipId": world.partnerships[0].to_string() });
    let not_mine = share(&field, &world.provider, &own, partnership).await;
    assert_eq!(not_mine["refusal"]["code"], "NOT_YOUR_PARTNERSHIP");
    assert!(sees(world, &world.provider, &own["id"]).await && !sees(world, &world.officer, &own["id"]).await);
    let elsewhere = field.ask(&world.stranger, "saveQuery", CHECKED, new(world, "{ viewer { id } }")).await;
    assert_eq!(elsewhere["refusal"]["code"], "NOT_ALLOWED");
});

on_both_pairs!(a_shared_query_runs_as_whoever_runs_it, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let pupils = new(world, "{ pupils(first: 5) { edges { node { id } } } }");
    let query = field.done(&world.officer, "saveQuery", CHECKED, pupils).await["savedQuery"].clone();
    share(&field, &world.officer, &query, json!({ "sharedWith": "AUTHORITY" })).await;
    let read = format!("{{ node(id: {}) {{ ... on SavedQuery {{ text }} }} }}", query["id"]);
    let text = world.read(&world.analyst, &read).await["node"]["text"].as_str().unwrap().to_owned();
    assert_eq!(world.refused(&world.analyst, &text).await, "COUNT_ONLY");
    assert_eq!(world.read(&world.officer, &text).await["pupils"]["edges"], json!([]));
});
