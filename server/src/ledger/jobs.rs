//! Work to be done after a commit: taken from the `job` table by a worker, on any replica, once at a time.
//!
//! A job is leased by moving its `run_at` into the future; who dies leaves it to run again when the lease ends. A job
//! must therefore bear being run twice. What fails is tried again, later each time, and stays visible as `failed`
//! after [`MAX_ATTEMPTS`].

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::JobId;
use entity::job;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::app::App;

/// How often a job is tried.
const MAX_ATTEMPTS: i32 = 8;
/// How long a job may run before another worker takes it.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// How often a worker looks, when nobody wakes it: for jobs of other replicas and for those that wait.
const PATROL: Duration = Duration::from_secs(2);

/// The kind that waits for all others: pictures may come later, a verdict is waited for.
const PATIENT: &str = "make_renditions";

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
async fn lease(app: &App) -> Result<Option<job::Model>, DbErr> {
    let now = app.clock.now();
    loop {
        let due = job::Entity::find()
            .filter(job::Column::State.eq("waiting"))
            .filter(job::Column::RunAt.lte(now))
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
            return Ok(Some(job::Model { attempts: due.attempts + 1, ..due }));
        }
    }
}

async fn finish(app: &App, done: &job::Model, result: anyhow::Result<()>) -> Result<(), DbErr> {
    let now = app.clock.now();
    let mut update = job::ActiveModel { id: Set(done.id), updated_at: Set(now), ..Default::default() };
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
    job::Entity::update(update).exec_without_returning(&app.db).await.map(drop)
}

/// Runs the next due job, if there is one.
async fn step(app: &App, handlers: &Handlers) -> Result<bool, DbErr> {
    let Some(due) = lease(app).await? else { return Ok(false) };
    let result = match handlers.get(due.kind.as_str()) {
        Some(handler) => handler.run(app, &due.payload).await,
        None => Err(anyhow::anyhow!("nothing here runs jobs of this kind")),
    };
    finish(app, &due, result).await?;
    Ok(true)
}

/// Runs every job that is due now, one after the other, and says how many there were.
///
/// # Errors
/// The database's; a job's own failure is recorded on the job.
pub async fn drain(app: &App, handlers: &Handlers) -> Result<usize, DbErr> {
    let mut ran = 0;
    while step(app, handlers).await? {
        ran += 1;
    }
    Ok(ran)
}

/// Works until it is told to stop: when woken by a commit, and on patrol.
pub async fn work(app: App, handlers: Arc<Handlers>, wake: Arc<Notify>, stop: CancellationToken) {
    // Asked between any two jobs: a long queue must not keep the server from stopping.
    while !stop.is_cancelled() {
        match step(&app, &handlers).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(error = %error, "jobs cannot be read"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = wake.notified() => {}
            _ = tokio::time::timeout(PATROL, std::future::pending::<()>()) => {}
        }
    }
}
