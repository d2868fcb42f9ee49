//! Changes told while they happen: to whom they may be told, for how long, and in which words (GraphQL over SSE).

use std::io;
use std::time::Duration;

use bytes::Bytes;
use entity::ids::{AuthorityId, Key};
use entity::pupil;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use poem::Response;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use server::ledger::{change, installation};

use super::end_roles;
use crate::property::rows;
use crate::support::database::ledger_settles;
use crate::support::pair::on_both_pairs;
use crate::support::world::{Person, World};
use crate::sync::phone::{Field, text};

const ALL: &str = "subscription { changes { cursor changes { nodeId nodeType kind at } } }";

/// A stream of events, as its reader sees it.
struct Ear {
    bytes: BoxStream<'static, io::Result<Bytes>>,
    held: String,
}

/// What the server answers to who asks for events.
async fn events(world: &World, token: Option<&str>, query: &str, variables: Value) -> Response {
    let request = world.server().post("/graphql").header("accept", "text/event-stream");
    let request = match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    request.body_json(&json!({ "query": query, "variables": variables })).send().await.0
}

/// The status and code of a refusal.
async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body: Value = response.into_body().into_json().await.unwrap();
    (status, text(&body["errors"][0]["extensions"]["code"]))
}

impl Ear {
    fn of(response: Response) -> Self {
        assert_eq!((response.status().as_u16(), response.content_type()), (200, Some("text/event-stream")));
        Self { bytes: response.into_body().into_bytes_stream().boxed(), held: String::new() }
    }

    /// Somebody who listens from now on.
    async fn at(world: &World, person: &Person) -> Self {
        ledger_settles(&world.app.db).await;
        let mut ear = Self::of(events(world, Some(&person.token), ALL, json!({})).await);
        assert_eq!(ear.told().await["changes"], json!([]), "the listening has begun");
        ear
    }

    /// The next event; none after the end.
    async fn event(&mut self) -> Option<(String, Value)> {
        let reading = async {
            loop {
                if let Some((event, rest)) = self.held.split_once("\n\n") {
                    let (event, rest) = (event.to_owned(), rest.to_owned());
                    self.held = rest;
                    let Some((name, data)) = event.split_once('\n') else { continue };
                    let name = name.strip_prefix("event: ").unwrap().to_owned();
                    let data = data.strip_prefix("data: ").unwrap();
                    return Some((name, serde_json::from_str(data).unwrap_or_default()));
                }
                self.held.push_str(std::str::from_utf8(&self.bytes.next().await?.unwrap()).unwrap());
            }
        };
        tokio::time::timeout(Duration::from_secs(60), reading).await.expect("an event")
    }

    /// What is told next.
    async fn told(&mut self) -> Value {
        let (name, result) = self.event().await.unwrap();
        assert_eq!((name.as_str(), result.get("errors")), ("next", None));
        result["data"]["changes"].clone()
    }

    /// Types and ids of what is told, as far as a row of this type.
    async fn told_as_far_as(&mut self, node_type: &str) -> Vec<(String, String)> {
        let mut heard = Vec::new();
        while heard.iter().all(|(found, _)| found != node_type) {
            let told = self.told().await;
            let changes = told["changes"].as_array().unwrap();
            heard.extend(changes.iter().map(|change| (text(&change["nodeType"]), text(&change["nodeId"]))));
        }
        heard
    }

    /// The code of the error that ends it; nothing follows.
    async fn ended(mut self) -> Option<String> {
        let (mut name, result) = self.event().await.unwrap();
        let code = result["errors"][0]["extensions"]["code"].as_str().map(str::to_owned);
        if code.is_some() {
            assert_eq!((name.as_str(), &result["data"]), ("next", &Value::Null));
            name = self.event().await.unwrap().0;
        }
        assert_eq!((name.as_str(), self.event().await), ("complete", None));
        code
    }
}

/// Writes that these rows have changed, as another process would: nothing rings here.
async fn touch<K: Key>(world: &World, ids: impl IntoIterator<Item = K>) {
    let tx = world.app.db.begin_writing().await.unwrap();
    for id in ids {
        change::record_updated(&tx, world.authority, id, world.app.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// A saved query that only its owner sees; answers its id.
async fn save(field: &Field, by: &Person, authority: AuthorityId) -> String {
    let input = json!({ "authorityId": authority.to_string(), "name": "Mine", "text": "{ providers { totalCount } }" });
    text(&field.done(by, "saveQuery", "savedQuery { id }", input).await["savedQuery"]["id"])
}

on_both_pairs!(a_listener_hears_of_rows_that_she_may_see_and_of_no_others, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let mut owner = Ear::at(world, &world.analyst).await;
    let mut other = Ear::at(world, &world.visitor).await;
    let mut stranger = Ear::at(world, &world.stranger).await;

    let saved = save(&field, &world.analyst, world.authority).await;
    let heard = owner.told_as_far_as("SavedQuery").await;
    assert!(heard.contains(&("SavedQuery".to_owned(), saved)), "{heard:?}");

    touch(world, [world.providers[0]]).await;
    let provider = ("Provider".to_owned(), world.providers[0].to_string());
    assert!(owner.told_as_far_as("Provider").await.contains(&provider));
    assert_eq!(other.told_as_far_as("Provider").await, [provider], "what came before it is not hers");
    // Whoever may see neither hears of neither, and of what comes after both.
    let elsewhere = save(&field, &world.stranger, world.elsewhere).await;
    let heard = stranger.told_as_far_as("SavedQuery").await;
    assert!(heard.iter().all(|(kind, _)| kind.starts_with("SavedQuery")), "{heard:?}");
    assert!(heard.contains(&("SavedQuery".to_owned(), elsewhere)));
});

on_both_pairs!(what_is_audited_when_it_is_read_is_not_told_of, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(11)).await;
    let pupil = pupil::Entity::find().one(&world.app.db).await.unwrap().unwrap();
    let mut officer = Ear::at(&world, &world.officer).await;
    touch(&world, [pupil.id]).await;
    touch(&world, world.providers).await;
    let told = officer.told_as_far_as("Provider").await;
    assert!(told.iter().all(|(kind, _)| kind == "Provider"), "{told:?}");
});

