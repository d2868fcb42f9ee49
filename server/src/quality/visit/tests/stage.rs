//! An authority with a provider, two visitors, an officer and somebody of the provider.

use std::cell::Cell;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{AccountState, Role};
use domain::file::FileState;
use domain::manifest::Sha256Sum;
use domain::organisation::ProviderKind;
use domain::quality::{ActionState, ApprovalState, EvidenceKind, Rag};
use domain::reference::{Framework, framework};
use entity::ids::{
    AccountId, AuthorityId, EvidenceId, FileId, Key, MembershipId, ProviderId, RatingId, StandardId, VisitId,
};
use entity::{account, approval, evidence, file, improvement_action, local_authority, membership, provider, visit};
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, IntoActiveModel};

use crate::access::scope::{Grant, Scope};
use crate::app::testing::World;
use crate::database::Db;
use crate::graph::ids::IdOf;
use crate::ledger::Actor;
use crate::quality::framework::install::install;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn derby() -> &'static Framework {
    framework("derby", "2024").unwrap()
}

pub fn standard(code: &str) -> IdOf<StandardId> {
    IdOf(StandardId(derby().standard(code).unwrap().id))
}

pub struct Stage {
    pub world: World,
    authority: AuthorityId,
    pub provider: ProviderId,
    pub people: [AccountId; 4],
    pub keys: Cell<u32>,
}

impl Stage {
    pub async fn new() -> Self {
        let world = World::new().await;
        let now = world.app.clock.now();
        install(&world.app.db, now).await.unwrap();
        let id = || world.app.ids.next(now);
        let (authority, provider) = (AuthorityId(id()), ProviderId(id()));
        let people = [(); 4].map(|()| AccountId(id()));
        let stage = Self { world, authority, provider, people, keys: Cell::new(0) };
        stage.organisations(now).await;
        let roles = [Role::Visitor, Role::Visitor, Role::Officer, Role::Provider];
        for (number, role) in roles.into_iter().enumerate() {
            stage.person(number, role, now).await;
        }
        stage
    }

    async fn put<M>(&self, row: M)
    where
        M: sea_orm::ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    {
        <M::Entity as EntityTrait>::insert(row.into_active_model()).exec_without_returning(self.db()).await.unwrap();
    }

