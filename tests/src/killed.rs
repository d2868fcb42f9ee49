//! The server is killed, again and again, while phones send photographs and clerks write records.
//!
//! Half of the kills come at a named instant between two durable steps (`server::app::fault`), the others at a random
//! one. Phones and clerks do what theirs do in the field: they try again, ask where an upload stands, repeat a request
//! with its key. In the end everything that was acknowledged is there, exactly once. On PostgreSQL and S3 two replicas
//! serve, and whoever loses one goes on at the other.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use chrono::TimeDelta;
use domain::access::Role;
use domain::file::FileState;
use entity::ids::FileId;
use entity::{audit, change, file, job, provider, rendition, upload_part};
use futures_util::TryStreamExt;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use server::app::{Clock, SystemClock, fault};
use server::uploads::Job;
use tokio::sync::watch;
use uuid::Uuid;

use crate::files::world::{Person, World, sha256};
use crate::support::client::{Answer, BYTES, Client, metadata, receive, until_within};
use crate::support::database::ledger_settles;
use crate::support::pair::{Pair, Stores, on_both_pairs};
use crate::support::process::{Server, run_well, waymark};
use crate::support::samples::phone_jpeg;

/// How often the server is killed; `TEST_KILLS` asks for more.
const KILLS: usize = 20;

/// The servers that stand, as phones see them.
struct Fleet<'a> {
    stores: &'a Stores,
    slots: Vec<Option<Server>>,
    standing: watch::Sender<Vec<SocketAddr>>,
    line: &'a Line,
    /// How many servers came to their named instant.
    fell: usize,
}

/// What phones, clerks and the one who kills share.
struct Line {
    standing: watch::Receiver<Vec<SocketAddr>>,
    /// What was acknowledged so far.
    acknowledged: watch::Sender<u64>,
    over: AtomicBool,
    turn: AtomicU64,
    /// How often a victim was started; it lets everybody go on for a while.
    round: watch::Sender<usize>,
}

impl Line {
    fn to(standing: watch::Receiver<Vec<SocketAddr>>) -> Self {
        Self {
            standing,
            acknowledged: watch::Sender::new(0),
            over: false.into(),
            turn: 0.into(),
            round: watch::Sender::new(0),
        }
    }

    /// A line to one of the servers that stand, each in turn.
    async fn client(&self, person: &Person) -> Client {
        let mut standing = self.standing.clone();
        let addresses = standing.wait_for(|addresses| !addresses.is_empty()).await.unwrap().clone();
        let turn = self.turn.fetch_add(1, Ordering::SeqCst) as usize;
        Client::new(addresses[turn % addresses.len()], Some(person.token.clone()))
    }

    fn acknowledge(&self) {
        self.acknowledged.send_modify(|count| *count += 1);
    }

    /// Waits until so many more things were acknowledged.
    async fn progress(&self, more: u64) {
        let mut acknowledged = self.acknowledged.subscribe();
        let goal = *acknowledged.borrow() + more;
        acknowledged.wait_for(|count| *count >= goal).await.unwrap();
    }

    /// Whether somebody who did so much goes on: so many things a round, until it is over.
    async fn goes_on(&self, done: usize, a_round: usize) -> bool {
        self.round.subscribe().wait_for(|round| done < (round + 1) * a_round).await.unwrap();
        !self.over.load(Ordering::SeqCst)
    }
}

impl Fleet<'_> {
    /// Starts a server in this slot; `fault` is where it is to end itself.
    async fn start(&mut self, slot: usize, fault: Option<String>) {
        let data = data(self.stores, slot);
        let mut command = waymark(self.stores, &data, &["serve"]);
        if let Some(fault) = &fault {
            command.env("FAULT_AT", fault);
        }
        // It may pass its instant before it listens.
        self.slots[slot] = Server::start(command, &data.join("log")).await.ok();
        self.fell += usize::from(fault.is_some() && self.slots[slot].is_none());
        self.announce();
    }

    fn announce(&self) {
        self.standing.send_replace(self.slots.iter().flatten().map(|server| server.address).collect());
    }

    /// Waits until the server ends by itself, or so much was acknowledged; it is gone then.
    async fn end_after(&mut self, slot: usize, progress: u64) {
        if let Some(server) = &mut self.slots[slot] {
            tokio::select! {
                _ = server.ended() => self.fell += 1,
                () = self.line.progress(progress) => server.kill().await,
            }
        }
        self.slots[slot] = None;
        self.announce();
    }
}

