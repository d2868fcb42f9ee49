//! A small county for the tests of pupils and placements: two schools, one of them in a partnership, three providers,
//! and somebody of every role.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_graphql::{Request, Variables};
use chrono::NaiveDate;
use domain::access::{AccountState, Role};
use domain::organisation::{ProviderKind, SchoolPhase};
use entity::ids::{AccountId, AuthorityId, Key, PartnershipId, ProviderId, SchoolId, SiteId};
use entity::{account, audit, change, local_authority, partnership, provider, school, site};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::scope::{Grant, Scope};
use crate::app::testing::World;
use crate::graph::tree::{Linker, Reading, Reads};
use crate::ledger::Actor;

pub(crate) struct County {
    pub(crate) world: World,
    pub(crate) authority: AuthorityId,
    pub(crate) partnership: PartnershipId,
    pub(crate) school: SchoolId,
    pub(crate) other_school: SchoolId,
    pub(crate) motors: ProviderId,
    pub(crate) music: ProviderId,
    pub(crate) broker: ProviderId,
    pub(crate) site: SiteId,
    requests: AtomicU32,
}

struct NoLinks;

impl Linker for NoLinks {
    fn link(&self, _: Uuid, _: &str) -> String {
        String::new()
    }
}

macro_rules! insert {
    ($county:expr, $entity:ident { $($field:tt)* }) => {{
        let now = $county.world.app.clock.now();
        let row = $entity::Model { created_at: now, updated_at: now, version: 1, $($field)* };
        $entity::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(&$county.world.app.db)
            .await
            .unwrap();
    }};
}

