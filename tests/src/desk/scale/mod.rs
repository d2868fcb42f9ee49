//! The dashboard's and an analyst's questions at the size of a nation, on PostgreSQL: each beside one statement by hand that answers
//! the same, in the same run and over the same rows. That both say the same is asserted at every size; how long they took is
//! printed for people, and never asserted.

mod questions;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::access::Role;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, QueryResult, Statement};
use serde_json::{Value, json};
use server::app::{Clock, SystemClock};
use server::database::Db;

use self::questions::Question;
use super::records;
use crate::extract::CSV;
use crate::support::client::Client;
use crate::support::pair::{Pair, Stores, on_pair};
use crate::support::process::{Server, ticks, waymark};
use crate::support::world::{Person, TODAY, World};

/// Placements, and how often everything is asked. The rest grows with the placements. `TEST_DESK` asks for more, such as `60000,5`.
fn size() -> (usize, usize) {
    let size = std::env::var("TEST_DESK").unwrap_or_else(|_| "240,1".to_owned());
    let parts: Vec<usize> = size.split(',').map(|part| part.parse().unwrap()).collect();
    (parts[0], parts[1])
}

/// Fills the nation: for 60,000 placements 400 providers, 20,000 pupils, 2 million marks, 100,000 findings, 10,000 pieces of
/// evidence. One statement after the other, so that no transaction is longer than it must be: other tests wait for the oldest.
pub async fn seed(db: &Db, placements: usize, viewer: &Person, sender: &Person) {
    let sql = [
        ("{placements}", placements),
        ("{pupils}", 40 * (placements / 120).max(3)),
        ("{providers}", 40 * (placements / 6_000).max(1)),
        ("{visits}", placements / 12),
        ("{evidence}", placements / 6),
    ]
    .into_iter()
    .fold(include_str!("seed.sql").to_owned(), |seed, (name, count)| seed.replace(name, &count.to_string()))
    .replace("{account}", &viewer.account.0.to_string())
    .replace("{sender}", &sender.account.0.to_string())
    .replace("{day}", &TODAY.to_string());
    for statement in sql.split_terminator(";\n").chain(["vacuum analyze"]) {
        db.execute_unprepared(statement).await.unwrap();
    }
}

/// A server of its own process over a nation, an officer of all of it, and a connection for what is written by hand.
struct Rig {
    world: World,
    viewer: Person,
    /// Statements that the world's own server sent.
    statements: Arc<AtomicUsize>,
    server: Server,
    client: Client,
    hand: Db,
}

impl Rig {
    async fn new(stores: &Stores, placements: usize) -> Self {
        let (db, statements) = stores.database.counted().await;
        let mut world = World::over(db, stores).await;
        world.configure(|config| config.max_time = Duration::from_secs(600));
        world.clock.set(SystemClock.now());
        let viewer = world.person(Role::Officer, world.authority, None, None).await;
        seed(&world.app.db, placements, &viewer, &world.visitor).await;
        let mut command = waymark(stores, stores.folder(), &["serve"]);
        command.env("WAYMARK_MAX_SECONDS", "600");
        let server = Server::start(command, &stores.folder().join("log")).await.unwrap();
        let client = Client::new(server.address, Some(viewer.token.clone()));
        Self { world, viewer, statements, server, client, hand: stores.database.connect().await }
    }

    /// What the server answers over HTTP, page by page, and how long it was waited for.
    async fn by_graph(&self, question: &Question) -> (Duration, Vec<Value>) {
        let (mut took, mut rows, mut variables) = (Duration::ZERO, Vec::new(), question.variables.clone());
        for _ in 0..question.pages {
            let body = json!({ "query": question.query, "variables": variables }).to_string();
            let headers = [("Content-Type", "application/json"), ("Accept", question.accept)];
            let began = Instant::now();
            let answer = self.client.attempt("POST", "/graphql", &headers, body.as_bytes()).await.unwrap();
            took += began.elapsed();
            assert_eq!(answer.status, 200, "{}: {}", question.name, answer.text());
            if question.accept == CSV {
                rows.extend(records(&answer.body).into_iter().map(|record| json!(record)));
                break;
            }
            let answer: Value = serde_json::from_slice(&answer.body).unwrap();
            assert!(answer.get("errors").is_none(), "{}\n{answer:#}", question.name);
            let data = &answer["data"];
            let Some(list) = question.list else {
                rows.push(plain(data));
                break;
            };
            let found = plain(&data[list]);
            let page = if found.is_array() { &found } else { &found["rows"] };
            rows.extend(page.as_array().unwrap().iter().cloned());
            if data[list]["pageInfo"]["hasNextPage"] != true {
                break;
            }
            variables["after"] = data[list]["pageInfo"]["endCursor"].clone();
        }
        (took, rows)
    }

    /// What the statement answers, every row decoded, and how long that took until all of it stood there as JSON.
    async fn by_hand(&self, question: &Question) -> (Duration, Vec<Value>) {
        let began = Instant::now();
        let rows = rows(&self.hand, &question.sql).await;
        let rows: Vec<Value> = rows.iter().map(|row| Value::from_query_result(row, "").unwrap()).collect();
        std::hint::black_box(serde_json::to_string(&rows).unwrap());
        (began.elapsed(), rows.iter().map(plain).collect())
    }

