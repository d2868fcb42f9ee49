//! A server that takes and serves files, on a port of its own: sessions, uploads, links and jobs as they are in the real
//! one, a clock that stands still, children of the real binary.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use chrono::{DateTime, TimeZone, Utc};
use domain::access::{AccountState, Role, SessionKind};
use domain::file::{FileState, Variant};
use domain::organisation::ProviderKind;
use domain::quality::DocumentState;
use entity::ids::{AccountId, AuthorityId, DocumentId, FileId, MembershipId, ProviderId};
use entity::{Coded, account, document, file, local_authority, membership, provider, rendition, upload, upload_part};
use poem::{EndpointExt, Route};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use server::access::secrets::{Redacted, SigningKey};
use server::access::session;
use server::app::{App, SeededIds, SettableClock};
use server::config::Config;
use server::database::Db;
use server::http::frame::Frame;
use server::objects::{self, ObjectStore};
use server::uploads::{self, Files};
use server::{database, http};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::support::bytes;
use crate::support::client::Client;
use crate::support::pair::Stores;

/// One server over a test's stores.
pub struct World {
    pub files: Arc<Files>,
    pub clock: Arc<SettableClock>,
    pub address: SocketAddr,
}

/// Somebody with a session.
pub struct Person {
    pub account_id: AccountId,
    pub authority_id: AuthorityId,
    pub token: String,
}

impl World {
    pub async fn new(stores: &Stores) -> Self {
        Self::with(stores, stores.object_store().await, 1).await
    }

    /// Another replica over the same stores, at the same time of day.
    pub async fn replica(&self, stores: &Stores) -> Self {
        let other = Self::with(stores, stores.object_store().await, 2).await;
        other.clock.set(self.now());
        other
    }

    /// A server that has files scanned.
    pub async fn scanned(stores: &Stores, clamd: &str) -> Self {
        let config = Config { clamd: Some(clamd.to_owned()), ..stores.config() };
        Self::serve(config, stores.object_store().await, 1).await
    }

    /// A server over an object store of the test's choosing.
    pub async fn with(stores: &Stores, objects: Arc<dyn ObjectStore>, seed: u64) -> Self {
        Self::serve(stores.config(), objects, seed).await
    }

    /// A server over a database of the test's choosing, with its objects in this data directory.
    pub async fn over(database: &Redacted, data: &Path) -> Self {
        let mut config = Config::for_testing(data);
        config.database_url = database.clone();
        let objects = objects::open(&config).await.unwrap();
        Self::serve(config, objects, 1).await
    }

    /// A server whose statements are counted.
    pub async fn counted(stores: &Stores) -> (Self, Arc<AtomicUsize>) {
        let (db, count) = stores.database.counted().await;
        (Self::serve_from(db, stores.config(), stores.object_store().await, 1).await, count)
    }

    async fn serve(config: Config, objects: Arc<dyn ObjectStore>, seed: u64) -> Self {
        let db = database::connect(&config.database_url).await.unwrap();
        Self::serve_from(db, config, objects, seed).await
    }

    async fn serve_from(db: Db, config: Config, objects: Arc<dyn ObjectStore>, seed: u64) -> Self {
        let clock = Arc::new(SettableClock::at(Utc.with_ymd_and_hms(2026, 3, 3, 9, 0, 0).unwrap()));
        let mut app = App::new(db, config, SigningKey::from_secret(&"k".repeat(32)).unwrap());
        app.clock = clock.clone();
        app.ids = Arc::new(SeededIds::new(seed));
        let files = bytes::files(app.clone(), objects);
        let routes = Route::new()
            .nest("/uploads", uploads::tus::routes(Arc::clone(&files)))
            .nest("/files", http::files::routes(Arc::clone(&files)))
            .with(Frame(app));
        Self { files, clock, address: bytes::listen(routes).await }
    }

    pub fn db(&self) -> &Db {
        &self.files.app.db
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.files.app.clock.now()
    }

    fn id(&self) -> Uuid {
        self.files.app.ids.next(self.now())
    }

    /// A visitor of an authority of its own.
    pub async fn person(&self) -> Person {
        self.person_as(Role::Visitor).await
    }