impl County {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        let now = world.app.clock.now();
        let id = || world.app.ids.next(now);
        let [authority, partnership, school, other_school, motors, music, broker, site] = std::array::from_fn(|_| id());
        let county = Self {
            world,
            authority: AuthorityId(authority),
            partnership: PartnershipId(partnership),
            school: SchoolId(school),
            other_school: SchoolId(other_school),
            motors: ProviderId(motors),
            music: ProviderId(music),
            broker: ProviderId(broker),
            site: SiteId(site),
            requests: AtomicU32::new(0),
        };
        county.fill().await;
        county
    }

    async fn fill(&self) {
        let authority_id = self.authority;
        insert!(self, local_authority { id: authority_id, code: "999".into(), name: "Fenshire".into() });
        insert!(
            self,
            partnership { id: self.partnership, authority_id, code: "FEN".into(), name: "Fen Schools".into() }
        );
        for (id, name) in [(self.school, "Reed Academy"), (self.other_school, "Sedge Academy")] {
            let phase = SchoolPhase::Secondary.into();
            insert!(self, school { id, authority_id, urn: None, name: name.into(), phase, postcode: "ZZ1 1ZZ".into() });
        }
        let kinds = [ProviderKind::MotorVehicle, ProviderKind::Music, ProviderKind::Broker];
        for (id, kind) in [self.motors, self.music, self.broker].into_iter().zip(kinds) {
            insert!(
                self,
                provider {
                    id,
                    authority_id,
                    name: format!("Fen {kind}"),
                    kind: kind.into(),
                    registered: false,
                    urn: None,
                    ukprn: None,
                    website: None,
                    telephone: None,
                    email: None,
                    capacity: None,
                    next_visit_due_on: None,
                }
            );
        }
        insert!(
            self,
            site {
                id: self.site,
                authority_id,
                provider_id: self.motors,
                name: "Yard".into(),
                address: "1 Dyke Lane".into(),
                postcode: "ZZ1 2ZZ".into(),
                uprn: None,
                starts_on: day("2020-01-01"),
                ends_on: None,
            }
        );
    }

    async fn somebody(&self, role: Role, school_ids: Vec<SchoolId>, provider_id: Option<ProviderId>) -> Arc<Scope> {
        let now = self.world.app.clock.now();
        let id = AccountId(self.world.app.ids.next(now));
        insert!(
            self,
            account {
                id,
                email: format!("{}@example.org", id.0),
                name: "Ada Example".into(),
                password_hash: None,
                state: AccountState::Active.into(),
            }
        );
        let partnership_id = (role == Role::Coordinator).then_some(self.partnership);
        let grant = Grant { role, authority_id: self.authority, partnership_id, school_ids, provider_id };
        Arc::new(Scope::new(id, now.date_naive(), vec![grant]))
    }

    pub(crate) async fn officer(&self) -> Arc<Scope> {
        self.somebody(Role::Officer, vec![], None).await
    }

    /// The coordinator of the partnership, whose only school is `school`.
    pub(crate) async fn coordinator(&self) -> Arc<Scope> {
        self.somebody(Role::Coordinator, vec![self.school], None).await
    }

    pub(crate) async fn works_for(&self, provider_id: ProviderId) -> Arc<Scope> {
        self.somebody(Role::Provider, vec![], Some(provider_id)).await
    }

    pub(crate) async fn analyst(&self) -> Arc<Scope> {
        self.somebody(Role::Analyst, vec![], None).await
    }

    /// Performs a mutation under a new key and answers its payload.
    pub(crate) async fn perform(&self, who: &Arc<Scope>, verb: &str, node: &str, mut input: Value) -> Value {
        if input.get("idempotencyKey").is_none() {
            input["idempotencyKey"] = format!("request-{}", self.requests.fetch_add(1, Ordering::Relaxed)).into();
        }
        let type_name = format!("{}{}Input", verb[..1].to_ascii_uppercase(), &verb[1..]);
        let document = format!(
            "mutation($input: {type_name}!) {{ {verb}(input: $input) {{ {node} refusal {{ code field message current {{ id }} }} }} }}"
        );
        let mut answer = self.ask(who, &document, json!({ "input": input })).await;
        answer[verb].take()
    }

    pub(crate) async fn ask(&self, who: &Arc<Scope>, document: &str, variables: Value) -> Value {
        let actor = Actor { scope: Arc::clone(who), session_id: None, device_name: None, request_id: "request".into() };
        let reading = Reading {
            db: self.world.app.db.clone(),
            scope: Arc::clone(who),
            linker: Box::new(NoLinks),
            reads: Reads::default(),
            now: self.world.app.clock.now(),
            secret: [0; 32],
        };
        let request = Request::new(document)
            .variables(Variables::from_json(variables))
            .data(self.world.app.clone())
            .data(Arc::new(actor))
            .data(Arc::new(reading));
        let response = crate::graph::schema().execute(request).await;
        assert!(response.errors.is_empty(), "{:?}", response.errors);
        let answer = crate::graph::answer::write(&[], Some(&response.data)).unwrap();
        serde_json::from_slice::<Value>(&answer).unwrap()["data"].take()
    }

    /// A pupil of a school, in year 10.
    pub(crate) async fn pupil(&self, school_id: SchoolId) -> String {
        let officer = self.officer().await;
        let payload = self.perform(&officer, "createPupil", "pupil { id }", new_pupil(school_id)).await;
        text(&payload["pupil"]["id"])
    }

    /// What was audited, oldest first.
    pub(crate) async fn audited(&self) -> Vec<String> {
        let rows = audit::Entity::find().order_by_asc(audit::Column::Position).all(&self.world.app.db).await.unwrap();
        rows.into_iter().map(|row| row.act).collect()
    }

    /// What changed, oldest first: noun and how.
    pub(crate) async fn changes(&self) -> Vec<(String, String)> {
        let rows = change::Entity::find().order_by_asc(change::Column::Position).all(&self.world.app.db).await.unwrap();
        rows.into_iter().map(|row| (row.noun, row.kind)).collect()
    }

    pub(crate) async fn count<E: EntityTrait>(&self) -> u64
    where
        E::Model: Send + Sync,
    {
        E::find().count(&self.world.app.db).await.unwrap()
    }
}

/// The input for a pupil of a school, in year 10.
pub(crate) fn new_pupil(school_id: SchoolId) -> Value {
    json!({
        "schoolId": written(school_id), "givenName": " Robin ", "familyName": "Example", "dateOfBirth": "2011-05-04",
        "yearGroup": 10, "senProvision": "SEN_SUPPORT", "primaryNeed": "SEMH", "lookedAfter": "UNKNOWN",
    })
}

pub(crate) fn written<K: Key>(id: K) -> String {
    format!("{}:{}", K::PREFIX, Into::<Uuid>::into(id))
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("expected text, not {value}")).to_owned()
}

/// Code and field of the refusal of a payload.
pub(crate) fn refused(payload: &Value) -> (String, Option<&str>) {
    assert!(!text(&payload["refusal"]["message"]).is_empty());
    (text(&payload["refusal"]["code"]), payload["refusal"]["field"].as_str())
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
