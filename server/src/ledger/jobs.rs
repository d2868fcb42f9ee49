//! Work to be done after a commit: taken from the `job` table by a worker, on any replica, once at a time.
//!
//! A job is leased by moving its `run_at` a minute into the future, and the lease is renewed while it runs; who dies
//! leaves it to run again when the lease ends. A job must therefore bear being run twice. What fails is tried again, later
//! each time, and stays visible as `failed` after [`MAX_ATTEMPTS`].

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::JobId;
use entity::job;
use futures_util::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    UpdateMany,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::app::{App, fault};
use crate::graph::errors::describe_database_error;

/// How often a job is tried.
const MAX_ATTEMPTS: i32 = 8;
/// How long a job is left to a worker that gives no sign of life.
const LEASE: TimeDelta = TimeDelta::minutes(1);
/// How often a worker gives one.
const RENEW: Duration = Duration::from_secs(20);
/// How long a job that is done can still be looked at.
const MEMORY: TimeDelta = TimeDelta::days(7);
/// How often a worker looks, when nobody wakes it: for jobs of other replicas and for those that wait.
const PATROL: Duration = Duration::from_secs(2);
/// Longer than any job is ever told to wait: what seems to wait longer was written by a clock that was wrong.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// The kind that waits for all others: pictures may come later, a verdict is waited for.
const PATIENT: &str = "make_renditions";

/// What a worker takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Everything but pictures, so that a verdict never waits for them.
    Prompt,
    /// Everything.
    Any,
}

/// Runs one kind of job.
#[async_trait::async_trait]
pub trait Handler: Send + Sync {
    /// Does the work; may be called again for the same payload.
    async fn run(&self, app: &App, payload: &serde_json::Value) -> anyhow::Result<()>;
}

/// The handlers, by kind.
pub type Handlers = HashMap<&'static str, Arc<dyn Handler>>;

