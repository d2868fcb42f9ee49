//! The object store stops, answers 503, takes its time, does what it is asked and loses the answer.

use domain::file::FileState;
use entity::ids::FileId;
use sea_orm::EntityTrait;

use crate::files::world::{Person, World, sha256};
use crate::support::client::until;
use crate::support::pair::{Objects, Pair, Stores, on_pair};
use crate::support::s3::{Mood, S3};
use crate::support::samples::phone_jpeg;

fn s3(stores: &Stores) -> &S3 {
    match &stores.objects {
        Objects::S3(s3) => s3,
        Objects::Directory(_) => unreachable!("this pair has a bucket"),
    }
}

/// Everything is as if nothing had happened.
async fn is_whole(world: &World, id: FileId, bytes: &[u8]) {
    world.work().await;
    let row = world.file(id).await;
    assert_eq!((row.state.0, row.sha256), (FileState::Accepted, Some(sha256(bytes))), "{:?}", row.refusal);
    let key = row.object_key.unwrap().parse().unwrap();
    assert_eq!(world.files.objects.size(&key).await.unwrap(), bytes.len() as u64);
    assert!(world.parts().await.is_empty());
}

async fn begun(world: &World, visitor: &Person, bytes: &[u8]) -> (FileId, String) {
    let id = world.declare(visitor, bytes).await;
    let client = world.client(visitor);
    let path = client.create_for(id, bytes.len()).await;
    assert_eq!(client.patch(&path, 0, &bytes[..200]).await.status, 204);
    (id, path)
}

#[test]
fn a_store_that_fails_is_said_and_gone_on_with() {
    on_pair(Pair::PostgresS3, async |stores| {
        let world = World::new(stores).await;
        let visitor = world.person().await;
        for mood in [Mood::Stopped, Mood::Unavailable, Mood::Mute] {
            let bytes = [phone_jpeg(64, 64), format!("{mood:?}").into_bytes()].concat();
            let (id, path) = begun(&world, &visitor, &bytes).await;
            s3(stores).mood.send_replace(mood);
            let client = world.client(&visitor);
            let answer = client.patch(&path, 200, &bytes[200..]).await;
            assert_eq!((answer.status, answer.header("Retry-After")), (503, Some("5")), "{mood:?} {}", answer.text());
            assert_eq!(client.offset(&path).await, 200, "{mood:?}: what was not acknowledged does not count");
            s3(stores).mood.send_replace(Mood::Well);
            assert_eq!(client.patch(&path, 200, &bytes[200..]).await.status, 204, "{mood:?}");
            is_whole(&world, id, &bytes).await;
        }
    });
}

#[test]
fn a_slow_store_is_waited_for() {
    on_pair(Pair::PostgresS3, async |stores| {
        let world = World::new(stores).await;
        let (visitor, bytes) = (world.person().await, phone_jpeg(64, 64));
        let (id, path) = begun(&world, &visitor, &bytes).await;
        s3(stores).mood.send_replace(Mood::Slow);
        let client = world.client(&visitor);
        let healing = async {
            // The bytes are on their way to the store: their row is there, and does not count.
            until(async || world.parts().await.iter().any(|part| part.byte_size.is_none())).await;
            assert_eq!(client.offset(&path).await, 200);
            s3(stores).mood.send_replace(Mood::Well);
        };
        let (answer, ()) = tokio::join!(client.patch(&path, 200, &bytes[200..]), healing);
        assert_eq!(answer.status, 204, "{}", answer.text());
        is_whole(&world, id, &bytes).await;
    });
}

#[test]
fn jobs_wait_for_a_store_that_is_away() {
    on_pair(Pair::PostgresS3, async |stores| {
        let world = World::new(stores).await;
        let (visitor, bytes) = (world.person().await, phone_jpeg(64, 64));
        let (id, path) = begun(&world, &visitor, &bytes).await;
        assert_eq!(world.client(&visitor).patch(&path, 200, &bytes[200..]).await.status, 204);
        s3(stores).mood.send_replace(Mood::Stopped);
        server::ledger::jobs::drain(&world.files.app, &server::uploads::handlers(&world.files)).await.unwrap();
        assert_eq!(world.file(id).await.state.0, FileState::Quarantined, "no verdict without the bytes");
        let jobs = entity::job::Entity::find().all(world.db()).await.unwrap();
        assert!(jobs.iter().any(|job| job.state == "waiting" && job.last_error.is_some()), "{jobs:?}");
        s3(stores).mood.send_replace(Mood::Well);
        world.clock.advance(chrono::TimeDelta::minutes(10));
        server::ledger::jobs::drain(&world.files.app, &server::uploads::handlers(&world.files)).await.unwrap();
        is_whole_after_errors(&world, id, &bytes).await;
    });
}

async fn is_whole_after_errors(world: &World, id: FileId, bytes: &[u8]) {
    let row = world.file(id).await;
    assert_eq!((row.state.0, row.sha256), (FileState::Accepted, Some(sha256(bytes))), "{:?}", row.refusal);
    let jobs = entity::job::Entity::find().all(world.db()).await.unwrap();
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
}
