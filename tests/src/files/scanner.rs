//! The virus scanner: what it finds is refused, and nothing is accepted without it.
//!
//! The scanner here speaks clamd's INSTREAM and knows one signature. That a real clamd says the same is seen by hand
//! (the operating guide says how).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use domain::file::{FileRefusal, FileState};
use entity::job;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::world::World;
use crate::support::pair::on_both_pairs;
use crate::support::samples::{pdf, phone_jpeg};

/// What the scanner knows to be harmful.
const SIGNATURE: &[u8] = b"harmful-for-this-test";

/// A scanner that counts what it was sent.
struct Scanner {
    address: SocketAddr,
    bytes: Arc<AtomicU64>,
}

async fn scanner() -> Scanner {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, bytes) = (listener.local_addr().unwrap(), Arc::new(AtomicU64::new(0)));
    let counter = Arc::clone(&bytes);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            answer(stream, &counter).await;
        }
    });
    Scanner { address, bytes }
}

async fn answer(mut stream: TcpStream, counter: &AtomicU64) {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await.unwrap();
    assert_eq!(&command, b"zINSTREAM\0");
    let mut scanned = Vec::new();
    loop {
        let length = stream.read_u32().await.unwrap() as usize;
        if length == 0 {
            break;
        }
        let mut chunk = vec![0; length];
        stream.read_exact(&mut chunk).await.unwrap();
        scanned.extend(chunk);
    }
    counter.fetch_add(scanned.len() as u64, Ordering::Relaxed);
    let is_harmful = scanned.windows(SIGNATURE.len()).any(|window| window == SIGNATURE);
    let words: &[u8] = if is_harmful { b"stream: Test-Signature FOUND\0" } else { b"stream: OK\0" };
    stream.write_all(words).await.unwrap();
}

on_both_pairs!(what_the_scanner_finds_is_refused_and_removed, async |stores| {
    let scanner = scanner().await;
    let world = World::scanned(stores, &scanner.address.to_string()).await;
    let visitor = world.person().await;
    let (clean, harmful) = (pdf(1), [phone_jpeg(64, 48), SIGNATURE.to_vec()].concat());
    let (clean_id, harmful_id) = (world.declare(&visitor, &clean).await, world.declare(&visitor, &harmful).await);
    world.client(&visitor).upload(clean_id, &clean).await;
    world.client(&visitor).upload(harmful_id, &harmful).await;
    world.work().await;
    let (accepted, refused) = (world.file(clean_id).await, world.file(harmful_id).await);
    assert_eq!(accepted.state.0, FileState::Accepted);
    assert_eq!(
        (refused.state.0, refused.refusal.map(|code| code.0)),
        (FileState::Refused, Some(FileRefusal::Infected))
    );
    assert_eq!(scanner.bytes.load(Ordering::Relaxed), (clean.len() + harmful.len()) as u64, "every byte was scanned");
    assert!(world.renditions(harmful_id).await.is_empty());
    assert_eq!(world.client(&visitor).get(&world.link(harmful_id, "original", &visitor)).await.status, 404);
});

on_both_pairs!(while_the_scanner_is_away_files_wait_however_long, async |stores| {
    // A port that was free a moment ago: nobody listens there.
    let away = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let world = World::scanned(stores, &away.to_string()).await;
    let visitor = world.person().await;
    let photo = phone_jpeg(64, 48);
    let id = world.declare(&visitor, &photo).await;
    world.client(&visitor).upload(id, &photo).await;
    for _ in 0..20 {
        world.work().await;
        assert_eq!(world.file(id).await.state.0, FileState::Quarantined, "never accepted unscanned");
        let waiting = job::Entity::find().filter(job::Column::State.eq("waiting")).count(world.db()).await.unwrap();
        assert_eq!(waiting, 1, "it is asked again, once");
        world.clock.advance(TimeDelta::minutes(1));
    }
    let back = TcpListener::bind(away).await.unwrap();
    tokio::spawn(async move {
        let (stream, _) = back.accept().await.unwrap();
        answer(stream, &AtomicU64::new(0)).await;
    });
    world.work().await;
    assert_eq!(world.file(id).await.state.0, FileState::Accepted);
});
