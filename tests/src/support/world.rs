//! A small world to test in: one authority with two partnerships, and one person per role who can ask the graph.
//!
//! People ask over HTTP, through every layer that a client meets. Rows are put in directly, by [`World::put`]; what a
//! scenario is about goes through the graph.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use domain::access::{AccountState, Role, SessionKind};
use domain::organisation::{ProviderKind, SchoolPhase};
use entity::ids::*;
use entity::*;
use poem::endpoint::BoxEndpoint;
use poem::test::TestClient;
use poem::{EndpointExt, Response};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};
use server::access::secrets::SigningKey;
use server::access::session as sessions;
use server::app::{App, SeededIds, SettableClock};
use server::config::Config;
use server::database::Db;
use server::uploads::Files;
use server::{graph, http};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::bytes;
use super::client::Client;
use super::pair::Stores;

/// The day on which every scenario begins.
pub const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 3).unwrap();

pub struct World {
    pub app: App,
    pub files: Arc<Files>,
    pub clock: Arc<SettableClock>,
    pub authority: AuthorityId,
    /// Another authority: the stranger's.
    pub elsewhere: AuthorityId,
    /// Two, each with a school.
    pub partnerships: [PartnershipId; 2],
    pub schools: [SchoolId; 2],
    pub providers: [ProviderId; 2],
    pub officer: Person,
    /// Of the first partnership.
    pub coordinator: Person,
    /// Of the first provider.
    pub provider: Person,
    pub visitor: Person,
    pub analyst: Person,
    /// An officer of another authority.
    pub stranger: Person,
    ids: std::cell::Cell<u128>,
    /// The server, built at the first question.
    server: OnceLock<TestClient<BoxEndpoint<'static, Response>>>,
    /// Where it also listens, from the first byte that is sent on a line.
    address: OnceCell<SocketAddr>,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    pub account: AccountId,
    pub role: Role,
    pub token: String,
}

impl World {
    pub async fn new(stores: &Stores) -> Self {
        let db = stores.database.connect().await;
        Self::over(db, stores).await
    }

    /// The same over a connection of the test's choosing.
    pub async fn over(db: Db, stores: &Stores) -> Self {
        let clock = Arc::new(SettableClock::at(noon()));
        let key = SigningKey::from_secret("a signing key that only tests know, 32 bytes or more").unwrap();
        let mut app = App::new(db, stores.config(), key);
        app.clock = clock.clone();
        app.ids = Arc::new(SeededIds::new(7));
        let blank = Person { account: AccountId(Uuid::nil()), role: Role::Officer, token: String::new() };
        let mut world = Self {
            files: bytes::files(app.clone(), stores.object_store().await),
            app,
            clock,
            authority: AuthorityId(Uuid::nil()),
            elsewhere: AuthorityId(Uuid::nil()),
            partnerships: [PartnershipId(Uuid::nil()); 2],
            schools: [SchoolId(Uuid::nil()); 2],
            providers: [ProviderId(Uuid::nil()); 2],
            officer: blank.clone(),
            coordinator: blank.clone(),
            provider: blank.clone(),
            visitor: blank.clone(),
            analyst: blank.clone(),
            stranger: blank,
            ids: std::cell::Cell::new(0),
            server: OnceLock::new(),
            address: OnceCell::new(),
        };
        world.authority = world.put_authority("925", "Fenshire").await;
        for (index, name) in ["North", "South"].into_iter().enumerate() {
            world.partnerships[index] = world.put_partnership(name).await;
            world.schools[index] = world.put_school(&format!("{name} School"), world.partnerships[index]).await;
            world.providers[index] = world.put_provider(&format!("{name} Motors")).await;
        }
        world.officer = world.person(Role::Officer, world.authority, None, None).await;
        world.coordinator = world.person(Role::Coordinator, world.authority, Some(world.partnerships[0]), None).await;
        world.provider = world.person(Role::Provider, world.authority, None, Some(world.providers[0])).await;
        world.visitor = world.person(Role::Visitor, world.authority, None, None).await;
        world.analyst = world.person(Role::Analyst, world.authority, None, None).await;
        world.elsewhere = world.put_authority("926", "Elsewhere").await;
        world.stranger = world.person(Role::Officer, world.elsewhere, None, None).await;
        world
    }

    /// Everybody who can sign in, the stranger included.
    pub fn people(&self) -> [&Person; 6] {
        [&self.officer, &self.coordinator, &self.provider, &self.visitor, &self.analyst, &self.stranger]
    }

    /// A new id; each world counts its own.
    pub fn id<K: Key>(&self) -> K {
        let next = self.ids.get() + 1;
        self.ids.set(next);
        // Version 7 layout, with a counter for the random part.
        K::from(Uuid::from_u128((0x0195_0000_0000_7000_8000_u128 << 48) | next))
    }