/// The data directory of the server in this slot. On SQLite there is one, with the objects in it.
fn data(stores: &Stores, slot: usize) -> PathBuf {
    let data = match stores.pair {
        Pair::SqliteDirectory => stores.folder().to_owned(),
        Pair::PostgresS3 => stores.folder().join(format!("server-{slot}")),
    };
    std::fs::create_dir_all(&data).unwrap();
    data
}

/// A photograph of its own; every third has more than one stretch.
fn photograph(seed: u32, number: usize) -> Vec<u8> {
    let mut bytes = phone_jpeg(64 + seed * 8, 64);
    // Bytes behind the picture make it a file of its own, and as long as it is to be.
    let length = if number % 3 == 2 { 6 << 20 } else { 30_000 };
    bytes.extend((0..length).map(|at: usize| (at * (seed as usize + 3) + number * 7) as u8));
    bytes
}

async fn phone(line: &Line, world: &World, seed: u32) -> Vec<(FileId, Vec<u8>)> {
    let visitor = world.person().await;
    let mut sent = Vec::new();
    while line.goes_on(sent.len(), 2).await {
        let bytes = photograph(seed, sent.len());
        let id = world.declare(&visitor, &bytes).await;
        send(line, &visitor, id, &bytes).await;
        sent.push((id, bytes));
    }
    sent
}

/// Sends a file as a tus client does, however often the line breaks.
async fn send(line: &Line, visitor: &Person, id: FileId, bytes: &[u8]) {
    let length = bytes.len().to_string();
    let named = [("Upload-Length", length.as_str()), ("Upload-Metadata", &metadata(id))];
    let begun = persist(line, visitor, async |client| client.attempt("POST", "/uploads", &named, b"").await, 201).await;
    let path = begun.header("Location").unwrap().to_owned();
    line.acknowledge();
    let mut held = 0;
    while held < bytes.len() {
        let to = bytes.len().min(held + bytes.len() / 3 + 1);
        let headers = [BYTES, ("Upload-Offset", &*held.to_string())];
        let client = line.client(visitor).await;
        let answer = client.attempt("PATCH", &path, &headers, &bytes[held..to]).await;
        if let Ok(Answer { status: 204, .. }) = answer {
            held = to;
            line.acknowledge();
            continue;
        }
        // Cut off, or a connection that died is still writing: where does it stand?
        let asked = persist(line, visitor, async |client| client.attempt("HEAD", &path, &[], b"").await, 200).await;
        let offset: usize = asked.header("Upload-Offset").unwrap().parse().unwrap();
        assert!(offset >= held, "acknowledged up to {held}, and now it is {offset}");
        held = offset;
    }
}

