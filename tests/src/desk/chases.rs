//! Chases: started, handed on, closed; by whom, and about what.

use chrono::Days;
use entity::ids::ChaseId;
use serde_json::{Value, json};

use super::{acts, end_roles, sees, told, total};
use crate::support::pair::on_both_pairs;
use crate::support::world::{Person, TODAY, World};
use crate::sync::phone::{Field, text};

const CHASE: &str = "chase { id version state note dueOn closingNote closedAt provider { name } documentType { id }
    assignedTo { id } raisedBy { id } closedBy { id } } refusal { field message current { id } }";

/// A type of document that providers are asked for.
async fn document_type(world: &World) -> Value {
    let read = world.read(&world.coordinator, "{ documentTypes(first: 1) { edges { node { id } } } }").await;
    read["documentTypes"]["edges"][0]["node"]["id"].clone()
}

/// Something that the first provider is chased for: by tomorrow, by this person.
fn chase(world: &World, by: &Person, about: Value) -> Value {
    let mut input = json!({
        "providerId": world.providers[0].to_string(), "note": "Ring and ask for it",
        "accountId": by.account.to_string(), "dueOn": TODAY + Days::new(1),
    });
    for (name, value) in about.as_object().unwrap() {
        input[name] = value.clone();
    }
    input
}

/// The code of the refusal.
async fn refused(field: &Field, by: &Person, verb: &str, input: Value) -> Value {
    field.ask(by, verb, CHASE, input).await["refusal"]["code"].clone()
}

on_both_pairs!(a_chase_is_started_handed_on_and_closed_and_every_step_is_kept, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let about = json!({ "documentTypeId": document_type(world).await });

    let mut first = chase(world, &world.visitor, about.clone());
    first["idempotencyKey"] = json!("the first chase");
    let started = field.done(&world.coordinator, "createChase", CHASE, first.clone()).await["chase"].clone();
    assert_eq!(
        started,
        json!({
            "id": started["id"], "version": 1, "state": "OPEN", "note": "Ring and ask for it", "dueOn": "2026-03-04",
            "closingNote": null, "closedAt": null, "provider": { "name": "North Motors" },
            "documentType": { "id": about["documentTypeId"] }, "assignedTo": { "id": world.visitor.account.to_string() },
            "raisedBy": { "id": world.coordinator.account.to_string() }, "closedBy": null,
        })
    );
    let again = field.done(&world.coordinator, "createChase", CHASE, first).await;
    assert_eq!(again["chase"]["id"], started["id"], "one key, one chase");
    let twice = field.ask(&world.officer, "createChase", CHASE, chase(world, &world.officer, about.clone())).await;
    let expected = (json!("ALREADY_CHASED"), json!("documentTypeId"), started["id"].clone());
    let refusal = &twice["refusal"];
    assert_eq!(
        (&refusal["code"], &refusal["field"], &refusal["current"]["id"]),
        (&expected.0, &expected.1, &expected.2)
    );

    let mine = format!(
        "{{ chases(where: {{ state: {{ eq: OPEN }}, assignedTo: {{ id: {{ eq: \"{}\" }} }} }}, orderBy: [{{ field: DUE_ON }}])
            {{ edges {{ node {{ id }} }} }} }}",
        world.visitor.account
    );
    let listed = world.read(&world.visitor, &mine).await["chases"]["edges"].clone();
    assert_eq!(listed, json!([{ "node": { "id": started["id"] } }]));

    let hand = |version: i32, to: &Person| json!({ "chaseId": started["id"], "version": version, "accountId": to.account.to_string() });
    assert_eq!(refused(&field, &world.officer, "assignChase", hand(2, &world.officer)).await, "STALE");
    assert_eq!(refused(&field, &world.officer, "assignChase", hand(1, &world.analyst)).await, "NOT_ON_TEAM");
    let mut late = hand(1, &world.officer);
    late["dueOn"] = json!(TODAY - Days::new(1));
    assert_eq!(refused(&field, &world.officer, "assignChase", late).await, "DUE_TOO_EARLY");
    // Late already: whoever takes it over need not move its date.
    world.clock.advance(chrono::TimeDelta::days(3));
    let handed = field.done(&world.visitor, "assignChase", CHASE, hand(1, &world.officer)).await["chase"].clone();
    assert_eq!((&handed["version"], &handed["dueOn"]), (&json!(2), &json!("2026-03-04")));
    assert_eq!(handed["assignedTo"]["id"], world.officer.account.to_string());

    let close = |note: &str, version: i32| json!({ "chaseId": started["id"], "version": version, "note": note });
    assert_eq!(refused(&field, &world.officer, "closeChase", close(" ", 2)).await, "NOTE_LENGTH");
    assert_eq!(refused(&field, &world.officer, "closeChase", close("It came", 1)).await, "STALE");
    let closed = field.done(&world.officer, "closeChase", CHASE, close(" It came by post ", 2)).await["chase"].clone();
    assert_eq!((&closed["state"], &closed["closingNote"]), (&json!("DONE"), &json!("It came by post")));
    assert_eq!(closed["closedBy"]["id"], world.officer.account.to_string());
    assert_eq!(refused(&field, &world.officer, "closeChase", close("Again", 3)).await, "DONE");
    assert_eq!(refused(&field, &world.officer, "assignChase", hand(3, &world.visitor)).await, "DONE");

    let next = json!({ "dueOn": TODAY + Days::new(9), "documentTypeId": about["documentTypeId"] });
    field.done(&world.officer, "createChase", CHASE, chase(world, &world.officer, next)).await;
    assert_eq!(acts::<ChaseId>(world).await, ["createChase", "assignChase", "closeChase", "createChase"]);
    assert_eq!(told::<ChaseId>(world, &world.coordinator).await, ["created", "updated", "updated", "created"]);
    assert!(told::<ChaseId>(world, &world.provider).await.is_empty());
});