/// Puts a job into the caller's transaction.
///
/// # Errors
/// The database's.
pub async fn enqueue(
    db: &impl ConnectionTrait,
    id: JobId,
    kind: &str,
    payload: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let waiting = job::ActiveModel {
        id: Set(id),
        kind: Set(kind.to_owned()),
        payload: Set(payload),
        state: Set("waiting".to_owned()),
        run_at: Set(now),
        attempts: Set(0),
        last_error: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    job::Entity::insert(waiting).exec_without_returning(db).await.map(drop)
}

/// Takes the next due job, the newest first, if there is one and nobody else was quicker: somebody waits for what they
/// just sent, and a backlog can wait.
async fn lease(app: &App, lane: Lane) -> Result<Option<job::Model>, DbErr> {
    let now = app.clock.now();
    let is_due = Condition::any().add(job::Column::RunAt.lte(now)).add(job::Column::RunAt.gt(now + LONGEST_WAIT));
    let is_mine = (lane == Lane::Prompt).then(|| job::Column::Kind.ne(PATIENT));
    loop {
        let due = job::Entity::find()
            .filter(job::Column::State.eq("waiting"))
            .filter(is_due.clone())
            .filter(Condition::all().add_option(is_mine.clone()))
            .order_by(job::Column::Kind.eq(PATIENT), Order::Asc)
            .order_by_desc(job::Column::Id)
            .limit(1)
            .one(&app.db)
            .await?;
        let Some(due) = due else { return Ok(None) };
        let taken = job::Entity::update_many()
            .col_expr(job::Column::RunAt, Expr::val(now + LEASE))
            .col_expr(job::Column::Attempts, Expr::val(due.attempts + 1))
            .col_expr(job::Column::UpdatedAt, Expr::val(now))
            .filter(job::Column::Id.eq(due.id))
            .filter(job::Column::State.eq("waiting"))
            .filter(job::Column::Attempts.eq(due.attempts))
            .exec(&app.db)
            .await?;
        if taken.rows_affected == 1 {
            fault::point("job_leased");
            return Ok(Some(job::Model { attempts: due.attempts + 1, ..due }));
        }
    }
}

/// Says that the worker lives. A job that another has taken meanwhile is no longer ours to speak for.
async fn renew(app: &App, running: &job::Model) -> Result<(), DbErr> {
    let renewed = job::ActiveModel { run_at: Set(app.clock.now() + LEASE), ..Default::default() };
    ours(running).set(renewed).exec(&app.db).await.map(drop)
}

async fn finish(app: &App, done: &job::Model, result: anyhow::Result<()>) -> Result<(), DbErr> {
    let now = app.clock.now();
    let mut update = job::ActiveModel { updated_at: Set(now), ..Default::default() };
    match result {
        Ok(()) => update.state = Set("done".to_owned()),
        Err(error) => {
            tracing::warn!(job = %done.id.0, kind = done.kind, attempts = done.attempts, error = format!("{error:#}"), "a job failed");
            update.last_error = Set(Some(format!("{error:#}")));
            if done.attempts >= MAX_ATTEMPTS {
                update.state = Set("failed".to_owned());
            } else {
                update.run_at = Set(now + TimeDelta::seconds(1 << done.attempts.min(8)));
            }
        }
    }
    ours(done).set(update).exec(&app.db).await.map(drop)
}

/// The row of a job, while the lease that it was read with holds.
fn ours(job: &job::Model) -> UpdateMany<job::Entity> {
    job::Entity::update_many()
        .filter(job::Column::Id.eq(job.id))
        .filter(job::Column::State.eq("waiting"))
        .filter(job::Column::Attempts.eq(job.attempts))
}

/// Runs the next due job, if there is one.
async fn step(app: &App, handlers: &Handlers, lane: Lane) -> Result<bool, DbErr> {
    let Some(due) = lease(app, lane).await? else { return Ok(false) };
    // Where there is one there may be more: whoever is idle looks too.
    app.wake.notify_one();
    let result = match handlers.get(due.kind.as_str()) {
        Some(handler) => run(app, &**handler, &due).await,
        None => Err(anyhow::anyhow!("nothing here runs jobs of this kind")),
    };
    finish(app, &due, result).await?;
    Ok(true)
}

/// Runs a job and renews its lease meanwhile.
async fn run(app: &App, handler: &dyn Handler, due: &job::Model) -> anyhow::Result<()> {
    let mut work = AssertUnwindSafe(handler.run(app, &due.payload)).catch_unwind();
    let mut signs = tokio::time::interval_at(Instant::now() + RENEW, RENEW);
    loop {
        tokio::select! {
            outcome = &mut work => return outcome.unwrap_or_else(|_| Err(anyhow::anyhow!("it panicked"))),
            _ = signs.tick() => {
                if let Err(error) = renew(app, due).await {
                    tracing::warn!(job = %due.id.0, cause = describe_database_error(&error), "a lease cannot be renewed");
                }
            }
        }
    }
}

/// Runs every job that is due now, one after the other, and says how many there were.
///
/// # Errors
/// The database's; a job's own failure is recorded on the job.
pub async fn drain(app: &App, handlers: &Handlers) -> Result<usize, DbErr> {
    let mut ran = 0;
    while step(app, handlers, Lane::Any).await? {
        ran += 1;
    }
    Ok(ran)
}

/// Removes jobs that were done long ago; those that failed stay until somebody looks at them.
///
/// # Errors
/// The database's.
pub async fn forget_done(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), DbErr> {
    job::Entity::delete_many()
        .filter(job::Column::State.eq("done"))
        .filter(job::Column::UpdatedAt.lt(now - MEMORY))
        .exec(db)
        .await
        .map(drop)
}

/// Works until it is told to stop: when woken by a commit, and on patrol.
pub async fn work(app: App, handlers: Arc<Handlers>, lane: Lane, stop: CancellationToken) {
    // Asked between any two jobs: a long queue must not keep the server from stopping.
    while !stop.is_cancelled() {
        match step(&app, &handlers, lane).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(cause = describe_database_error(&error), "jobs cannot be read"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.wake.notified() => {}
            _ = tokio::time::timeout(PATROL, std::future::pending::<()>()) => {}
        }
    }
}

#[cfg(test)]
mod tests;