    /// Puts a row in, as it is.
    pub async fn put<A>(&self, row: A)
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        A::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
    }

    async fn put_authority(&self, code: &str, name: &str) -> AuthorityId {
        let id = self.id();
        self.put(local_authority::ActiveModel {
            id: Set(id),
            code: Set(code.to_owned()),
            name: Set(name.to_owned()),
            created_at: Set(noon()),
            updated_at: Set(noon()),
            version: Set(1),
        })
        .await;
        id
    }

    pub async fn put_partnership(&self, name: &str) -> PartnershipId {
        let id = self.id();
        self.put(partnership::ActiveModel {
            id: Set(id),
            authority_id: Set(self.authority),
            code: Set(name.to_uppercase()),
            name: Set(name.to_owned()),
            created_at: Set(noon()),
            updated_at: Set(noon()),
            version: Set(1),
        })
        .await;
        id
    }

    pub async fn put_school(&self, name: &str, partnership_id: PartnershipId) -> SchoolId {
        let id = self.id();
        self.put(school::ActiveModel {
            id: Set(id),
            authority_id: Set(self.authority),
            urn: Set(None),
            name: Set(name.to_owned()),
            phase: Set(SchoolPhase::Secondary.into()),
            postcode: Set("ZZ1 1ZZ".to_owned()),
            created_at: Set(noon()),
            updated_at: Set(noon()),
            version: Set(1),
        })
        .await;
        self.put(school_membership::ActiveModel {
            id: Set(self.id()),
            authority_id: Set(self.authority),
            school_id: Set(id),
            partnership_id: Set(partnership_id),
            starts_on: Set(TODAY - chrono::Days::new(400)),
            ends_on: Set(None),
            created_at: Set(noon()),
            updated_at: Set(noon()),
            version: Set(1),
        })
        .await;
        id
    }

    pub async fn put_provider(&self, name: &str) -> ProviderId {
        let id = self.id();
        self.put(provider::ActiveModel {
            id: Set(id),
            authority_id: Set(self.authority),
            name: Set(name.to_owned()),
            kind: Set(ProviderKind::MotorVehicle.into()),
            registered: Set(false),
            urn: Set(None),
            ukprn: Set(None),
            website: Set(None),
            telephone: Set(None),
            email: Set(None),
            capacity: Set(Some(12)),
            next_visit_due_on: Set(None),
            created_at: Set(noon()),
            updated_at: Set(noon()),
            version: Set(1),
        })
        .await;
        id
    }

    /// Somebody with this role, signed in on a device.
    pub async fn person(
        &self,
        role: Role,
        authority_id: AuthorityId,
        partnership_id: Option<PartnershipId>,
        provider_id: Option<ProviderId>,
    ) -> Person {
        let account = self.id::<AccountId>();
        self.put(account::ActiveModel {
            id: Set(account),
            email: Set(format!("{role}-{}@people.example", account.0.simple())),
            name: Set(format!("A {role}")),
            password_hash: Set(None),
            state: Set(AccountState::Active.into()),
            created_at: Set(noon()),
            updated_at: Set(noon()),
            version: Set(1),
        })
        .await;
        self.put(membership::ActiveModel {
            id: Set(self.id()),
            authority_id: Set(authority_id),
            account_id: Set(account),
            role: Set(role.into()),
            partnership_id: Set(partnership_id),
            provider_id: Set(provider_id),
            starts_on: Set(TODAY - chrono::Days::new(30)),
            ends_on: Set(None),
            created_at: Set(noon()),
            updated_at: Set(noon()),
            version: Set(1),
        })
        .await;
        let device = Some("a test's phone");
        let opened = sessions::open(&self.app.db, &self.app, account, SessionKind::Device, device).await.unwrap();
        Person { account, role, token: opened.token.reveal().to_owned() }
    }

    /// Somebody who is officer between two days, or never was.
    pub async fn dated_officer(&self, dates: Option<(NaiveDate, Option<NaiveDate>)>) -> Person {
        let person = self.person(Role::Officer, self.authority, None, None).await;
        let own = membership::Column::AccountId.eq(person.account);
        match dates {
            None => membership::Entity::delete_many().filter(own).exec(&self.app.db).await.map(drop).unwrap(),
            Some((starts_on, ends_on)) => {
                let dated =
                    membership::ActiveModel { starts_on: Set(starts_on), ends_on: Set(ends_on), ..Default::default() };
                membership::Entity::update_many().set(dated).filter(own).exec(&self.app.db).await.map(drop).unwrap();
            }
        }
        person
    }

    /// Runs under other settings; to be called before the first question.
    pub fn configure(&mut self, change: impl FnOnce(&mut Config)) {
        let mut config = (*self.app.config).clone();
        change(&mut config);
        self.app.config = Arc::new(config);
        let mut files = (*self.files).clone();
        files.app = self.app.clone();
        self.files = Arc::new(files);
    }

    /// The server, to be asked over HTTP. Settings changed after the first question have no effect on it.
    pub fn server(&self) -> &TestClient<BoxEndpoint<'static, Response>> {
        self.server.get_or_init(|| TestClient::new(self.routes()))
    }

    fn routes(&self) -> BoxEndpoint<'static, Response> {
        http::routes(Arc::clone(&self.files), graph::schema()).boxed()
    }

    /// Where the server also listens, for clients that speak HTTP by hand.
    pub async fn address(&self) -> SocketAddr {
        *self.address.get_or_init(|| bytes::listen(self.routes())).await
    }

    /// Somebody's line to it.
    pub async fn client(&self, person: &Person) -> Client {
        Client::new(self.address().await, Some(person.token.clone()))
    }

    /// What the graph answers, whatever it is.
    pub async fn ask(&self, person: &Person, query: &str, variables: Value) -> Value {
        let response = self
            .server()
            .post("/graphql")
            .header("authorization", format!("Bearer {}", person.token))
            .header("accept", "application/json")
            .body_json(&json!({ "query": query, "variables": variables }))
            .send()
            .await;
        response.0.into_body().into_json().await.unwrap()
    }

    /// The data that the graph answers; any error fails the test.
    pub async fn read(&self, person: &Person, query: &str) -> Value {
        let answer = self.ask(person, query, json!({})).await;
        assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
        answer["data"].clone()
    }

    /// The code of the error that the graph answers with.
    pub async fn refused(&self, person: &Person, query: &str) -> String {
        let answer = self.ask(person, query, json!({})).await;
        answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{answer:#}")).to_owned()
    }
}

/// Noon of [`TODAY`].
pub fn noon() -> DateTime<Utc> {
    Utc.from_utc_datetime(&TODAY.and_hms_opt(12, 0, 0).unwrap())
}
