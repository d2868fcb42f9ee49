//! The read tree, asked over HTTP: lists, pages, filters, nested edges, scope.

use serde_json::json;

use crate::support::pair::on_both_pairs;
use crate::support::world::{TODAY, World};

on_both_pairs!(a_list_reads_what_is_asked_and_counts_when_asked, async |stores| {
    let world = World::new(stores).await;
    let data = world
        .read(
            &world.officer,
            "{ providers(first: 1) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
                __typename id name kind again: name authority { code } sites(first: 3) { totalCount edges { node { id } } } } } } }",
        )
        .await;
    let page = &data["providers"];
    assert_eq!(page["totalCount"], 2);
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    assert_eq!(page["edges"].as_array().unwrap().len(), 1);
    let node = &page["edges"][0]["node"];
    assert_eq!(node["__typename"], "Provider");
    assert_eq!(node["name"], "North Motors");
    assert_eq!(node["again"], "North Motors");
    assert_eq!(node["kind"], "MOTOR_VEHICLE");
    assert_eq!(node["authority"]["code"], "925");
    assert_eq!(node["sites"], json!({ "totalCount": 0, "edges": [] }));
    let after = page["pageInfo"]["endCursor"].as_str().unwrap();
    let next = world
        .read(&world.officer, &format!("{{ providers(after: \"{after}\") {{ edges {{ node {{ name }} }} }} }}"))
        .await;
    assert_eq!(next["providers"]["edges"], json!([{ "node": { "name": "South Motors" } }]));
});

on_both_pairs!(filters_follow_edges_and_see_no_more_than_their_viewer, async |stores| {
    let world = World::new(stores).await;
    let count = async |person, filter: &str| {
        let query = format!("{{ schools(where: {filter}) {{ totalCount }} }}");
        world.read(person, &query).await["schools"]["totalCount"].as_i64().unwrap()
    };
    assert_eq!(count(&world.officer, "{ name: { contains: \"NORTH\" } }").await, 1);
    assert_eq!(count(&world.officer, "{ not: { name: { contains: \"north\" } } }").await, 1);
    let member = "{ memberships: { some: { partnership: { code: { eq: \"NORTH\" } } } } }";
    assert_eq!(count(&world.officer, member).await, 1);
    assert_eq!(count(&world.officer, &format!("{{ or: [{member}, {{ urn: {{ isNull: true }} }}] }}")).await, 2);
    // A provider sees no pupil, so no school has one for it, whatever there is.
    assert_eq!(count(&world.provider, "{ pupils: { none: {} } }").await, 2);
    let query = "{ schools(where: { pupils: { some: {} } }) { totalCount } }";
    assert_eq!(world.refused(&world.analyst, query).await, "COUNT_ONLY");
});

on_both_pairs!(nobody_sees_another_authority, async |stores| {
    let world = World::new(stores).await;
    let data = world.read(&world.stranger, "{ providers { totalCount } schools { totalCount } }").await;
    assert_eq!(data, json!({ "providers": { "totalCount": 0 }, "schools": { "totalCount": 0 } }));
    let id = world.providers[0];
    let query = format!("{{ node(id: \"{id}\") {{ id ... on Provider {{ name }} }} }}");
    assert_eq!(world.read(&world.stranger, &query).await["node"], json!(null));
    let mine = world.read(&world.officer, &query).await;
    assert_eq!(mine["node"], json!({ "id": id.to_string(), "name": "North Motors" }));
});

on_both_pairs!(a_grant_that_ended_shows_nothing_from_the_next_day_on, async |stores| {
    let world = World::new(stores).await;
    let count = "{ providers { totalCount } }";
    assert_eq!(world.read(&world.officer, count).await["providers"]["totalCount"], 2);
    let yesterday = TODAY - chrono::Days::new(1);
    end_memberships(&world, yesterday).await;
    assert_eq!(world.read(&world.officer, count).await["providers"]["totalCount"], 0);
    // And a grant that begins tomorrow shows nothing today.
    world.clock.advance(chrono::TimeDelta::days(-20));
    assert_eq!(world.read(&world.officer, count).await["providers"]["totalCount"], 2);
});

async fn end_memberships(world: &World, on: chrono::NaiveDate) {
    use sea_orm::sea_query::Expr;
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    entity::membership::Entity::update_many()
        .col_expr(entity::membership::Column::EndsOn, Expr::val(on))
        .filter(entity::membership::Column::AccountId.eq(world.officer.account))
        .exec(&world.app.db)
        .await
        .unwrap();
}

on_both_pairs!(a_number_that_comes_as_text_is_for_its_sender_to_mend, async |stores| {
    let world = World::new(stores).await;
    let filter = "query($n: BigInt!) { evidence(where: { file: { byteSize: { gt: $n } } }) { totalCount } }";
    let change = "mutation($n: BigInt!) { completeVisit(input: { idempotencyKey: \"a whole visit\", manifest: [{
        evidenceId: \"evidence:00000000-0000-7000-8000-000000000001\", sha256: \"0\", byteSize: $n }],
        visitId: \"visit:00000000-0000-7000-8000-000000000001\" }) { refusal { code } } }";
    for query in [filter, change] {
        let answer = world.ask(&world.officer, query, json!({ "n": "12" })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_INPUT", "{answer:#}");
        let answer = world.ask(&world.officer, query, json!({ "n": 12 })).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
    }
});