on_both_pairs!(a_listener_of_some_types_hears_of_no_others_and_goes_on_from_her_cursor, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let query = "subscription($of: [String!], $after: String) { changes(of: $of, after: $after) {
        cursor changes { nodeType } } }";
    let by = async |variables: Value| Ear::of(events(world, Some(&world.analyst.token), query, variables).await);
    ledger_settles(&world.app.db).await;
    let mut ear = by(json!({ "of": ["Provider"] })).await;
    let begun = ear.told().await;
    save(&field, &world.analyst, world.authority).await;
    touch(world, [world.providers[1]]).await;
    let told = ear.told().await;
    assert_eq!((&begun["changes"], &told["changes"]), (&json!([]), &json!([{ "nodeType": "Provider" }])));
    drop(ear);

    // What was written while nobody listened comes first.
    touch(world, world.providers).await;
    ledger_settles(&world.app.db).await;
    let mut again = by(json!({ "of": ["Provider"], "after": told["cursor"] })).await;
    let missed = again.told().await;
    assert_eq!(missed["changes"].as_array().unwrap().len(), 2);

    let (db, now) = (&world.app.db, world.app.clock.now());
    installation::begin_epoch(db, world.app.ids.next(now), now).await.unwrap();
    let restored = by(json!({ "after": told["cursor"] })).await;
    assert_eq!(restored.ended().await.as_deref(), Some("BAD_INPUT"));
});

on_both_pairs!(who_is_signed_out_or_holds_no_role_any_more_hears_nothing_else, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let (signed_out, without_role) = (Ear::at(world, &world.visitor).await, Ear::at(world, &world.coordinator).await);
    let server_ends = Ear::at(world, &world.analyst).await;

    let query = format!(
        "{{ sessions(where: {{ account: {{ id: {{ eq: \"{}\" }} }} }}) {{ edges {{ node {{ id }} }} }} }}",
        world.visitor.account
    );
    let session = world.read(&world.officer, &query).await["sessions"]["edges"][0]["node"]["id"].clone();
    field.done(&world.officer, "revokeSession", "session { id }", json!({ "sessionId": session })).await;
    touch(world, world.providers).await;
    assert_eq!(signed_out.ended().await.as_deref(), Some("UNAUTHENTICATED"));

    end_roles(world, &world.coordinator).await;
    touch(world, world.providers).await;
    assert_eq!(without_role.ended().await.as_deref(), Some("FORBIDDEN"));

    world.app.news.end();
    assert_eq!(server_ends.ended().await, None, "a server that stops says so and is left");
});

on_both_pairs!(a_session_listens_a_few_times_at_once_and_gives_its_places_back, async |stores| {
    let world = World::new(stores).await;
    let mut ears = Vec::new();
    for _ in 0..4 {
        ears.push(Ear::at(&world, &world.officer).await);
    }
    let fifth = events(&world, Some(&world.officer.token), ALL, json!({})).await;
    assert_eq!(refusal(fifth).await, (429, "THROTTLED".to_owned()));
    Ear::at(&world, &world.visitor).await;
    ears.pop();
    Ear::at(&world, &world.officer).await;
});

on_both_pairs!(what_cannot_be_listened_to_is_said_as_an_event_or_before_there_are_any, async |stores| {
    let mut world = World::new(stores).await;
    let ask = async |query: &str| Ear::of(events(&world, Some(&world.officer.token), query, json!({})).await);
    for (query, code) in [
        ("subscription { changes(of: [\"Moon\"]) { cursor } }", "BAD_INPUT"),
        ("subscription { changes(after: \"yesterday\") { cursor } }", "BAD_INPUT"),
        ("subscription { a: changes { cursor } b: changes { cursor } }", "VALIDATION_FAILED"),
        ("subscription { ...F } fragment F on Subscription { changes { cursor } }", "VALIDATION_FAILED"),
        ("subscription { moon }", "VALIDATION_FAILED"),
        ("subscription {", "PARSE_FAILED"),
    ] {
        assert_eq!(ask(query).await.ended().await.as_deref(), Some(code), "{query}");
    }
    // Any operation may be asked for so; one that is no subscription has one result.
    let mut query = ask("{ providers(first: 1) { totalCount } }").await;
    let only = ("next".to_owned(), json!({ "data": { "providers": { "totalCount": 2 } } }));
    assert_eq!(query.event().await, Some(only));
    assert_eq!(query.ended().await, None);

    assert_eq!(world.refused(&world.officer, ALL).await, "VALIDATION_FAILED", "a subscription is no JSON");
    assert_eq!(refusal(events(&world, None, ALL, json!({})).await).await, (401, "UNAUTHENTICATED".to_owned()));
    world.officer.token.push('x');
    let bad_token = events(&world, Some(&world.officer.token), ALL, json!({})).await;
    assert_eq!(refusal(bad_token).await, (401, "UNAUTHENTICATED".to_owned()));
});