    /// Somebody with this role in an authority of their own.
    pub async fn person_as(&self, role: Role) -> Person {
        let (now, authority_id, account_id) = (self.now(), AuthorityId(self.id()), AccountId(self.id()));
        let authority = local_authority::Model {
            id: authority_id,
            code: authority_id.0.to_string(),
            name: "Fenshire".to_owned(),
            created_at: now,
            updated_at: now,
            version: 1,
        };
        let account = account::Model {
            id: account_id,
            email: format!("{}@example.org", account_id.0),
            name: "Robin Example".to_owned(),
            password_hash: None,
            state: Coded(AccountState::Active),
            created_at: now,
            updated_at: now,
            version: 1,
        };
        let holds = membership::Model {
            id: MembershipId(self.id()),
            authority_id,
            account_id,
            role: Coded(role),
            partnership_id: None,
            provider_id: None,
            starts_on: now.date_naive(),
            ends_on: None,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        local_authority::Entity::insert(authority.into_active_model()).exec(self.db()).await.unwrap();
        account::Entity::insert(account.into_active_model()).exec(self.db()).await.unwrap();
        membership::Entity::insert(holds.into_active_model()).exec(self.db()).await.unwrap();
        let opened = session::open(self.db(), &self.files.app, account_id, SessionKind::Device, None).await.unwrap();
        Person { account_id, authority_id, token: opened.token.reveal().to_owned() }
    }

    /// Somebody of a provider whose document a file is, and the role that lets them see it.
    pub async fn colleague_with_document(&self, sender: &Person, file_id: FileId) -> (Person, MembershipId) {
        let (now, colleague) = (self.now(), self.person().await);
        let (provider_id, role_id) = (ProviderId(self.id()), MembershipId(self.id()));
        let provider = provider::ActiveModel {
            id: Set(provider_id),
            authority_id: Set(sender.authority_id),
            name: Set("Fen Motors".to_owned()),
            kind: Set(ProviderKind::MotorVehicle.into()),
            registered: Set(false),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
            ..Default::default()
        };
        let document = document::ActiveModel {
            id: Set(DocumentId(self.id())),
            authority_id: Set(sender.authority_id),
            provider_id: Set(provider_id),
            file_id: Set(file_id),
            title: Set("Insurance".to_owned()),
            issued_on: Set(now.date_naive()),
            starts_on: Set(now.date_naive()),
            state: Set(DocumentState::Submitted.into()),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
            ..Default::default()
        };
        let role = membership::ActiveModel {
            id: Set(role_id),
            authority_id: Set(sender.authority_id),
            account_id: Set(colleague.account_id),
            role: Set(Coded(Role::Provider)),
            provider_id: Set(Some(provider_id)),
            starts_on: Set(now.date_naive()),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
            ..Default::default()
        };
        provider::Entity::insert(provider).exec(self.db()).await.unwrap();
        document::Entity::insert(document).exec(self.db()).await.unwrap();
        membership::Entity::insert(role).exec(self.db()).await.unwrap();
        (colleague, role_id)
    }

    /// Ends a role today.
    pub async fn end_role(&self, id: MembershipId) {
        let ends_on = Set(Some(self.now().date_naive()));
        let change = membership::ActiveModel { id: Set(id), ends_on, ..Default::default() };
        membership::Entity::update(change).exec(self.db()).await.unwrap();
    }

    /// Closes an account, as an officer does.
    pub async fn close_account(&self, person: &Person) {
        let state = Set(Coded(AccountState::Deactivated));
        let change = account::ActiveModel { id: Set(person.account_id), state, ..Default::default() };
        account::Entity::update(change).exec(self.db()).await.unwrap();
        session::end_all(self.db(), person.account_id, self.now()).await.unwrap();
    }

    /// Somebody's client.
    pub fn client(&self, person: &Person) -> Client {
        Client::new(self.address, Some(person.token.clone()))
    }

    /// A file that was declared beforehand, as evidence is.
    pub async fn declare(&self, owner: &Person, bytes: &[u8]) -> FileId {
        let (now, id) = (self.now(), FileId(self.id()));
        let file = file::Model {
            id,
            authority_id: owner.authority_id,
            owner_account_id: owner.account_id,
            state: Coded(FileState::Expected),
            refusal: None,
            object_key: None,
            sha256: None,
            declared_sha256: Some(sha256(bytes)),
            byte_size: None,
            declared_size: Some(bytes.len() as i64),
            media_type: None,
            declared_media_type: None,
            width: None,
            height: None,
            pages: None,
            unclaimed_until: None,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        file::Entity::insert(file.into_active_model()).exec(self.db()).await.unwrap();
        id
    }

    pub async fn file(&self, id: FileId) -> file::Model {
        file::Entity::find_by_id(id).one(self.db()).await.unwrap().unwrap()
    }

    pub async fn uploads(&self) -> Vec<upload::Model> {
        upload::Entity::find().order_by_asc(upload::Column::CreatedAt).all(self.db()).await.unwrap()
    }

    pub async fn parts(&self) -> Vec<upload_part::Model> {
        upload_part::Entity::find().order_by_asc(upload_part::Column::Start).all(self.db()).await.unwrap()
    }

    pub async fn renditions(&self, id: FileId) -> Vec<rendition::Model> {
        let of_file = rendition::Entity::find().filter(rendition::Column::FileId.eq(id));
        of_file.order_by_asc(rendition::Column::Kind).all(self.db()).await.unwrap()
    }

    /// Runs every job that is due, and those that follow from them; none may fail.
    pub async fn work(&self) {
        bytes::work(&self.files).await;
    }

    /// A link to a form of a file, from the root of the site.
    pub fn link(&self, id: FileId, variant: &str, reader: &Person) -> String {
        let variant: Variant = variant.parse().unwrap();
        http::files::sign(&self.files.app, id, variant, reader.account_id)
    }
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
