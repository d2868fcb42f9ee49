//! Audit rows that are not part of a write: reads of children's records and of files, and what was taken out as data.
//!
//! Each is on the disk before the answer goes out. Reads come many at a time, so they are written together: while some are on
//! their way to the database, those that come wait, and are its next statement. Alone, a read waits for nobody.

use std::sync::{Arc, PoisonError};

use chrono::{DateTime, Utc};
use entity::audit;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ConnAcquireErr, ConnectionTrait, DbErr, EntityTrait};
use tokio::sync::{Mutex, oneshot};
use uuid::Uuid;

use super::Actor;
use crate::database::{Db, in_time};

/// Rows that are written together at most. They are a power of two, as each number of them is a text that connections keep prepared.
const TOGETHER: usize = 16;

/// Ids of a read that is written alone: others would wait for its megabytes.
const MANY: usize = 1_000;

/// The reads that wait to be written down.
#[derive(Debug)]
pub struct ReadLog {
    db: Db,
    waiting: std::sync::Mutex<Vec<Read>>,
    /// Of whoever writes.
    turn: Mutex<()>,
}

/// A read, and who waits for it to be written.
#[derive(Debug)]
struct Read {
    entry: audit::ActiveModel,
    written: oneshot::Sender<Result<(), DbErr>>,
}

impl ReadLog {
    /// Those of a database.
    #[must_use]
    pub fn of(db: Db) -> Self {
        Self { db, waiting: std::sync::Mutex::default(), turn: Mutex::default() }
    }

    /// Records that rows were read: one audit row, with their ids.
    ///
    /// # Errors
    /// The database's, and that it took too long; the answer must then not go out.
    pub async fn record(
        self: &Arc<Self>,
        actor: &Actor,
        noun: &str,
        ids: &[Uuid],
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let mut entry = entry(actor, "read", noun, serde_json::json!({ "read": ids }), now);
        if let [id] = ids {
            entry.noun_id = Set(Some(*id));
        }
        if ids.len() > MANY {
            return audit::Entity::insert(entry).exec_without_returning(&self.db).await.map(drop);
        }
        let (written, outcome) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(Read { entry, written });
        // Whoever asked may give up; those whose reads are in the same statement do not.
        tokio::spawn(Arc::clone(self).write());
        // Nobody says it where the runtime ends.
        let unsaid = Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed));
        in_time(async { outcome.await.unwrap_or(unsaid) }).await
    }

    /// Writes what waits, when its turn comes: maybe nothing any more, as there is a turn for each read.
    async fn write(self: Arc<Self>) {
        let _turn = self.turn.lock().await;
        let reads: Vec<_> = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            // An answer for which nobody waits any more does not go out.
            waiting.retain(|read| !read.written.is_closed());
            let together = waiting.len().checked_ilog2().map_or(0, |power| (1 << power).min(TOGETHER));
            waiting.drain(..together).collect()
        };
        let (entries, waiters): (Vec<_>, Vec<_>) = reads.into_iter().map(|read| (read.entry, read.written)).unzip();
        if entries.is_empty() {
            return;
        }
        let outcome = in_time(audit::Entity::insert_many(entries).exec_without_returning(&self.db)).await.map(drop);
        for written in waiters {
            // Nobody listens who gave up.
            let _ = written.send(outcome.clone());
        }
    }
}

/// Records that rows of a noun were taken out as data: how many, in which form, and by which query, as its SHA-256.
///
/// # Errors
/// The database's; the data must then not go out.
pub async fn record_extract(
    db: &impl ConnectionTrait,
    actor: &Actor,
    noun: &str,
    detail: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    audit::Entity::insert(entry(actor, "extract", noun, detail, now)).exec_without_returning(db).await.map(drop)
}

fn entry(actor: &Actor, act: &str, noun: &str, detail: serde_json::Value, now: DateTime<Utc>) -> audit::ActiveModel {
    audit::ActiveModel {
        position: NotSet,
        transaction_id: NotSet,
        authority_id: Set(None),
        account_id: Set(Some(actor.scope.account_id)),
        session_id: Set(actor.session_id),
        request_id: Set(actor.request_id.clone()),
        act: Set(act.to_owned()),
        noun: Set(noun.to_owned()),
        noun_id: Set(None),
        detail: Set(detail),
        at: Set(now),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use entity::ids::AccountId;
    use futures_util::future::join_all;

    use super::*;
    use crate::app::testing::World;

    fn reader(world: &World, number: usize) -> Actor {
        Actor::without_session(AccountId(Uuid::nil()), world.app.clock.now().date_naive(), &format!("read {number}"))
    }

    /// Counts the statements that a log is written by from now on.
    fn counted(world: &World) -> (Arc<ReadLog>, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        let (mut db, counter) = (world.app.db.clone(), Arc::clone(&count));
        db.set_metric_callback(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        (Arc::new(ReadLog::of(db)), count)
    }

    #[tokio::test]
    async fn reads_that_wait_are_written_together_and_each_has_its_row() {
        let world = World::new().await;
        let (log, count) = counted(&world);
        let readers: Vec<_> = (0..2 * TOGETHER + 3).map(|number| reader(&world, number)).collect();
        let turn = log.turn.lock().await;
        let read = async |reader| log.record(reader, "pupil", &[Uuid::max()], world.app.clock.now()).await;
        let all = join_all(readers.iter().map(read));
        let (outcomes, ()) = tokio::join!(all, async {
            tokio::task::yield_now().await;
            drop(turn);
        });
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        // Twice the most, then two, then one.
        assert_eq!(count.load(Ordering::Relaxed), 4);
        let mut rows = audit::Entity::find().all(&world.app.db).await.unwrap();
        rows.sort_by_key(|row| row.position);
        let told: Vec<_> = rows.into_iter().map(|row| row.request_id).collect();
        let asked: Vec<_> = readers.into_iter().map(|reader| reader.request_id).collect();
        assert_eq!(told, asked);
    }

    #[tokio::test]
    async fn who_gives_up_is_forgotten_and_takes_nobody_with_him() {
        let world = World::new().await;
        let (log, _) = counted(&world);
        let [gone, stays] = [0, 1].map(|number| reader(&world, number));
        let now = world.app.clock.now();
        let turn = log.turn.lock().await;
        let given_up = tokio::time::timeout(std::time::Duration::ZERO, log.record(&gone, "pupil", &[], now)).await;
        assert!(given_up.is_err());
        drop(turn);
        log.record(&stays, "pupil", &[], now).await.unwrap();
        let told = audit::Entity::find().all(&world.app.db).await.unwrap();
        assert_eq!(told.into_iter().map(|row| row.request_id).collect::<Vec<_>>(), [stays.request_id]);
    }

    #[tokio::test]
    async fn all_are_told_that_nothing_was_written() {
        let world = World::new().await;
        let (log, _) = counted(&world);
        world.app.db.execute_unprepared("drop table audit").await.unwrap();
        let readers = [0, 1].map(|number| reader(&world, number));
        let turn = log.turn.lock().await;
        let read = async |reader| log.record(reader, "pupil", &[], world.app.clock.now()).await;
        let (outcomes, ()) = tokio::join!(join_all(readers.iter().map(read)), async { drop(turn) });
        assert!(outcomes.iter().all(Result::is_err), "{outcomes:?}");
    }
}
