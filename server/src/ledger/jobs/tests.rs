use std::sync::Mutex;

use chrono::NaiveDate;
use domain::access::AccountState;
use entity::ids::AccountId;

use super::*;
use crate::app::testing::World;
use crate::ledger::{Actor, Write};

/// Notes what it runs, and does as its payload says.
#[derive(Default)]
struct Noting(Mutex<Vec<serde_json::Value>>);

#[async_trait::async_trait]
impl Handler for Noting {
    async fn run(&self, _: &App, payload: &serde_json::Value) -> anyhow::Result<()> {
        self.0.lock().unwrap().push(payload.clone());
        match payload["does"].as_str() {
            Some("fail") => anyhow::bail!("it was told to fail"),
            Some("panic") => panic!("it was told to panic"),
            _ => Ok(()),
        }
    }
}

fn handlers(noting: &Arc<Noting>) -> Handlers {
    [PATIENT, "verify_file"].map(|kind| (kind, Arc::clone(noting) as Arc<dyn Handler>)).into()
}

async fn put(app: &App, kind: &str, does: &str) -> JobId {
    let now = app.clock.now();
    let id = JobId(app.ids.next(now));
    enqueue(&app.db, id, kind, serde_json::json!({ "does": does }), now).await.unwrap();
    id
}

async fn row(app: &App, id: JobId) -> job::Model {
    job::Entity::find_by_id(id).one(&app.db).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_commit_wakes_a_worker_and_nothing_else_does() {
    let world = World::new().await;
    let account = world.account(AccountState::Active).await;
    let today = NaiveDate::from_ymd_opt(2026, 3, 3).unwrap();
    let actor = Actor::without_session(account, today, "a-request");
    let begin = async || Write::begin(&world.app, &actor, "test").await.unwrap();
    drop(begin().await);
    assert!(world.app.wake.notified().now_or_never().is_none());
    begin().await.commit::<AccountId>(account).await.unwrap();
    assert!(world.app.wake.notified().now_or_never().is_some());
}

#[tokio::test]
async fn a_verdict_does_not_wait_for_pictures() {
    let world = World::new().await;
    let (app, noting) = (&world.app, Arc::new(Noting::default()));
    let verdict = put(app, "verify_file", "well").await;
    let pictures = put(app, PATIENT, "well").await;
    let handlers = handlers(&noting);
    assert!(step(app, &handlers, Lane::Prompt).await.unwrap());
    assert!(!step(app, &handlers, Lane::Prompt).await.unwrap(), "this lane leaves pictures alone");
    assert_eq!((&*row(app, verdict).await.state, &*row(app, pictures).await.state), ("done", "waiting"));
    assert!(step(app, &handlers, Lane::Any).await.unwrap());
    assert_eq!(row(app, pictures).await.state, "done");
}

#[tokio::test]
async fn what_fails_or_panics_is_tried_later_and_at_last_given_up() {
    let world = World::new().await;
    let (app, noting) = (&world.app, Arc::new(Noting::default()));
    let handlers = handlers(&noting);
    for (does, says) in [("fail", "it was told to fail"), ("panic", "it panicked")] {
        let id = put(app, "verify_file", does).await;
        let mut waits = Vec::new();
        for _ in 0..MAX_ATTEMPTS {
            assert!(step(app, &handlers, Lane::Any).await.unwrap());
            let failed = row(app, id).await;
            assert_eq!(failed.last_error.as_deref(), Some(says));
            waits.push(failed.run_at - app.clock.now());
            assert!(!step(app, &handlers, Lane::Any).await.unwrap(), "not at once");
            world.clock.advance(TimeDelta::minutes(10));
        }
        assert_eq!(row(app, id).await.state, "failed");
        waits.pop();
        assert!(waits.is_sorted(), "later each time: {waits:?}");
        assert!(!step(app, &handlers, Lane::Any).await.unwrap());
    }
    assert_eq!(noting.0.lock().unwrap().len(), 2 * MAX_ATTEMPTS as usize);
}

#[tokio::test]
async fn a_lease_runs_out_is_renewed_and_is_not_spoken_for_once_lost() {
    let world = World::new().await;
    let app = &world.app;
    let id = put(app, "verify_file", "well").await;
    let first = lease(app, Lane::Any).await.unwrap().unwrap();
    assert!(lease(app, Lane::Any).await.unwrap().is_none(), "leased");
    world.clock.advance(TimeDelta::seconds(50));
    renew(app, &first).await.unwrap();
    world.clock.advance(TimeDelta::seconds(50));
    assert!(lease(app, Lane::Any).await.unwrap().is_none(), "renewed");
    world.clock.advance(TimeDelta::seconds(50));
    let second = lease(app, Lane::Any).await.unwrap().unwrap();
    assert_eq!((second.id, second.attempts), (id, 2), "who gives no sign of life loses it");
    finish(app, &first, Err(anyhow::anyhow!("too late"))).await.unwrap();
    assert_eq!(row(app, id).await.last_error, None);
    finish(app, &second, Ok(())).await.unwrap();
    assert_eq!(row(app, id).await.state, "done");
    forget_done(&app.db, app.clock.now()).await.unwrap();
    assert_eq!(row(app, id).await.state, "done", "not yet");
    forget_done(&app.db, app.clock.now() + TimeDelta::days(8)).await.unwrap();
    assert_eq!(job::Entity::find_by_id(id).one(&app.db).await.unwrap(), None);
}
