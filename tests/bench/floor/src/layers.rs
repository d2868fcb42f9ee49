//! What an answer of 80 kB costs the server, layer by layer, with SeaORM and with what lies under it: putting the statement together, getting
//! the rows, decoding them, writing them. Milliseconds, medians: of what waits for the database, those for which this thread has a
//! processor; of everything else, those of a clock.

#![expect(clippy::print_stdout, reason = "whoever calls it reads it")]

use std::fs;
use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use entity::document::{Column, Entity};
use sea_orm::sqlx::postgres::{PgPool, PgRow};
use sea_orm::sqlx::{AssertSqlSafe, query};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, FromQueryResult, QueryOrder, QueryResult, QuerySelect,
    QueryTrait, Statement,
};
use serde::Serialize;
use uuid::Uuid;

use crate::json::As::{Code, Date, Id, Text};
use crate::json::{Json, at};

/// Rows that make 80 kB.
const ROWS: u64 = 540;
/// Times that each layer is gone through, and how often that is measured.
const TIMES: u32 = 100;
const ROUNDS: usize = 9;

/// A row as a program holds it.
#[derive(FromQueryResult, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    id: Uuid,
    title: String,
    state: String,
    expires_on: Option<NaiveDate>,
}

/// Writes a line for each layer: what it is, and how long it takes.
pub async fn measure(pool: PgPool) -> Result<()> {
    let db = DatabaseConnection::from(pool.clone());
    let statement = statement();
    let rows = query(AssertSqlSafe(statement.sql.clone())).bind(ROWS.cast_signed()).fetch_all(&pool).await?;
    let results = db.query_all_raw(statement.clone()).await?;
    let documents = results.iter().map(by_name).collect::<Result<Vec<_>>>()?;
    println!("an answer of bytes\t{}", by_hand(&rows).len());

    say("putting the statement together: SeaORM", || drop(black_box(self::statement())));
    let mut taken = Vec::new();
    let mut under = Vec::new();
    for _ in 0..ROUNDS {
        let before = clock()?;
        for _ in 0..TIMES {
            black_box(db.query_all_raw(statement.clone()).await?);
        }
        let between = clock()?;
        for _ in 0..TIMES {
            black_box(query(AssertSqlSafe(statement.sql.clone())).bind(ROWS.cast_signed()).fetch_all(&pool).await?);
        }
        taken.push(between - before);
        under.push(clock()? - between);
    }
    tell("getting the rows: SeaORM", taken);
    tell("getting the rows: sqlx", under);
    say("decoding them: SeaORM, by the names of columns", || {
        black_box(results.iter().map(by_name).collect::<Result<Vec<_>>>()).expect("they are documents");
    });
    say("decoding them: SeaORM, by their places", || {
        black_box(results.iter().map(by_place).collect::<Result<Vec<_>>>()).expect("they are documents");
    });
    say("decoding them: sqlx, by their places, text borrowed", || {
        for row in &rows {
            black_box::<(Uuid, &str, &str, Option<NaiveDate>)>((at(row, 0), at(row, 1), at(row, 2), at(row, 3)));
        }
    });
    say("writing them: values of JSON, then bytes", || {
        let value = serde_json::to_value(&documents).expect("text, dates and ids are JSON");
        black_box(serde_json::to_vec(&value).expect("memory takes it"));
    });
    say("writing them: structs by serde", || {
        black_box(serde_json::to_vec(&documents).expect("memory takes it"));
    });
    say("decoding and writing them: sqlx, bytes", || drop(black_box(by_hand(&rows))));
    Ok(())
}

fn statement() -> Statement {
    Entity::find()
        .select_only()
        .columns([Column::Id, Column::Title, Column::State, Column::ExpiresOn])
        .order_by_asc(Column::Id)
        .limit(ROWS)
        .build(DbBackend::Postgres)
}

fn by_name(row: &QueryResult) -> Result<Document> {
    Ok(Document::from_query_result(row, "")?)
}

fn by_place(row: &QueryResult) -> Result<Document> {
    Ok(Document {
        id: row.try_get_by_index(0)?,
        title: row.try_get_by_index(1)?,
        state: row.try_get_by_index(2)?,
        expires_on: row.try_get_by_index(3)?,
    })
}

fn by_hand(rows: &[PgRow]) -> Vec<u8> {
    let mut json = Json::new();
    json.edges("documents", rows, |json, row| {
        json.fields(row, 0, &[("id", Id("document")), ("title", Text), ("state", Code), ("expiresOn", Date)]);
    });
    json.end()
}

fn say(what: &str, mut work: impl FnMut()) {
    let mut taken = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let before = Instant::now();
        for _ in 0..TIMES {
            work();
        }
        taken.push(before.elapsed().as_secs_f64() * 1e3);
    }
    tell(what, taken);
}

fn tell(what: &str, mut taken: Vec<f64>) {
    taken.sort_by(f64::total_cmp);
    println!("{what}\t{:.3}", taken[ROUNDS / 2] / f64::from(TIMES));
}

/// Milliseconds for which this thread has had a processor, up to when it last waited (Linux).
fn clock() -> Result<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = text.split(' ').next().context("schedstat begins with the time")?.parse()?;
    Ok(nanoseconds / 1e6)
}
