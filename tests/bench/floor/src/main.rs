//! The floor beside which a race sets Waymark: what its questions cost at least. Answered by hand, for these questions alone: no language to
//! ask in, nobody signed in, no rule about who may see what, nothing audited.
//!
//! Each question is one flat statement for each of its lists, what belongs to a row joined to it, prepared once and kept. Columns are
//! decoded by their place, and the answer is written as bytes.
//!
//! `waymark-floor layers` tells instead what the parts of such an answer cost ([`layers`]).

mod json;
mod layers;
mod questions;

use std::env;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use poem::error::InternalServerError;
use poem::listener::TcpListener;
use poem::web::{Data, Json};
use poem::{EndpointExt, IntoResponse, Route, Server, handler, post};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use serde::Deserialize;
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A request: the question by its name, and what it is about.
#[derive(Deserialize)]
#[serde(tag = "query", content = "variables", rename_all = "snake_case")]
enum Question {
    Placements { on: NaiveDate },
    Provider { id: Uuid },
    Visit { id: Uuid },
    Changes { after: i64 },
    NewestMarks { date: NaiveDate, id: Uuid },
    MarksById { id: Uuid },
    Register { id: Uuid, date: NaiveDate },
}

#[handler]
async fn answer(Json(question): Json<Question>, Data(pool): Data<&PgPool>) -> poem::Result<impl IntoResponse> {
    let db = &mut *pool.acquire().await.map_err(InternalServerError)?;
    let answered = match question {
        Question::Placements { on } => questions::placements(db, on).await,
        Question::Provider { id } => questions::provider(db, id).await,
        Question::Visit { id } => questions::visit(db, id).await,
        Question::Changes { after } => questions::changes(db, after).await,
        Question::NewestMarks { date, id } => questions::newest_marks(db, date, id).await,
        Question::MarksById { id } => questions::marks_by_id(db, id).await,
        Question::Register { id, date } => questions::register(db, id, date).await,
    };
    Ok(answered.map_err(InternalServerError)?.with_content_type("application/json"))
}

#[tokio::main]
async fn main() -> Result<()> {
    let database: PgConnectOptions = env::var("DATABASE_URL").context("DATABASE_URL")?.parse()?;
    // A statement is planned once, as Waymark has it.
    let database = database.options([("jit", "off"), ("plan_cache_mode", "force_generic_plan")]);
    let pool = PgPoolOptions::new().max_connections(16).test_before_acquire(false).connect_with(database).await?;
    if env::args().nth(1).is_some_and(|word| word == "layers") {
        return layers::measure(pool).await;
    }
    let listener = TcpListener::bind(env::var("FLOOR_LISTEN").context("FLOOR_LISTEN")?);
    Server::new(listener).run(Route::new().at("/", post(answer)).data(pool)).await?;
    Ok(())
}