    async fn organisations(&self, now: DateTime<Utc>) {
        self.put(local_authority::Model {
            id: self.authority,
            code: "901".into(),
            name: "Fenshire".into(),
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
        self.put(provider::Model {
            id: self.provider,
            authority_id: self.authority,
            name: "Fen Motors".into(),
            kind: ProviderKind::MotorVehicle.into(),
            registered: false,
            urn: None,
            ukprn: None,
            website: None,
            telephone: None,
            email: None,
            capacity: None,
            next_visit_due_on: None,
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
        self.put(approval::Model {
            id: self.id(),
            authority_id: self.authority,
            provider_id: self.provider,
            state: ApprovalState::Approved.into(),
            visit_id: None,
            reason: "Carried over".into(),
            starts_on: day("2025-09-01"),
            ends_on: None,
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
    }

    async fn person(&self, number: usize, role: Role, now: DateTime<Utc>) {
        let account_id = self.people[number];
        let name = ["Ada", "Ben", "Cleo", "Dev"][number];
        self.put(account::Model {
            id: account_id,
            email: format!("{}@fenshire.example", name.to_lowercase()),
            name: name.into(),
            password_hash: None,
            state: AccountState::Active.into(),
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
        self.put(membership::Model {
            id: self.id::<MembershipId>(),
            authority_id: self.authority,
            account_id,
            role: role.into(),
            partnership_id: None,
            provider_id: (role == Role::Provider).then_some(self.provider),
            starts_on: day("2025-09-01"),
            ends_on: None,
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
    }

    pub fn db(&self) -> &Db {
        &self.world.app.db
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.world.app.clock.now()
    }

    fn id<K: Key>(&self) -> K {
        K::from(self.world.app.ids.next(self.now()))
    }

    fn actor(&self, account: AccountId, role: Role, authority_id: AuthorityId) -> Actor {
        let provider_id = (role == Role::Provider).then_some(self.provider);
        let grant = Grant { role, authority_id, partnership_id: None, school_ids: Vec::new(), provider_id };
        let scope = Arc::new(Scope::new(account, self.now().date_naive(), vec![grant]));
        Actor { scope, session_id: None, device_name: None, request_id: "test".into() }
    }

    /// A visitor who leads.
    pub fn ada(&self) -> Actor {
        self.actor(self.people[0], Role::Visitor, self.authority)
    }

    /// A visitor.
    pub fn ben(&self) -> Actor {
        self.actor(self.people[1], Role::Visitor, self.authority)
    }

    pub fn officer(&self) -> Actor {
        self.actor(self.people[2], Role::Officer, self.authority)
    }

    /// Somebody of the provider.
    pub fn staff(&self) -> Actor {
        self.actor(self.people[3], Role::Provider, self.authority)
    }

    /// An officer of another authority.
    pub fn stranger(&self) -> Actor {
        self.actor(self.people[2], Role::Officer, self.id())
    }

    pub async fn visit(&self, id: VisitId) -> visit::Model {
        visit::Entity::find_by_id(id).one(self.db()).await.unwrap().unwrap()
    }

    pub fn rating(&self, code: &str) -> RatingId {
        RatingId(derby().ratings.iter().find(|rating| rating.code == code).unwrap().id)
    }

    /// A photograph whose bytes have arrived and are being checked.
    pub async fn photo(&self, visit: VisitId, code: &str, sha256: Sha256Sum, size: i64) -> EvidenceId {
        let now = self.now();
        let file_id = self.id::<FileId>();
        self.put(file::Model {
            id: file_id,
            authority_id: self.authority,
            owner_account_id: self.people[0],
            state: FileState::Quarantined.into(),
            refusal: None,
            object_key: None,
            sha256: Some(sha256.to_string()),
            declared_sha256: Some(sha256.to_string()),
            byte_size: Some(size),
            declared_size: Some(size),
            media_type: None,
            declared_media_type: None,
            width: None,
            height: None,
            pages: None,
            unclaimed_until: None,
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
        let id = self.id();
        self.put(evidence::Model {
            id,
            authority_id: self.authority,
            provider_id: self.provider,
            visit_id: Some(visit),
            standard_id: Some(standard(code).0),
            improvement_action_id: None,
            kind: EvidenceKind::Photo.into(),
            file_id,
            caption: None,
            captured_at: now,
            captured_by_id: self.people[0],
            device_name: None,
            is_addendum: false,
            withdrawn_at: None,
            withdrawn_reason: None,
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
        id
    }

    /// The file of a piece of evidence turns out right.
    pub async fn verify(&self, photo: EvidenceId) {
        let row = evidence::Entity::find_by_id(photo).one(self.db()).await.unwrap().unwrap();
        let accepted =
            file::ActiveModel { id: Set(row.file_id), state: Set(FileState::Accepted.into()), ..Default::default() };
        file::Entity::update(accepted).exec(self.db()).await.unwrap();
    }

    pub async fn improvement(&self, visit: VisitId) {
        self.put(improvement_action::Model {
            id: self.id(),
            authority_id: self.authority,
            provider_id: self.provider,
            visit_id: Some(visit),
            standard_id: None,
            area: "Fire drills".into(),
            action: "Hold one this month".into(),
            owner: "Head".into(),
            due_on: day("2026-04-01"),
            rag: Rag::Red.into(),
            state: ActionState::Open.into(),
            closed_at: None,
            created_at: self.now(),
            updated_at: self.now(),
            version: 1,
        })
        .await;
    }
}