/// Asks until there is an answer of this status; any other answer than "try again" fails the test.
async fn persist(
    line: &Line,
    person: &Person,
    ask: impl AsyncFn(Client) -> std::io::Result<Answer>,
    status: u16,
) -> Answer {
    loop {
        match ask(line.client(person).await).await {
            Ok(answer) if answer.status == status => return answer,
            Ok(answer) if answer.status == 503 => assert!(answer.header("Retry-After").is_some()),
            Ok(answer) => panic!("{}: {}", answer.status, answer.text()),
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

const REGISTER: &str = "mutation ($input: RegisterProviderInput!) {
    registerProvider(input: $input) { provider { id name } refusal { code } } }";

/// Registers providers, each request sent twice at the same time; answers their names and ids.
async fn clerk(line: &Line, world: &World, seed: u32) -> Vec<(String, Uuid)> {
    let officer = world.person_as(Role::Officer).await;
    let mut registered = Vec::new();
    while line.goes_on(registered.len(), 4).await {
        let name = format!("Motors {seed}-{}", registered.len());
        let (one, other) = tokio::join!(register(line, &officer, &name), register(line, &officer, &name));
        assert_eq!(one, other, "one key, one provider");
        registered.push((name, one));
        line.acknowledge();
    }
    registered
}

async fn register(line: &Line, officer: &Person, name: &str) -> Uuid {
    let input = json!({
        "idempotencyKey": format!("key of {name}"),
        "authorityId": officer.authority_id.to_string(),
        "name": name,
        "kind": "MOTOR_VEHICLE",
        "registered": false,
    });
    let variables = json!({ "input": input });
    let answer = persist(line, officer, async |client| client.ask(REGISTER, &variables).await, 200).await;
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    let id = answer["data"]["registerProvider"]["provider"]["id"].as_str();
    id.unwrap_or_else(|| panic!("{answer:#}")).strip_prefix("provider:").unwrap().parse().unwrap()
}

on_both_pairs!(what_was_acknowledged_survives_every_kill, async |stores| {
    let kills = std::env::var("TEST_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let world = World::new(stores).await;
    world.clock.set(SystemClock.now());
    let (standing, seen) = watch::channel(Vec::new());
    let line = Line::to(seen);
    let replicas = if stores.pair == Pair::PostgresS3 { 2 } else { 1 };
    let mut fleet = Fleet { stores, slots: (0..replicas).map(|_| None).collect(), standing, line: &line, fell: 0 };
    let killing = async {
        for slot in 0..replicas {
            fleet.start(slot, None).await;
        }
        kill(&mut fleet, kills).await;
        assert!(fleet.fell > 0, "no server came to a named instant: this one was built without them");
        line.over.store(true, Ordering::SeqCst);
        line.round.send_replace(usize::MAX / 8);
        for slot in 0..replicas {
            fleet.end_after(slot, 0).await;
            fleet.start(slot, None).await;
            assert!(fleet.slots[slot].is_some(), "it starts after all that");
        }
    };
    let (first, second, third, names, more, ()) = tokio::join!(
        phone(&line, &world, 1),
        phone(&line, &world, 2),
        phone(&line, &world, 3),
        clerk(&line, &world, 1),
        clerk(&line, &world, 2),
        killing,
    );
    let sent = [first, second, third].concat();
    settled(&world, kills as u64).await;
    for server in fleet.slots.into_iter().flatten() {
        server.stop().await;
    }
    every_file_is_there(&world, &sent).await;
    every_write_is_there_once(&world, &[names, more].concat()).await;
    let data = data(stores, 0);
    let found = run_well(waymark(stores, &data, &["doctor", "--deep"])).await;
    assert!(found.contains("Nothing is wrong."), "{found}");
    run_well(waymark(stores, &data, &["audit", "verify"])).await;
    nothing_is_left_over(&world).await;
});

/// Kills, at every named instant in turn and at random ones.
async fn kill(fleet: &mut Fleet<'_>, kills: usize) {
    let mut random = ChaCha8Rng::seed_from_u64(20);
    for round in 0..kills {
        let victim = round % fleet.slots.len();
        fleet.end_after(victim, 0).await;
        let named = fault::POINTS.get(round % 20);
        let fault = named.map(|point| format!("{point}:{}", random.random_range(1..=3)));
        // A named instant has its time to come; a random one is when so much has happened.
        let progress = if fault.is_some() { 20 } else { random.random_range(1..=10) };
        fleet.start(victim, fault).await;
        fleet.line.round.send_modify(|round| *round += 1);
        fleet.end_after(victim, progress).await;
        if fleet.slots.len() > 1 {
            fleet.start(victim, None).await;
        }
    }
}

/// Waits until all jobs are done. The leases of the dead are ended here, as a minute would.
async fn settled(world: &World, kills: u64) {
    let unfinished = || job::Entity::find().filter(job::Column::State.ne("done"));
    let (now, leased) = (world.now(), job::Column::RunAt.gt(SystemClock.now()));
    let ended = job::Entity::update_many().col_expr(job::Column::RunAt, Expr::value(now)).filter(leased);
    ended.exec(world.db()).await.unwrap();
    until_within(180 + 2 * kills, async || {
        let left = unfinished().all(world.db()).await.unwrap();
        assert!(left.iter().all(|job| job.state != "failed"), "{left:?}");
        left.is_empty()
    })
    .await;
}

async fn every_file_is_there(world: &World, sent: &[(FileId, Vec<u8>)]) {
    assert!(sent.len() >= 3);
    for (id, bytes) in sent {
        let row = world.file(*id).await;
        assert_eq!((row.state.0, row.sha256), (FileState::Accepted, Some(sha256(bytes))), "{:?}", row.refusal);
        let key = row.object_key.unwrap().parse().unwrap();
        assert_eq!(world.files.objects.size(&key).await.unwrap(), bytes.len() as u64);
        assert_eq!(world.renditions(*id).await.len(), 2);
        let accepted = change::Entity::find().filter(change::Column::NounId.eq(id.0)).count(world.db()).await.unwrap();
        assert_eq!(accepted, 2, "quarantined once, accepted once");
    }
}

async fn every_write_is_there_once(world: &World, registered: &[(String, Uuid)]) {
    assert!(registered.len() >= 2);
    for (name, id) in registered {
        let rows = provider::Entity::find().filter(provider::Column::Name.eq(name)).all(world.db()).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [*id], "{name}");
        let audited = audit::Entity::find().filter(audit::Column::NounId.eq(*id)).count(world.db()).await.unwrap();
        let changed = change::Entity::find().filter(change::Column::NounId.eq(*id)).count(world.db()).await.unwrap();
        assert_eq!((audited, changed), (1, 1), "{name}");
    }
    let providers = provider::Entity::find().count(world.db()).await.unwrap();
    assert_eq!(providers, registered.len() as u64, "and none that nobody was told of");
}

/// What the dead left behind is found by its rows: afterwards the store holds what the rows name, and nothing else.
async fn nothing_is_left_over(world: &World) {
    world.clock.advance(TimeDelta::days(8));
    Job::SweepUploads {}.run(&world.files).await.unwrap();
    world.work().await;
    assert_eq!(upload_part::Entity::find().count(world.db()).await.unwrap(), 0);
    let files = file::Entity::find().all(world.db()).await.unwrap();
    let renditions = rendition::Entity::find().all(world.db()).await.unwrap();
    let keys = files.into_iter().filter_map(|row| row.object_key);
    let mut named: Vec<String> = keys.chain(renditions.into_iter().map(|row| row.object_key)).collect();
    let listed: Vec<_> = world.files.objects.list().try_collect().await.unwrap();
    let mut stored: Vec<String> = listed.into_iter().map(|object| object.name).collect();
    named.sort();
    stored.sort();
    assert_eq!(stored, named);
}

on_both_pairs!(who_is_asked_to_stop_finishes_what_is_under_way, async |stores| {
    let world = World::new(stores).await;
    world.clock.set(SystemClock.now());
    let data = data(stores, 0);
    let mut server = Server::start(waymark(stores, &data, &["serve"]), &data.join("log")).await.unwrap();
    let (visitor, officer) = (world.person().await, world.person_as(Role::Officer).await);
    let (client, bytes) = (Client::new(server.address, Some(visitor.token.clone())), photograph(1, 0));
    let id = world.declare(&visitor, &bytes).await;
    let path = client.create_for(id, bytes.len()).await;
    let line = Line::to(watch::channel(vec![server.address]).1);
    register(&line, &officer, "Fen Motors").await;
    ledger_settles(world.db()).await;
    let mut sending = client.send_part("PATCH", &path, &[BYTES, ("Upload-Offset", "0")], &bytes, 1000).await;
    until_within(30, async || world.uploads().await[0].writer.is_some()).await;
    server.signal("TERM").await;
    until_within(30, async || client.attempt("GET", "/health/live", &[], b"").await.is_err()).await;
    tokio::io::AsyncWriteExt::write_all(&mut sending, &bytes[1000..]).await.unwrap();
    assert_eq!(receive(&mut sending).await.status, 204);
    let status = server.ended().await;
    assert!(status.success(), "{status}: {}", server.log());
    let whole = server::ledger::verify(world.db(), &data).await.unwrap();
    assert_eq!((whole.sealed, whole.unsealed, whole.broken), (1, 0, vec![]), "sealed to the last row");
    // Whether the server came to look into the photograph or left it to the next, it is looked into.
    world.clock.set(SystemClock.now());
    world.work().await;
    assert_eq!(world.file(id).await.state.0, FileState::Accepted);
});
