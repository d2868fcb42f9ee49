//! Many at once: phones that pull and upload while dashboards query. What is refused is refused politely and succeeds
//! later, when it was told to; memory stays within a bound; the p99 of what was answered is printed, never asserted.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::access::Role;
use domain::file::FileState;
use entity::file;
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use server::app::{Clock, SystemClock};

use crate::files::world::{Person, World};
use crate::support::client::{Answer, BYTES, Client, metadata, until, until_within};
use crate::support::pair::{Pair, on_both_pairs, on_pair};
use crate::support::process::{Server, waymark};
use crate::support::samples::phone_jpeg;

/// Phones at once, and dashboards beside them; `TEST_PHONES` asks for more.
const PHONES: usize = 12;
const DASHBOARDS: usize = 4;
/// Photographs that each phone sends on a day, and days.
const PHOTOGRAPHS: usize = 2;
const DAYS: usize = 2;
/// What the server may hold in memory, in KiB, whatever the number of phones: the uploads at once, each with a stretch.
const MOST_MEMORY: u64 = 1_200 * 1024;

const PULL: &str =
    "{ visits(first: 20) { edges { node { id version plannedFor evidence(first: 20) { totalCount } } } } }";
const LOOK: &str = "{ providers(first: 50) { totalCount edges { node { id name
    documents(first: 20) { edges { node { id title expiresOn } } } visits(first: 5) { edges { node { id } } } } } } }";

/// What came of all requests: how long those took that were answered, and how many were told to come again.
#[derive(Default)]
struct Tally {
    took: Mutex<Vec<Duration>>,
    turned_away: AtomicU64,
}

impl Tally {
    /// Asks until it is not told to come again, and comes when it was told to; anything but that and success fails the test.
    #[expect(clippy::disallowed_methods, reason = "a phone waits as long as the server says, by the clock on the wall")]
    async fn ask(&self, status: u16, ask: impl AsyncFn() -> std::io::Result<Answer>) -> Answer {
        loop {
            let began = Instant::now();
            let answer = ask().await.expect("the line holds");
            if answer.status == status {
                self.took.lock().unwrap().push(began.elapsed());
                return answer;
            }
            assert_eq!(answer.status, 503, "{}", answer.text());
            let seconds = answer.header("Retry-After").expect("a time to come again").parse().expect("in seconds");
            self.turned_away.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_secs(seconds)).await;
        }
    }

    fn report(&self, phones: usize, memory: &[u64]) -> String {
        let mut took = self.took.lock().unwrap();
        took.sort_unstable();
        let at = |part: usize| took[(took.len() * part / 100).min(took.len() - 1)].as_millis();
        format!(
            "{phones} phones, {} requests answered: p50 {} ms, p99 {} ms; {} told to come again; KiB after each day: {memory:?}",
            took.len(),
            at(50),
            at(99),
            self.turned_away.load(Ordering::Relaxed),
        )
    }
}

async fn phone(tally: &Tally, world: &World, client: &Client, visitor: &Person, number: usize) {
    for photograph in 0..PHOTOGRAPHS {
        // What is there already is pulled before anything is sent.
        tally.ask(200, async || client.ask(PULL, &json!({})).await).await;
        let bytes = [phone_jpeg(64, 64), vec![photograph as u8; 40_000 + number]].concat();
        let id = world.declare(visitor, &bytes).await;
        let length = bytes.len().to_string();
        let named = [("Upload-Length", length.as_str()), ("Upload-Metadata", &metadata(id))];
        let begun = tally.ask(201, async || client.attempt("POST", "/uploads", &named, b"").await).await;
        let path = begun.header("Location").unwrap();
        let headers = [BYTES, ("Upload-Offset", "0")];
        tally.ask(204, async || client.attempt("PATCH", path, &headers, &bytes).await).await;
    }
}

