//! The news that something was written, for whoever waits for it.
//!
//! One watch looks at the change feed for all who listen: at once after a commit of this process, now and then for those
//! of others. It says no more than how far the feed is certain; what was written, and who may know of it, each listener
//! reads through its own scope ([`super::feed`]). Nobody looks while nobody listens: the first listener starts the watch,
//! and it ends after the last.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::feed::{self, Place};
use crate::database::Db;
use crate::graph::errors::describe_database_error;

/// The least time between two looks, however much is written.
const PACE: Duration = Duration::from_secs(1);
/// After how long without a commit of this process the watch looks for those of others.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// How far the feed is certain, for all who wait for it to go on.
#[derive(Debug)]
pub struct News {
    bell: Notify,
    last: watch::Sender<Place>,
    watch: Mutex<Option<JoinHandle<()>>>,
    over: CancellationToken,
}

impl Default for News {
    fn default() -> Self {
        let (bell, over) = (Notify::new(), CancellationToken::new());
        Self { bell, last: watch::Sender::new(Place::START), watch: Mutex::default(), over }
    }
}

impl News {
    /// Says that something was committed.
    pub fn ring(&self) {
        self.bell.notify_one();
    }

    /// Tells every listener that there will be nothing else.
    pub fn end(&self) {
        self.over.cancel();
    }

    /// Cancelled when there will be nothing else.
    #[must_use]
    pub fn over(&self) -> &CancellationToken {
        &self.over
    }

    /// A receiver that changes whenever the feed has gone on.
    #[must_use]
    pub fn listen(self: &Arc<Self>, db: &Db) -> watch::Receiver<Place> {
        let heard = self.last.subscribe();
        let mut watch = self.watch();
        if watch.as_ref().is_none_or(JoinHandle::is_finished) {
            *watch = Some(tokio::spawn(Arc::clone(self).keep_looking(db.clone())));
        }
        heard
    }

    async fn keep_looking(self: Arc<Self>, db: Db) {
        let mut pace = interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            pace.tick().await;
            if self.over.is_cancelled() || self.rests() {
                return;
            }
            let last = *self.last.borrow();
            match feed::last_certain(&db, last).await {
                Ok(Some(place)) => {
                    self.last.send_replace(place);
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(cause = describe_database_error(&error), "the change feed cannot be looked at");
                }
            }
            tokio::select! {
                () = self.over.cancelled() => {}
                _ = timeout(LOOK_AGAIN, self.bell.notified()) => {}
            }
        }
    }

    /// Whether nobody listens any more; then the next listener starts another watch.
    fn rests(&self) -> bool {
        let mut watch = self.watch();
        let rests = self.last.receiver_count() == 0;
        if rests {
            *watch = None;
        }
        rests
    }

    fn watch(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
