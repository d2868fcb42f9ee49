//! `/metrics`, on an address of its own that the public cannot reach.
//!
//! A scrape costs a handful of statements whose work is bounded, and none at all when the last look is a few seconds old:
//! whoever scrapes too often learns the same again.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::file::FileState;
use entity::{Coded, file, job, upload};
use poem::endpoint::make;
use poem::{Endpoint, Response, Route, get};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select};

use crate::app::App;
use crate::app::metrics::Seen;
use crate::ledger::seal;

/// How long a look holds.
const FRESH: TimeDelta = TimeDelta::seconds(5);
/// How long a look may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// What is counted ends here: beyond it, the exact number changes nothing.
const BOUND: u64 = 10_000;
/// An upload whose next byte is waited for longer than this stands still.
const STILL: TimeDelta = TimeDelta::hours(1);

/// The addresses that Prometheus asks.
pub fn routes(app: App) -> impl Endpoint {
    let last_look: Mutex<Option<DateTime<Utc>>> = Mutex::new(None);
    let last_look = std::sync::Arc::new(last_look);
    let scrape = make(move |_| {
        let (app, last_look) = (app.clone(), std::sync::Arc::clone(&last_look));
        async move {
            if is_due(&last_look, app.clock.now()) {
                let seen = tokio::time::timeout(PATIENCE, look(&app)).await;
                app.metrics.seen(seen.ok().and_then(Result::ok));
            }
            let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            Response::builder().content_type(media_type).body(app.metrics.text())
        }
    });
    Route::new().at("/metrics", get(scrape))
}

/// Whether it is time to look again; if so, the look counts from now.
fn is_due(last_look: &Mutex<Option<DateTime<Utc>>>, now: DateTime<Utc>) -> bool {
    let mut last = last_look.lock().unwrap_or_else(PoisonError::into_inner);
    let is_due = last.is_none_or(|last| (now - last).abs() >= FRESH);
    if is_due {
        *last = Some(now);
    }
    is_due
}

async fn look(app: &App) -> Result<Seen, DbErr> {
    let now = app.clock.now();
    let jobs = |state: &str| job::Entity::find().filter(job::Column::State.eq(state));
    let open = upload::Entity::find().filter(Expr::col(upload::Column::Received).lt(Expr::col(upload::Column::Length)));
    let still = open.clone().filter(upload::Column::UpdatedAt.lt(now - STILL));
    let unchecked = file::Entity::find().filter(file::Column::State.eq(Coded(FileState::Quarantined)));
    let oldest = seal::oldest_unsealed(&app.db).await?;
    Ok(Seen {
        jobs_waiting: count(app, jobs("waiting")).await?,
        jobs_failed: count(app, jobs("failed")).await?,
        uploads_open: count(app, open).await?,
        uploads_stuck: count(app, still).await?,
        files_unchecked: count(app, unchecked).await?,
        seal_lag: oldest.map_or(0, |at| (now - at).num_seconds()),
    })
}

/// How many rows there are, as far as [`BOUND`].
async fn count<E: EntityTrait<Model: Send + Sync>>(app: &App, rows: Select<E>) -> Result<i64, DbErr> {
    let counted = rows.limit(BOUND).count(&app.db).await?;
    Ok(i64::try_from(counted).unwrap_or(i64::MAX))
}
