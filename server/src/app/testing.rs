//! An application for the tests of this crate: an empty database in a directory of its own, a clock that stands still,
//! ids that repeat, quick passwords.

use std::sync::Arc;

use chrono::{TimeZone, Utc};
use domain::access::{AccountState, Role};
use entity::ids::{AccountId, AuthorityId, MembershipId};
use entity::{Coded, account, local_authority, membership};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::{App, SeededIds, SettableClock};
use crate::{
    access::{origin::Origin, password::PasswordHasher, secrets::SigningKey},
    config::Config,
    database,
};

/// Where every request here comes from.
pub(crate) fn here() -> Origin {
    Origin { request_id: "test".to_owned(), address: "192.0.2.1".to_owned() }
}

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
        Migrator::up(&*db, None).await.unwrap();
        let clock = Arc::new(SettableClock::at(Utc.with_ymd_and_hms(2026, 3, 3, 9, 0, 0).unwrap()));
        let mut app = App::new(db, config, SigningKey::from_secret(&"k".repeat(32)).unwrap());
        app.clock = clock.clone();
        app.ids = Arc::new(SeededIds::new(1));
        app.passwords = PasswordHasher::for_testing();
        Self { app, clock, _directory: directory }
    }

    /// Gives an account a role in an authority of its own.
    pub(crate) async fn role(&self, account_id: AccountId, role: Role) {
        let now = self.app.clock.now();
        let authority_id = AuthorityId(self.app.ids.next(now));
        let authority = local_authority::ActiveModel {
            id: Set(authority_id),
            code: Set("999".to_owned()),
            name: Set("Fenshire".to_owned()),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
        };
        let row = membership::ActiveModel {
            id: Set(MembershipId(self.app.ids.next(now))),
            authority_id: Set(authority_id),
            account_id: Set(account_id),
            role: Set(Coded(role)),
            partnership_id: Set(None),
            provider_id: Set(None),
            starts_on: Set(now.date_naive()),
            ends_on: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
        };
        local_authority::Entity::insert(authority).exec_without_returning(&self.app.db).await.unwrap();
        membership::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
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
