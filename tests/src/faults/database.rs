//! PostgreSQL stops without a word, freezes, comes back.

use std::path::Path;

use domain::access::Role;
use entity::{audit, provider};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use server::access::secrets::Redacted;
use server::app::{Clock, SystemClock};

use super::cluster::Cluster;
use crate::files::world::{Person, World};
use crate::support::client::{Answer, Client, until};
use crate::support::process::{Server, bare, run_well};
use crate::support::samples::phone_jpeg;

const REGISTER: &str = "mutation ($input: RegisterProviderInput!) {
    registerProvider(input: $input) { provider { id } refusal { code } } }";

async fn register(client: &Client, officer: &Person, key: &str) -> Answer {
    let input = json!({ "idempotencyKey": key, "authorityId": officer.authority_id.to_string(),
        "name": "Fen Motors", "kind": "MOTOR_VEHICLE", "registered": false });
    client.ask(REGISTER, &json!({ "input": input })).await.unwrap()
}

fn id(answer: &Answer) -> String {
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    answer["data"]["registerProvider"]["provider"]["id"].as_str().unwrap_or_else(|| panic!("{answer:#}")).to_owned()
}

fn says_unavailable(answer: &Answer) {
    assert_eq!((answer.status, answer.header("Retry-After")), (503, Some("5")), "{}", answer.text());
    assert!(!answer.text().contains("sql"), "{}", answer.text());
}

/// A server over a cluster, and somebody who uses it.
async fn served(cluster: &Cluster, data: &Path) -> (Server, World, Person) {
    let with = |arguments: &[&str]| {
        let mut command = bare(data, arguments);
        command.env("DATABASE_URL", cluster.url()).env("WAYMARK_MAX_SECONDS", "3");
        command
    };
    run_well(with(&["migrate"])).await;
    let server = Server::start(with(&["serve"]), &data.join("log")).await.unwrap();
    let world = World::over(&Redacted::new(cluster.url()), data).await;
    world.clock.set(SystemClock.now());
    let officer = world.person_as(Role::Officer).await;
    (server, world, officer)
}

#[tokio::test]
async fn a_database_that_stops_at_once_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut cluster = Cluster::start().await;
    let (server, world, officer) = served(&cluster, folder.path()).await;
    let client = Client::new(server.address, Some(officer.token.clone()));
    let first = id(&register(&client, &officer, "the first key").await);
    let photo = phone_jpeg(64, 64);
    let path = client.create_for(world.declare(&officer, &photo).await, photo.len()).await;
    assert_eq!(client.patch(&path, 0, &photo[..100]).await.status, 204);

    cluster.stop_immediately().await;
    says_unavailable(&register(&client, &officer, "the second key").await);
    says_unavailable(&client.patch(&path, 100, &photo[100..]).await);
    assert_eq!(client.get("/health/live").await.status, 200);
    assert_eq!(client.get("/health/ready").await.status, 503);

    cluster.start_again().await;
    until(async || client.get("/health/ready").await.status == 200).await;
    assert_eq!(id(&register(&client, &officer, "the first key").await), first);
    let second = id(&register(&client, &officer, "the second key").await);
    assert_ne!(first, second);
    assert_eq!(client.offset(&path).await, 100);
    assert_eq!(client.patch(&path, 100, &photo[100..]).await.status, 204);
    let rows = async || {
        (
            provider::Entity::find().count(world.db()).await.unwrap(),
            audit::Entity::find().count(world.db()).await.unwrap(),
        )
    };
    assert_eq!(rows().await, (2, 2));
    until(async || world.uploads().await.len() == 1 && world.parts().await.is_empty()).await;
    server.stop().await;
}

#[tokio::test]
async fn a_database_that_freezes_is_given_up_within_a_bound() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start().await;
    let (server, world, officer) = served(&cluster, folder.path()).await;
    let client = Client::new(server.address, Some(officer.token.clone()));
    let photo = phone_jpeg(64, 64);
    let path = client.create_for(world.declare(&officer, &photo).await, photo.len()).await;

    cluster.freeze().await;
    let (asked, sent, ready) = tokio::join!(
        register(&client, &officer, "a frozen key"),
        client.patch(&path, 0, &photo),
        client.get("/health/ready"),
    );
    says_unavailable(&asked);
    says_unavailable(&sent);
    assert_eq!(ready.status, 503);
    assert_eq!(client.get("/health/live").await.status, 200);

    cluster.thaw().await;
    until(async || client.get("/health/ready").await.status == 200).await;
    id(&register(&client, &officer, "a frozen key").await);
    let offset = client.offset(&path).await;
    assert!(offset == 0 || offset == photo.len());
    if offset == 0 {
        assert_eq!(client.patch(&path, 0, &photo).await.status, 204);
    }
    assert_eq!(provider::Entity::find().count(world.db()).await.unwrap(), 1);
    server.stop().await;
}
