//! Where the tests of this area play: an authority, two providers and their people, document types, one planned visit.

use std::sync::Arc;

use domain::Code;
use domain::RefusalCode;
use domain::access::{AccountState, Role};
use domain::organisation::ProviderKind;
use domain::quality::{ReportState, VisitState};
use domain::reference;
use entity::ids::{
    AccountId, AuthorityId, DocumentTypeId, FrameworkId, FrameworkVersionId, Key, ProviderId, SectionId, StandardId,
    VisitId, VisitVisitorId,
};
use entity::{
    account, audit, change, document_type, framework, framework_version, idempotency, local_authority, provider,
    section, standard, visit, visit_visitor,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait, Set};

use crate::access::find;
use crate::access::scope::{Grant, Scope, Sight};
use crate::app::testing::World;
use crate::ledger::{Actor, Outcome, Refused, Write, perform};

pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) authority_id: AuthorityId,
    pub(crate) provider_id: ProviderId,
    pub(crate) visit_id: VisitId,
    pub(crate) officer: Actor,
    /// A visitor of the visit.
    pub(crate) visitor: Actor,
    /// A visitor who is not.
    pub(crate) colleague: Actor,
    /// One of the provider's people.
    pub(crate) own: Actor,
    /// One of another provider's people.
    pub(crate) other: Actor,
}

async fn put<M, A>(world: &World, row: M)
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + Send,
{
    A::Entity::insert(row.into_active_model()).exec_without_returning(&world.app.db).await.unwrap();
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        let authority_id = authority(&world).await;
        let (provider_id, other_id) =
            (provider(&world, authority_id, "Fen Motors").await, provider(&world, authority_id, "Fen Farm").await);
        let qa = |role| Grant { role, authority_id, partnership_id: None, school_ids: Vec::new(), provider_id: None };
        let people = |id| Grant { provider_id: Some(id), ..qa(Role::Provider) };
        let officer = actor(&world, "olu", qa(Role::Officer)).await;
        let visitor = actor(&world, "vera", qa(Role::Visitor)).await;
        let colleague = actor(&world, "vic", qa(Role::Visitor)).await;
        let own = actor(&world, "petra", people(provider_id)).await;
        let other = actor(&world, "otto", people(other_id)).await;
        let version_id = framework(&world).await;
        let visit_id = visit(&world, (authority_id, provider_id, version_id), visitor.scope.account_id).await;
        Self { world, authority_id, provider_id, visit_id, officer, visitor, colleague, own, other }
    }

    /// Performs a mutation under a key; the request is the same as before when the key is.
    pub(crate) async fn act<K: Key, C: RefusalCode>(
        &self,
        actor: &Actor,
        key: &str,
        body: impl AsyncFnOnce(&mut Write<'_>) -> Result<K, Refused<C>>,
    ) -> Outcome<K, C> {
        perform(&self.world.app, actor, "test", key, key.as_bytes(), body).await.unwrap()
    }

    /// How many rows of audit, changes and keys there are: a refusal adds none.
    pub(crate) async fn ledger(&self) -> (u64, u64, u64) {
        let db = &self.world.app.db;
        (
            audit::Entity::find().count(db).await.unwrap(),
            change::Entity::find().count(db).await.unwrap(),
            idempotency::Entity::find().count(db).await.unwrap(),
        )
    }

    /// A row as it is.
    pub(crate) async fn row<E: EntityTrait>(&self, id: impl Into<uuid::Uuid>) -> E::Model {
        find::seen::<E>(&self.world.app.db, &self.officer.scope, |_, _| Sight::All, id).await.unwrap().unwrap()
    }

    /// The state of the visit and of its report from now on.
    pub(crate) async fn turn_visit(&self, state: VisitState, report: ReportState) {
        let turned = visit::ActiveModel {
            state: Set(state.into()),
            report_state: Set(report.into()),
            ..self.row::<visit::Entity>(self.visit_id).await.into_active_model()
        };
        visit::Entity::update(turned).exec_without_returning(&self.world.app.db).await.unwrap();
    }
}

/// The id of a type of document.
pub(crate) fn document_type(code: &str) -> DocumentTypeId {
    DocumentTypeId(reference::document_type(code).expect(code).id)
}

/// The id of a standard of the visit's framework: `V10` wants a photo.
pub(crate) fn fire_plan() -> StandardId {
    StandardId(asked("emat", "V10").id)
}

/// The id of a standard of the visit's framework that is never photographed.
pub(crate) fn staff_checks() -> StandardId {
    StandardId(asked("derby", "1a").id)
}