on_both_pairs!(the_qa_team_chases_and_the_provider_does_not_see_it, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let started = chase(world, &world.visitor, json!({}));
    let id = field.done(&world.visitor, "createChase", CHASE, started.clone()).await["chase"]["id"].clone();
    let team = [&world.officer, &world.coordinator, &world.visitor];
    let others = [&world.provider, &world.analyst, &world.stranger];
    for person in team {
        assert!(sees(world, person, &id).await && total(world, person, "chases").await == 1, "{}", person.role);
    }
    let hand = json!({ "chaseId": id, "version": 1, "accountId": world.visitor.account.to_string() });
    let close = json!({ "chaseId": id, "version": 1, "note": "It came" });
    for person in others {
        assert!(!sees(world, person, &id).await && total(world, person, "chases").await == 0, "{}", person.role);
        let expected = if person.account == world.stranger.account { "PROVIDER_NOT_FOUND" } else { "NOT_ALLOWED" };
        assert_eq!(refused(&field, person, "createChase", started.clone()).await, expected, "{}", person.role);
        assert_eq!(refused(&field, person, "assignChase", hand.clone()).await, "NOT_FOUND", "{}", person.role);
        assert_eq!(refused(&field, person, "closeChase", close.clone()).await, "NOT_FOUND", "{}", person.role);
    }
    // Nor by the way of what is chased.
    let way = "{ providers(where: { chases: { some: {} } }) { totalCount } all: providers { edges { node { chases { totalCount } } } } }";
    let through = world.read(&world.provider, way).await;
    let hidden = json!([{ "node": { "chases": { "totalCount": 0 } } }]);
    assert_eq!((&through["providers"]["totalCount"], &through["all"]["edges"]), (&json!(0), &hidden));
    assert_eq!(world.read(&world.officer, way).await["providers"]["totalCount"], 1);

    // It is given to whoever is of the team today, and seen by nobody else.
    let gone = world.dated_officer(Some((TODAY - Days::new(9), Some(TODAY)))).await;
    for person in [&gone, &world.provider, &world.analyst, &world.stranger] {
        let to = chase(world, person, json!({}));
        assert_eq!(refused(&field, &world.officer, "createChase", to).await, "NOT_ON_TEAM", "{}", person.role);
    }
    end_roles(world, &world.coordinator).await;
    assert!(!sees(world, &world.coordinator, &id).await && total(world, &world.coordinator, "chases").await == 0);
    assert_eq!(refused(&field, &world.coordinator, "assignChase", hand).await, "NOT_FOUND");
    assert_eq!(refused(&field, &world.coordinator, "createChase", started).await, "PROVIDER_NOT_FOUND");
    assert_eq!(acts::<ChaseId>(world).await, ["createChase"]);
});