on_both_pairs!(phones_and_dashboards_share_a_server, async |stores| {
    let phones = std::env::var("TEST_PHONES").map_or(PHONES, |phones| phones.parse().unwrap());
    let world = World::new(stores).await;
    world.clock.set(SystemClock.now());
    let log = stores.folder().join("log");
    let server = Server::start(waymark(stores, stores.folder(), &["serve"]), &log).await.unwrap();
    let mut visitors = Vec::new();
    for _ in 0..phones {
        visitors.push(world.person().await);
    }
    let officer = world.person_as(Role::Officer).await;
    let line = |person: &Person| Client::new(server.address, Some(person.token.clone()));
    let tally = Tally::default();
    let mut memory = Vec::new();
    for day in 1..=DAYS {
        let over = AtomicBool::new(false);
        let sending = async {
            let each = visitors.iter().enumerate();
            join_all(each.map(async |(number, one)| phone(&tally, &world, &line(one), one, number).await)).await;
            over.store(true, Ordering::SeqCst);
        };
        let looking = join_all((0..DASHBOARDS).map(async |_| {
            let client = line(&officer);
            while !over.load(Ordering::SeqCst) {
                tally.ask(200, async || client.ask(LOOK, &json!({})).await).await;
            }
        }));
        tokio::join!(sending, looking);
        until_within(600, async || accepted(&world).await == day * phones * PHOTOGRAPHS).await;
        memory.push(server.memory());
    }
    #[expect(clippy::print_stderr, reason = "the figures are for people")]
    {
        eprintln!("{:?}: {}", stores.pair, tally.report(phones, &memory));
    }
    assert!(memory[1] < MOST_MEMORY && memory[1] < memory[0] * 2, "KiB after each day: {memory:?}");
    server.stop().await;
});

async fn accepted(world: &World) -> usize {
    let files = file::Entity::find().all(world.db()).await.unwrap();
    files.iter().filter(|file| file.state.0 == FileState::Accepted).count()
}

#[test]
fn one_too_many_is_told_to_come_again() {
    on_pair(Pair::SqliteDirectory, async |stores| {
        let world = World::new(stores).await;
        world.clock.set(SystemClock.now());
        let mut command = waymark(stores, stores.folder(), &["serve"]);
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        command.env("WAYMARK_MAX_UPLOADS", "1").env("WAYMARK_METRICS_LISTEN", port.to_string());
        let server = Server::start(command, &stores.folder().join("log")).await.unwrap();
        let visitor = world.person().await;
        let client = Client::new(server.address, Some(visitor.token.clone()));
        let bytes = phone_jpeg(64, 64);
        let id = world.declare(&visitor, &bytes).await;
        let path = client.create_for(id, bytes.len()).await;
        // One is in the middle of its bytes.
        let headers = [BYTES, ("Upload-Offset", "0")];
        let mut slow = client.send_part("PATCH", &path, &headers, &bytes, 100).await;
        until(async || world.uploads().await[0].writer.is_some()).await;
        let refused = client.send("HEAD", &path, &[], b"").await;
        assert_eq!((refused.status, refused.header("Retry-After")), (503, Some("2")), "{}", refused.text());
        // The graph has places of its own.
        assert_eq!(client.ask("{ __typename }", &json!({})).await.unwrap().status, 200);
        tokio::io::AsyncWriteExt::write_all(&mut slow, &bytes[100..]).await.unwrap();
        assert_eq!(crate::support::client::receive(&mut slow).await.status, 204);
        assert_eq!(client.offset(&path).await, bytes.len(), "and it recovers");
        until(async || accepted(&world).await == 1).await;

        let scraped = Client::new(port, None).get("/metrics").await.text();
        for line in [
            "waymark_turned_away_total{area=\"uploads\"} 1",
            "waymark_uploads{state=\"stuck\"} 0",
            "waymark_jobs{state=\"failed\"} 0",
            "waymark_database_up 1",
            "waymark_requests_total{area=\"graphql\",status=\"2xx\"} 1",
        ] {
            assert!(scraped.lines().any(|scraped| scraped == line), "{line}\n{scraped}");
        }
        assert!(scraped.ends_with("# EOF\n"));
        assert_eq!(client.get("/metrics").await.status, 404, "the public address knows no metrics");
        server.stop().await;
        assert_eq!(file::Entity::find().count(world.db()).await.unwrap(), 1);
    });
}