fn asked(framework: &str, code: &str) -> &'static reference::Standard {
    let found = reference::frameworks().iter().find(|found| found.code == framework);
    found.and_then(|found| found.standard(code)).unwrap()
}

fn next<K: Key>(world: &World) -> K {
    K::from(world.app.ids.next(world.app.clock.now()))
}

async fn authority(world: &World) -> AuthorityId {
    let (id, now) = (next(world), world.app.clock.now());
    let name = "Fenshire".to_owned();
    let row = local_authority::Model { id, code: "FEN".to_owned(), name, created_at: now, updated_at: now, version: 1 };
    put(world, row).await;
    id
}

async fn provider(world: &World, authority_id: AuthorityId, name: &str) -> ProviderId {
    let (id, now) = (next(world), world.app.clock.now());
    let row = provider::Model {
        id,
        authority_id,
        name: name.to_owned(),
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
    };
    put(world, row).await;
    id
}

async fn actor(world: &World, name: &str, grant: Grant) -> Actor {
    let (id, now): (AccountId, _) = (next(world), world.app.clock.now());
    let row = account::Model {
        id,
        email: format!("{name}@fenshire.example"),
        name: name.to_owned(),
        password_hash: None,
        state: AccountState::Active.into(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    put(world, row).await;
    Actor {
        scope: Arc::new(Scope::new(id, now.date_naive(), vec![grant])),
        session_id: None,
        device_name: Some("a phone".to_owned()),
        request_id: "r-1".to_owned(),
    }
}

async fn framework(world: &World) -> FrameworkVersionId {
    let (id, framework_id, version_id, now): (SectionId, FrameworkId, FrameworkVersionId, _) =
        (next(world), next(world), next(world), world.app.clock.now());
    let (code, name, owner) = ("sample".to_owned(), "Sample".to_owned(), "Fenshire".to_owned());
    put(world, framework::Model { id: framework_id, code, name, owner, created_at: now, updated_at: now, version: 1 })
        .await;
    let (edition, source) = ("1".to_owned(), "Fenshire".to_owned());
    let version = framework_version::Model {
        id: version_id,
        framework_id,
        edition,
        source,
        rated: false,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    put(world, version).await;
    let section = section::Model {
        id,
        framework_version_id: version_id,
        code: "1".to_owned(),
        title: "On site".to_owned(),
        position: 1,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    put(world, section).await;
    for asked in [asked("emat", "V10"), asked("derby", "1a")] {
        let row = standard::Model {
            id: StandardId(asked.id),
            framework_version_id: version_id,
            section_id: id,
            code: asked.code.clone(),
            title: asked.title.clone(),
            guidance: None,
            source: asked.rows.join(", "),
            phase: asked.phase.into(),
            position: asked.position,
            answer: asked.answer.as_str().to_owned(),
            evidence_wanted: serde_json::to_value(&asked.evidence).unwrap(),
            competent_person: false,
            damaged: false,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        put(world, row).await;
    }
    for kind in reference::document_types() {
        let row = document_type::Model {
            id: DocumentTypeId(kind.id),
            code: kind.code.clone(),
            name: kind.name.clone(),
            asks_expiry: kind.asks_expiry,
            asks_cover: kind.asks_cover_amount,
            months_valid: None,
            citation: kind.rows.join(", "),
            created_at: now,
            updated_at: now,
            version: 1,
        };
        put(world, row).await;
    }
    version_id
}

async fn visit(
    world: &World,
    (authority_id, provider_id, framework_version_id): (AuthorityId, ProviderId, FrameworkVersionId),
    visitor: AccountId,
) -> VisitId {
    let (id, part, now): (VisitId, VisitVisitorId, _) = (next(world), next(world), world.app.clock.now());
    let planned = visit::ActiveModel {
        id: Set(id),
        authority_id: Set(authority_id),
        provider_id: Set(provider_id),
        framework_version_id: Set(framework_version_id),
        purpose: Set("Yearly visit".to_owned()),
        planned_for: Set(now.date_naive()),
        state: Set(VisitState::Planned.into()),
        report_state: Set(ReportState::Draft.into()),
        created_at: Set(now),
        updated_at: Set(now),
        version: Set(1),
        ..Default::default()
    };
    put(world, planned).await;
    let row = visit_visitor::Model {
        id: part,
        authority_id,
        visit_id: id,
        account_id: visitor,
        lead: true,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    put(world, row).await;
    id
}
