//! What the plan wants, as rows of the database; and the people, each with a password and a device to look by.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{AccountState, Role, SessionKind};
use domain::organisation::ProviderKind;
use domain::quality::{Phase, ReportState};
use entity::ids::{
    AccountId, AuthorityId, FrameworkId, FrameworkVersionId, Key, MembershipId, ProviderId, SectionId, StandardId,
    VisitId, VisitVisitorId,
};
use entity::{
    Coded, account, framework, framework_version, local_authority, membership, provider, section, standard, visit,
    visit_visitor,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use server::access::session;
use server::app::App;
use uuid::Uuid;
use waymark_mobile_sync::wire::{Framework, Provider, Row, Visit};

use crate::simulation::id;

/// The one who leads every visit, from a desk: who else makes it may change.
pub const LEADER: usize = 90;
const OFFICER: usize = 91;

pub fn email(account: Uuid) -> String {
    format!("{}@people.example", account.simple())
}

pub fn authority() -> AuthorityId {
    AuthorityId(id(9, 0))
}

async fn put<M, A>(app: &App, row: M)
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + Send,
{
    A::Entity::insert(row.into_active_model()).exec_without_returning(&app.db).await.unwrap();
}

fn next<K: Key>(app: &App) -> K {
    K::from(app.ids.next(app.clock.now()))
}

/// Puts the rows in. Gives a token for each person, and one for the officer who arranges the visits.
pub async fn put_all(app: &App, rows: Vec<Row>) -> (BTreeMap<Uuid, String>, String) {
    let (id, now) = (authority(), app.clock.now());
    let (code, name) = ("925".to_owned(), "Fenshire".to_owned());
    put(app, local_authority::Model { id, code, name, created_at: now, updated_at: now, version: 1 }).await;
    let made = rows.iter().filter_map(|row| match row {
        Row::Visit(visit) => Some(visit.visitors.iter().map(|visitor| visitor.account)),
        _ => None,
    });
    let visitors: BTreeSet<Uuid> = made.flatten().chain([crate::simulation::id(1, LEADER)]).collect();
    let mut watching = BTreeMap::new();
    for visitor in visitors {
        watching.insert(visitor, person(app, visitor, Role::Visitor).await);
    }
    let officer = person(app, crate::simulation::id(1, OFFICER), Role::Officer).await;
    // What others name goes first.
    for row in rows.into_iter().rev() {
        match row {
            Row::Provider(row) => put_provider(app, row).await,
            Row::Framework(row) => put_framework(app, row).await,
            Row::Visit(row) => put_visit(app, row).await,
            row => panic!("nobody plans {row:?}"),
        }
    }
    (watching, officer)
}

async fn person(app: &App, id: Uuid, role: Role) -> String {
    let (account_id, now) = (AccountId(id), app.clock.now());
    let row = account::Model {
        id: account_id,
        email: email(id),
        name: "Sam".to_owned(),
        password_hash: Some(app.passwords.hash(super::PASSWORD.to_owned()).await.unwrap()),
        state: Coded(AccountState::Active),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    put(app, row).await;
    let row = membership::Model {
        id: next::<MembershipId>(app),
        authority_id: authority(),
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
    put(app, row).await;
    let opened = session::open(&app.db, app, account_id, SessionKind::Device, Some("Sam's other")).await.unwrap();
    opened.token.reveal().to_owned()
}

async fn put_provider(app: &App, Provider { id, name, .. }: Provider) {
    let now = app.clock.now();
    let row = provider::Model {
        id: ProviderId(id),
        authority_id: authority(),
        name,
        kind: Coded(ProviderKind::MotorVehicle),
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
    put(app, row).await;
}

async fn put_framework(app: &App, Framework { id, name, standards, .. }: Framework) {
    let (version_id, now) = (FrameworkVersionId(id), app.clock.now());
    let (framework_id, section_id): (FrameworkId, SectionId) = (next(app), next(app));
    let (code, owner) = ("simulated".to_owned(), "Fenshire".to_owned());
    put(app, framework::Model { id: framework_id, code, name, owner, created_at: now, updated_at: now, version: 1 })
        .await;
    let version = framework_version::Model {
        id: version_id,
        framework_id,
        edition: "1".to_owned(),
        source: "Fenshire".to_owned(),
        rated: false,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    put(app, version).await;
    let section = section::Model {
        id: section_id,
        framework_version_id: version_id,
        code: "1".to_owned(),
        title: "On site".to_owned(),
        position: 1,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    put(app, section).await;
    for (asked, position) in standards.into_iter().zip(1..) {
        let row = standard::Model {
            id: StandardId(asked.id),
            framework_version_id: version_id,
            section_id,
            code: asked.code,
            title: asked.title,
            guidance: None,
            source: "Fenshire".to_owned(),
            phase: Coded(Phase::OnVisit),
            position,
            answer: domain::Code::as_str(asked.answer).to_owned(),
            evidence_wanted: serde_json::to_value(&asked.evidence).unwrap(),
            competent_person: false,
            damaged: false,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        put(app, row).await;
    }
}

async fn put_visit(app: &App, row: Visit) {
    let (visit_id, now) = (VisitId(row.id), app.clock.now());
    let planned = visit::ActiveModel {
        id: Set(visit_id),
        authority_id: Set(authority()),
        provider_id: Set(ProviderId(row.provider)),
        framework_version_id: Set(FrameworkVersionId(row.framework)),
        purpose: Set(row.purpose),
        planned_for: Set(row.planned_for),
        state: Set(Coded(row.state)),
        report_state: Set(Coded(ReportState::Draft)),
        created_at: Set(now),
        updated_at: Set(now),
        version: Set(1),
        ..Default::default()
    };
    put(app, planned).await;
    let leader = (id(1, LEADER), true);
    for (account, lead) in row.visitors.into_iter().map(|visitor| (visitor.account, false)).chain([leader]) {
        put(app, part(app, visit_id, AccountId(account), lead)).await;
    }
}

/// Somebody's part in a visit.
pub fn part(app: &App, visit_id: VisitId, account_id: AccountId, lead: bool) -> visit_visitor::Model {
    let (id, now) = (next::<VisitVisitorId>(app), app.clock.now());
    let authority_id = authority();
    visit_visitor::Model { id, authority_id, visit_id, account_id, lead, created_at: now, updated_at: now, version: 1 }
}
