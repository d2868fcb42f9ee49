//! What every request and every command shares: the database, the clock, the source of ids, the settings.
//! Time and identity come in from here and nowhere else, so that a test can choose both and a run can be repeated.

mod clock;
pub mod fault;
mod ids;
pub mod metrics;
#[cfg(test)]
pub(crate) mod testing;

use std::{fmt, sync::Arc};

use tokio::sync::Notify;

use self::metrics::Metrics;
pub use self::{
    clock::{Clock, SettableClock, SystemClock},
    ids::{Ids, SeededIds, SystemIds},
};
use crate::{
    access::{password::PasswordHasher, secrets::SigningKey},
    config::Config,
    database::Db,
    ledger::{audit::ReadLog, news::News},
};

/// The running application. Cheap to clone: everything inside is shared.
#[derive(Clone)]
pub struct App {
    /// The database, SQLite or PostgreSQL.
    pub db: Db,
    /// Writes down, in the same database, whose records were read.
    pub reads: Arc<ReadLog>,
    /// The time, in UTC, in whole milliseconds.
    pub clock: Arc<dyn Clock>,
    /// Where new row ids come from.
    pub ids: Arc<dyn Ids>,
    /// The settings, checked at start.
    pub config: Arc<Config>,
    /// Signs links and cursors; never leaves the process.
    pub signing_key: SigningKey,
    /// Hashes and verifies passwords, a few at a time.
    pub passwords: PasswordHasher,
    /// Whether this is a demo: its password is known to everybody, and nobody is asked for a second factor.
    pub is_demo: bool,
    /// Rung after a commit, because jobs may have come with it.
    pub wake: Arc<Notify>,
    /// Tells listeners that something was written.
    pub news: Arc<News>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

impl App {
    /// The application over an open database, with the system's clock and ids.
    pub fn new(db: Db, config: Config, signing_key: SigningKey) -> Self {
        Self {
            reads: Arc::new(ReadLog::of(db.clone())),
            db,
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            config: Arc::new(config),
            signing_key,
            passwords: PasswordHasher::production(),
            is_demo: false,
            wake: Arc::new(Notify::new()),
            news: Arc::new(News::default()),
            metrics: Arc::new(Metrics::default()),
        }
    }

    /// The same application over another database.
    #[must_use]
    pub fn over(&self, db: Db) -> Self {
        Self { reads: Arc::new(ReadLog::of(db.clone())), db, ..self.clone() }
    }

    /// Says, after a commit, that jobs may have come with it, and changes.
    pub fn committed(&self) {
        self.wake.notify_one();
        self.news.ring();
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}
