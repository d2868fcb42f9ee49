//! Requests come twice: at the same time, days later, under the same key with another body, with an id that another took.

use chrono::TimeDelta;
use entity::{audit, framework_version, visit};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use server::quality::framework::install::install;

use crate::support::pair::on_both_pairs;
use crate::support::world::{Person, TODAY, World};

const PLAN: &str = "mutation ($input: PlanVisitInput!) {
    planVisit(input: $input) { visit { id } refusal { code field } } }";

async fn plan(world: &World, person: &Person, input: &Value) -> Value {
    let answer = world.ask(person, PLAN, json!({ "input": input })).await;
    assert!(answer.get("errors").is_none(), "{answer:#}");
    answer["data"]["planVisit"].clone()
}

/// A visit to plan, under this key.
async fn input(world: &World, key: &str) -> Value {
    install(&world.app.db, world.app.clock.now()).await.unwrap();
    let version = framework_version::Entity::find().one(&world.app.db).await.unwrap().unwrap();
    json!({
        "idempotencyKey": key,
        "providerId": world.providers[0].to_string(),
        "frameworkVersionId": version.id.to_string(),
        "purpose": "An annual visit",
        "plannedFor": (TODAY + chrono::Days::new(7)).to_string(),
        "visitors": [{ "accountId": world.visitor.account.to_string(), "lead": true }],
    })
}

async fn count(world: &World) -> (u64, u64) {
    let audited = audit::Entity::find().filter(audit::Column::Act.eq("planVisit"));
    let visits = visit::Entity::find().count(&world.app.db).await.unwrap();
    (visits, audited.count(&world.app.db).await.unwrap())
}

on_both_pairs!(a_request_that_comes_twice_is_done_once, async |stores| {
    let world = World::new(stores).await;
    let input = input(&world, "a key of the officer").await;
    let (one, other) = tokio::join!(plan(&world, &world.officer, &input), plan(&world, &world.officer, &input));
    assert_eq!(one, other);
    assert_eq!(count(&world).await, (1, 1));
    world.clock.advance(TimeDelta::days(5));
    assert_eq!(plan(&world, &world.officer, &input).await, one, "days later");
    assert_eq!(count(&world).await, (1, 1));

    let mut changed = input.clone();
    changed["purpose"] = json!("Something else");
    let refused = plan(&world, &world.officer, &changed).await;
    assert_eq!(refused["refusal"]["code"], "IDEMPOTENCY_KEY_REUSED", "{refused}");
    // Another person's key of the same text is another key.
    let another = plan(&world, &world.coordinator, &input).await;
    assert_ne!(another["visit"]["id"], one["visit"]["id"]);
    assert_eq!(count(&world).await, (2, 2));
});

on_both_pairs!(an_id_that_two_take_at_once_is_refused_to_one, async |stores| {
    let world = World::new(stores).await;
    let template = input(&world, "").await;
    for round in 0..8_u128 {
        let id = uuid::Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_aaaa + round);
        let with_key = |key: &str| {
            let mut input = template.clone();
            input["idempotencyKey"] = json!(format!("{key} of round {round}"));
            input["id"] = json!(format!("visit:{id}"));
            input
        };
        let (first, second) = (with_key("a key"), with_key("another key"));
        let (one, other) = tokio::join!(plan(&world, &world.officer, &first), plan(&world, &world.visitor, &second));
        let refusals = [&one, &other].map(|payload| payload["refusal"]["code"].clone());
        assert!(refusals.contains(&json!(null)) && refusals.contains(&json!("ID_TAKEN")), "{one} {other}");
    }
    assert_eq!(count(&world).await, (8, 8));
});