    /// How many statements the question costs, or its first page where it has several.
    async fn statements(&self, question: &Question) -> usize {
        self.statements.store(0, Ordering::Relaxed);
        let request = self.world.server().post("/graphql").header("accept", question.accept);
        let request = request.header("authorization", format!("Bearer {}", self.viewer.token));
        let asked = json!({ "query": question.query, "variables": question.variables });
        request.body_json(&asked).send().await.assert_status_is_ok();
        self.statements.load(Ordering::Relaxed)
    }

    /// Ticks of a processor that the server took so far, and those of everybody who is connected to its database.
    async fn ticks(&self) -> [u64; 2] {
        let backends = rows(&self.hand, "select pid from pg_stat_activity where datname = current_database()").await;
        let id = |row: &QueryResult| row.try_get_by_index::<i32>(0).unwrap().unsigned_abs();
        [ticks(self.server.id()), backends.iter().map(|row| ticks(id(row))).sum()]
    }

    async fn measure(&self, question: &Question, rounds: usize) {
        // The first time is for what they say; it is not measured.
        let (graph, hand) = (self.by_graph(question).await.1, self.by_hand(question).await.1);
        let count = graph.len();
        assert_same(question, graph, hand);
        let (mut graph, mut hand, mut taken) = (Vec::new(), Vec::new(), [0_u64; 2]);
        for _ in 0..rounds {
            let before = self.ticks().await;
            graph.push(self.by_graph(question).await.0);
            let after = self.ticks().await;
            taken = [0_usize, 1].map(|who| taken[who] + after[who].saturating_sub(before[who]));
            hand.push(self.by_hand(question).await.0);
        }
        print(question, count, self.statements(question).await, [median(graph), median(hand)], taken, rounds);
    }
}

async fn rows(db: &Db, sql: &str) -> Vec<QueryResult> {
    let rows = db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
    rows.unwrap_or_else(|error| panic!("{error}\n{sql}"))
}

/// An answer without what only carries it: a list is its nodes, and a number is a number however it was written.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => match (fields.get("edges"), fields.get("totalCount")) {
            (Some(edges), total) => {
                let nodes: Vec<Value> = edges.as_array().unwrap().iter().map(|edge| plain(&edge["node"])).collect();
                total.map_or_else(|| json!(nodes), |total| json!({ "totalCount": total.as_f64(), "rows": nodes }))
            }
            _ => fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        },
        Value::Array(values) => values.iter().map(plain).collect(),
        Value::Number(number) => json!(number.as_f64()),
        other => other.clone(),
    }
}

/// Groups come in an order of their own; all other rows stand in the order that is asked for.
fn assert_same(question: &Question, mut graph: Vec<Value>, mut hand: Vec<Value>) {
    for rows in [&mut graph, &mut hand] {
        rows.sort_by_cached_key(|row| row["key"].to_string());
    }
    for (one, other) in graph.iter().zip(&hand) {
        assert_eq!(one, other, "{}", question.name);
    }
    assert_eq!(graph.len(), hand.len(), "{}", question.name);
    assert!(graph.iter().any(says_something), "{} has no answer", question.name);
}

/// Whether an answer is more than noughts.
fn says_something(answer: &Value) -> bool {
    match answer {
        Value::Object(fields) => fields.values().any(says_something),
        Value::Array(values) => values.iter().any(says_something),
        Value::Number(number) => number.as_f64() > Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Bool(_) | Value::Null => false,
    }
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

#[expect(clippy::print_stderr, reason = "the figures are for people")]
fn heading(placements: usize, rounds: usize) {
    eprintln!(
        "\n{placements} placements and what belongs to them; medians of {rounds}, in ms; processors in ms a question"
    );
    eprintln!(
        "{:<52} {:>6} {:>5} {:>10} {:>10} {:>7} {:>8} {:>8}",
        "", "rows", "stmts", "the server", "by hand", "ratio", "server", "database"
    );
}

#[expect(clippy::print_stderr, reason = "the figures are for people")]
fn print(question: &Question, rows: usize, statements: usize, ms: [f64; 2], taken: [u64; 2], rounds: usize) {
    let [graph, hand] = ms;
    // A tick is a hundredth of a second.
    let [server, database] = taken.map(|ticks| ticks as f64 * 10.0 / rounds as f64);
    let (name, ratio) = (&question.name, graph / hand);
    eprintln!(
        "{name:<52} {rows:>6} {statements:>5} {graph:>10.1} {hand:>10.1} {ratio:>7.2} {server:>8.0} {database:>8.0}"
    );
}

#[test]
fn questions_of_a_nation_beside_statements_by_hand() {
    on_pair(Pair::PostgresS3, async |stores| {
        let (placements, rounds) = size();
        let rig = Rig::new(stores, placements).await;
        let deep = rig.world.read(&rig.viewer, questions::DEEP).await["placements"]["edges"][0].clone();
        let busiest = rows(&rig.hand, &questions::busiest()).await[0].try_get_by_index::<String>(0).unwrap();
        heading(placements, rounds);
        for question in questions::dashboard(&busiest).into_iter().chain(questions::analyst(&deep)) {
            rig.measure(&question, rounds).await;
        }
        rig.server.stop().await;
    });
}
