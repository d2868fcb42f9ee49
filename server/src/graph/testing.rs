//! The graph as a test asks it: one authority, accounts with roles, documents in and JSON out.

use async_graphql::Request;
use chrono::NaiveDate;
use domain::access::{AccountState, Role, SessionKind};
use entity::ids::{AccountId, AuthorityId, Key, MembershipId, PartnershipId, ProviderId};
use entity::{Coded, account, audit, change, local_authority, membership, partnership, provider};
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::Value;

use super::{answer, request, schema};
use crate::access::session::{self, Living, Session};
use crate::access::viewer;
use crate::app::testing::{PASSWORD, World};

/// Where a role is held.
#[derive(Clone, Copy)]
pub(crate) enum At {
    Authority(AuthorityId),
    Partnership(AuthorityId, PartnershipId),
    Provider(AuthorityId, ProviderId),
}

pub(crate) struct Client {
    pub(crate) world: World,
}

impl Client {
    /// A demo's graph: a password is enough for everybody.
    pub(crate) async fn new() -> Self {
        let mut world = World::new().await;
        world.app.is_demo = true;
        Self { world }
    }

    pub(crate) fn id<K: Key>(&self) -> K {
        K::from(self.world.app.ids.next(self.world.app.clock.now()))
    }

    pub(crate) fn today(&self) -> NaiveDate {
        self.world.app.clock.now().date_naive()
    }

    pub(crate) async fn authority(&self, code: &str) -> AuthorityId {
        let (id, now) = (self.id(), self.world.app.clock.now());
        let row = local_authority::ActiveModel {
            id: Set(id),
            code: Set(code.to_owned()),
            name: Set(format!("Authority {code}")),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
        };
        local_authority::Entity::insert(row).exec_without_returning(&self.world.app.db).await.unwrap();
        id
    }

    pub(crate) async fn partnership(&self, authority_id: AuthorityId, code: &str) -> PartnershipId {
        let (id, now) = (self.id(), self.world.app.clock.now());
        let row = partnership::ActiveModel {
            id: Set(id),
            authority_id: Set(authority_id),
            code: Set(code.to_owned()),
            name: Set(format!("Partnership {code}")),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
        };
        partnership::Entity::insert(row).exec_without_returning(&self.world.app.db).await.unwrap();
        id
    }

    pub(crate) async fn provider(&self, authority_id: AuthorityId, name: &str) -> ProviderId {
        let (id, now) = (self.id(), self.world.app.clock.now());
        let row = provider::ActiveModel {
            id: Set(id),
            authority_id: Set(authority_id),
            name: Set(name.to_owned()),
            kind: Set(Coded(domain::organisation::ProviderKind::MotorVehicle)),
            registered: Set(false),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
            ..Default::default()
        };
        provider::Entity::insert(row).exec_without_returning(&self.world.app.db).await.unwrap();
        id
    }

    /// A signed-in account with these roles, from today on.
    pub(crate) async fn person(&self, email: &str, roles: &[(Role, At)]) -> Session {
        let (id, now): (AccountId, _) = (self.id(), self.world.app.clock.now());
        let row = account::ActiveModel {
            id: Set(id),
            email: Set(email.to_owned()),
            name: Set("Sam Example".to_owned()),
            password_hash: Set(Some(self.world.app.passwords.hash(PASSWORD.into()).await.unwrap())),
            state: Set(Coded(AccountState::Active)),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
        };
        account::Entity::insert(row).exec_without_returning(&self.world.app.db).await.unwrap();
        for (role, at) in roles {
            self.role(id, *role, *at).await;
        }
        self.sign_in(id).await
    }

    pub(crate) async fn role(&self, account_id: AccountId, role: Role, at: At) -> MembershipId {
        let (id, now) = (self.id(), self.world.app.clock.now());
        let (authority_id, partnership_id, provider_id) = match at {
            At::Authority(authority) => (authority, None, None),
            At::Partnership(authority, partnership) => (authority, Some(partnership), None),
            At::Provider(authority, provider) => (authority, None, Some(provider)),
        };
        let row = membership::ActiveModel {
            id: Set(id),
            authority_id: Set(authority_id),
            account_id: Set(account_id),
            role: Set(Coded(role)),
            partnership_id: Set(partnership_id),
            provider_id: Set(provider_id),
            starts_on: Set(self.today()),
            ends_on: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
            version: Set(1),
        };
        membership::Entity::insert(row).exec_without_returning(&self.world.app.db).await.unwrap();
        id
    }

    pub(crate) async fn sign_in(&self, account_id: AccountId) -> Session {
        let app = &self.world.app;
        session::open(&app.db, app, account_id, SessionKind::Device, Some("phone")).await.unwrap().session
    }

    /// The data of an answer without errors.
    pub(crate) async fn ask(&self, who: &Session, document: &str) -> Value {
        let answer = self.answer(Some(who), document).await;
        assert!(answer.get("errors").is_none(), "{document}\n{answer}");
        answer["data"].clone()
    }

    /// What a mutation of one field answers with, under a key of its own.
    pub(crate) async fn change(&self, who: &Session, field: &str, input: &str, selection: &str) -> Value {
        let key = self.id::<AccountId>();
        let document = mutation(field, &format!("idempotencyKey: \"{key}\", {input}"), selection);
        self.ask(who, &document).await[field].clone()
    }

    /// The refusal's code and field, of a mutation that must refuse and change nothing.
    pub(crate) async fn refused(&self, who: &Session, field: &str, input: &str) -> (String, Option<String>) {
        let before = self.written().await;
        let answer = self.change(who, field, input, "refusal { code field message }").await;
        assert_eq!(self.written().await, before, "{field} refused and wrote");
        let text = |name: &str| answer["refusal"][name].as_str().map(str::to_owned);
        assert!(text("message").is_some_and(|message| !message.is_empty()), "{field}({input}): {answer}");
        (text("code").expect("a refusal has a code"), text("field"))
    }

    /// An answer as it is, to somebody signed in or to nobody.
    pub(crate) async fn answer(&self, who: Option<&Session>, document: &str) -> Value {
        let mut asked = Request::new(document).data(self.world.app.clone());
        if let Some(session) = who {
            let app = &self.world.app;
            let scope = viewer::scope(&app.db, session.account_id, self.today()).await.unwrap();
            asked = request::open(app, Living { session: session.clone(), scope }, "test").attach(asked);
        }
        let response = schema().execute(asked).await;
        serde_json::from_slice(&answer::write(&response.errors, Some(&response.data)).unwrap()).unwrap()
    }

    /// How many rows audit and change feed have.
    pub(crate) async fn written(&self) -> (u64, u64) {
        let db = &self.world.app.db;
        (audit::Entity::find().count(db).await.unwrap(), change::Entity::find().count(db).await.unwrap())
    }
}

/// A mutation of one field.
pub(crate) fn mutation(field: &str, input: &str, selection: &str) -> String {
    format!("mutation {{ {field}(input: {{ {input} }}) {{ {selection} }} }}")
}
