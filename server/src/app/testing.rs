//! An application for the tests of this crate: an empty database in a directory of its own, a clock that stands still,
//! ids that repeat, quick passwords.

use std::sync::Arc;

use chrono::{TimeZone, Utc};
use domain::access::AccountState;
use entity::{Coded, account, ids::AccountId};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::{App, SeededIds, SettableClock};
use crate::{
    access::{password::PasswordHasher, secrets::SigningKey},
    config::Config,
    database,
};

/// The password of every account here.
pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) clock: Arc<SettableClock>,
    _directory: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(adjust: impl FnOnce(&mut Config)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config::for_testing(directory.path());
        adjust(&mut config);
        let db = database::connect(&config.database_url).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        let clock = Arc::new(SettableClock::at(Utc.with_ymd_and_hms(2026, 3, 3, 9, 0, 0).unwrap()));
        let mut app = App::new(db, config, SigningKey::from_secret(&"k".repeat(32)).unwrap());
        app.clock = clock.clone();
        app.ids = Arc::new(SeededIds::new(1));
        app.passwords = PasswordHasher::for_testing();
        Self { app, clock, _directory: directory }
    }

    /// An account `ada@school.example` in this state.
    pub(crate) async fn account(&self, state: AccountState) -> AccountId {
        let now = self.app.clock.now();
        let id = AccountId(self.app.ids.next(now));
        let row = account::ActiveModel {
            id: Set(id),
            email: Set("ada@school.example".into()),
            name: Set("Ada Example".into()),
            password_hash: Set(Some(self.app.passwords.hash(PASSWORD.into()).await.unwrap())),
            state: Set(Coded(state)),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
        };
        account::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
        id
    }
}