on_both_pairs!(one_thing_is_chased_at_a_time_and_only_while_it_is_open, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let visit = field.plan(0, &[&world.visitor]).await;
    let action = json!({
        "providerId": world.providers[0].to_string(), "area": "Fire safety", "action": "Put up plans",
        "owner": "Head of centre", "dueOn": TODAY, "rag": "RED",
    });
    let made = field.done(&world.officer, "createImprovementAction", "improvementAction { id }", action).await;
    let action = text(&made["improvementAction"]["id"]);
    let start = async |about: Value| {
        let input = chase(world, &world.officer, about);
        field.ask(&world.officer, "createChase", CHASE, input).await["refusal"]["code"].clone()
    };

    let other = world.providers[1].to_string();
    assert_eq!(start(json!({ "visitId": visit, "providerId": other })).await, "VISIT_NOT_FOUND");
    let theirs = json!({ "improvementActionId": action, "providerId": other });
    assert_eq!(start(theirs).await, "IMPROVEMENT_ACTION_NOT_FOUND");
    let nothing = "document_type:00000000-0000-7000-8000-00000000abcd";
    assert_eq!(start(json!({ "documentTypeId": nothing })).await, "DOCUMENT_TYPE_NOT_FOUND");
    assert_eq!(start(json!({ "visitId": visit, "improvementActionId": action })).await, "SEVERAL_SUBJECTS");
    assert_eq!(start(json!({ "visitId": visit, "dueOn": TODAY - Days::new(1) })).await, "DUE_TOO_EARLY");
    assert_eq!(start(json!({ "visitId": visit, "note": " " })).await, "NOTE_LENGTH");
    assert_eq!(acts::<ChaseId>(world).await.len(), 0, "what is refused leaves nothing");

    assert_eq!(start(json!({ "visitId": visit })).await, Value::Null);
    assert_eq!(start(json!({ "improvementActionId": action })).await, Value::Null);
    assert_eq!(start(json!({ "visitId": visit })).await, "ALREADY_CHASED");
    assert_eq!(start(json!({ "improvementActionId": action })).await, "ALREADY_CHASED");
    assert_eq!(start(json!({})).await, Value::Null);
    assert_eq!(start(json!({})).await, Value::Null, "a provider is chased for several things");

    let off = json!({ "visitId": visit, "reason": "The site is flooded" });
    field.done(&world.officer, "cancelVisit", "visit { id }", off).await;
    let done = json!({ "improvementActionId": action, "version": 1, "state": "CLOSED", "note": "Seen on site" });
    field.done(&world.officer, "updateImprovementAction", "improvementAction { id }", done).await;
    assert_eq!(start(json!({ "visitId": visit })).await, "VISIT_OVER");
    assert_eq!(start(json!({ "improvementActionId": action })).await, "IMPROVEMENT_ACTION_CLOSED");

    let query = "{ visits { edges { node { chases { totalCount } } } } improvementActions { edges { node { chases { totalCount } } } } }";
    let read = world.read(&world.officer, query).await;
    let one = json!([{ "node": { "chases": { "totalCount": 1 } } }]);
    assert_eq!((&read["visits"]["edges"], &read["improvementActions"]["edges"]), (&one, &one));
});

on_both_pairs!(the_team_knows_to_whom_a_chase_or_a_visit_can_be_given, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    world.dated_officer(Some((TODAY - Days::new(9), Some(TODAY)))).await;
    let team = format!(
        "{{ accounts(where: {{ memberships: {{ some: {{ role: {{ in: [OFFICER, COORDINATOR, VISITOR] }},
            startsOn: {{ lte: \"{TODAY}\" }}, or: [{{ endsOn: {{ isNull: true }} }}, {{ endsOn: {{ gt: \"{TODAY}\" }} }}] }} }} }})
            {{ edges {{ node {{ id }} }} }} }}"
    );
    let known = async |person: &Person| {
        let read = world.read(person, &team).await;
        let edges = read["accounts"]["edges"].as_array().unwrap();
        let mut ids: Vec<_> = edges.iter().map(|edge| text(&edge["node"]["id"])).collect();
        ids.sort_unstable();
        ids
    };
    let mut all = [&world.officer, &world.coordinator, &world.visitor].map(|person| person.account.to_string());
    all.sort_unstable();
    for person in [&world.officer, &world.coordinator, &world.visitor] {
        assert_eq!(known(person).await, all, "{}", person.role);
    }
    for person in [&world.provider, &world.analyst] {
        assert!(known(person).await.is_empty(), "{}", person.role);
    }
    assert_eq!(known(&world.stranger).await, [world.stranger.account.to_string()]);
    // Of those who are not of the team, its members know neither role nor address; of each other no address.
    let query = "{ accounts { edges { node { id email memberships { totalCount } } } } }";
    let read = world.read(&world.coordinator, query).await;
    let others = read["accounts"]["edges"].as_array().unwrap().iter().map(|edge| &edge["node"]);
    for other in others.filter(|other| other["id"] != world.coordinator.account.to_string()) {
        assert_eq!(other["email"], Value::Null);
        let is_of_team = all.contains(&text(&other["id"]));
        assert_eq!(other["memberships"]["totalCount"], i32::from(is_of_team), "{other}");
    }
});
