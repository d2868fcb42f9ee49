//! Rows at random, in every table that the graph shows: small numbers, few different values, many that are missing.

use std::collections::HashMap;

use domain::Code;
use domain::access::Role;
use domain::bench::saved_query::SharedWith;
use domain::file::FileState;
use domain::organisation::{ContactRole, ProviderKind, SchoolPhase};
use domain::placement::{PlacementState, RateBasis, Session, Weekday};
use domain::pupil::{Answer, PrimaryNeed, SenProvision};
use domain::quality::addendum::{AddendumKind, AddendumState};
use domain::quality::chase::ChaseState;
use domain::quality::{
    ActionState, AmendmentState, ApprovalState, DocumentState, EvidenceKind, Phase, Rag, ReportState, VisitState,
};
use entity::*;
use rand::RngExt;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, ColumnType, ConnectionTrait, DbErr, EntityName, EntityTrait, IdenStatic, Iterable, Value};
use server::graph::tree::catalog;
use uuid::Uuid;

use crate::support::world::{TODAY, World, noon};

/// Ids that are there, by table.
type Pools = HashMap<&'static str, Vec<Uuid>>;

struct Scatter<'a> {
    world: &'a World,
    rng: &'a mut ChaCha8Rng,
    pools: Pools,
}

/// Puts rows into every table, all of the world's own authority.
pub async fn scatter(world: &World, rng: &mut ChaCha8Rng) {
    scatter_in(world, rng, &[world.authority]).await;
}

/// Roles at random, for everybody: of either authority, some over, some yet to come, and schools that come and go.
pub async fn grant(world: &World, rng: &mut ChaCha8Rng) {
    let days = |rng: &mut ChaCha8Rng| {
        let starts_on = TODAY + chrono::TimeDelta::days(rng.random_range(-20..5));
        let lasts = rng.random_bool(0.6).then(|| starts_on + chrono::TimeDelta::days(rng.random_range(0..25)));
        (starts_on, lasts)
    };
    for person in world.people() {
        for _ in 0..rng.random_range(0..4) {
            let role = *Role::ALL.choose(rng).unwrap();
            let (starts_on, ends_on) = days(rng);
            let partnership = (role == Role::Coordinator).then(|| *world.partnerships.choose(rng).unwrap());
            let provider = (role == Role::Provider).then(|| *world.providers.choose(rng).unwrap());
            let elsewhere = partnership.is_none() && provider.is_none() && rng.random_bool(0.3);
            world
                .put(membership::ActiveModel {
                    id: Set(world.id()),
                    authority_id: Set(if elsewhere { world.elsewhere } else { world.authority }),
                    account_id: Set(person.account),
                    role: Set(role.into()),
                    partnership_id: Set(partnership),
                    provider_id: Set(provider),
                    starts_on: Set(starts_on),
                    ends_on: Set(ends_on),
                    created_at: Set(noon()),
                    updated_at: Set(noon()),
                    version: Set(1),
                })
                .await;
        }
    }
    for school_id in world.schools {
        let (starts_on, ends_on) = days(rng);
        world
            .put(school_membership::ActiveModel {
                id: Set(world.id()),
                authority_id: Set(world.authority),
                school_id: Set(school_id),
                partnership_id: Set(*world.partnerships.choose(rng).unwrap()),
                starts_on: Set(starts_on),
                ends_on: Set(ends_on),
                created_at: Set(noon()),
                updated_at: Set(noon()),
                version: Set(1),
            })
            .await;
    }
}

/// Puts rows into every table, of these authorities.
pub async fn scatter_in(world: &World, rng: &mut ChaCha8Rng, authorities: &[ids::AuthorityId]) {
    let mut pools = Pools::new();
    pools.insert("local_authority", authorities.iter().map(|id| id.0).collect());
    pools.insert("partnership", world.partnerships.iter().map(|id| id.0).collect());
    pools.insert("school", world.schools.iter().map(|id| id.0).collect());
    pools.insert("provider", world.providers.iter().map(|id| id.0).collect());
    pools.insert("account", world.people().iter().map(|person| person.account.0).collect());
    let mut scatter = Scatter { world, rng, pools };
    scatter.rows::<provider::Entity>(3).await;
    scatter.rows::<site::Entity>(6).await;
    scatter.rows::<contact::Entity>(10).await;
    scatter.rows::<pupil::Entity>(12).await;
    scatter.rows::<placement::Entity>(20).await;
    scatter.rows::<placement_session::Entity>(25).await;
    scatter.rows::<attendance_mark::Entity>(40).await;
    scatter.rows::<framework::Entity>(2).await;
    scatter.rows::<framework_version::Entity>(3).await;
    scatter.rows::<rating::Entity>(5).await;
    scatter.rows::<visit_outcome::Entity>(4).await;
    scatter.rows::<section::Entity>(4).await;
    scatter.rows::<standard::Entity>(8).await;
    scatter.rows::<document_type::Entity>(5).await;
    scatter.rows::<document_requirement::Entity>(8).await;
    scatter.rows::<visit::Entity>(15).await;
    scatter.rows::<visit_visitor::Entity>(12).await;
    scatter.rows::<judgement::Entity>(20).await;
    scatter.rows::<judgement_revision::Entity>(10).await;
    scatter.rows::<finding::Entity>(25).await;
    scatter.rows::<improvement_action::Entity>(12).await;
    scatter.rows::<action_update::Entity>(12).await;
    scatter.rows::<file::Entity>(20).await;
    scatter.rows::<rendition::Entity>(12).await;
    scatter.rows::<evidence::Entity>(15).await;
    scatter.rows::<addendum::Entity>(12).await;
    scatter.rows::<amendment::Entity>(12).await;
    scatter.rows::<document::Entity>(15).await;
    scatter.rows::<document_proof::Entity>(12).await;
    scatter.rows::<approval::Entity>(10).await;
    scatter.rows::<chase::Entity>(12).await;
    scatter.rows::<saved_query::Entity>(16).await;
    scatter.rows::<saved_query_version::Entity>(24).await;
}

/// Records a change of every row that the graph shows, in random order, some of them more than once.
pub async fn change_all(world: &World, rng: &mut ChaCha8Rng) {
    let mut changed = Vec::new();
    for noun in catalog().nouns() {
        let mut ids = Query::select();
        ids.from(noun.table).column("id");
        for row in world.app.db.query_all(&ids).await.unwrap() {
            let id = row.try_get_by_index(0).unwrap();
            changed.extend(vec![(noun.prefix, id); rng.random_range(1..3)]);
        }
    }
    changed.shuffle(rng);
    let rows = changed.into_iter().map(|(noun, id): (&str, Uuid)| change::ActiveModel {
        noun: Set(noun.to_owned()),
        noun_id: Set(id),
        kind: Set("updated".to_owned()),
        authority_id: Set(None),
        account_id: Set(None),
        at: Set(noon()),
        ..Default::default()
    });
    for row in rows {
        change::Entity::insert(row).exec_without_returning(&world.app.db).await.unwrap();
    }
}

impl Scatter<'_> {
    /// Up to so many rows; those that a unique key refuses are left out.
    async fn rows<E: EntityTrait + EntityName>(&mut self, count: usize) {
        let table = E::default().table_name();
        for _ in 0..count {
            let id = self.world.id::<ids::AuditId>().0;
            let (mut columns, mut values) = (Vec::new(), Vec::new());
            for column in E::Column::iter() {
                let name = column.as_str();
                let value = if name == "id" { id.into() } else { self.value(table, name, &column) };
                columns.push(name);
                values.push(Expr::val(value));
            }
            let mut insert = Query::insert();
            insert.into_table(table).columns(columns).values(values).unwrap();
            match self.world.app.db.execute(&insert).await {
                Ok(_) => self.pools.entry(table).or_default().push(id),
                Err(error) if is_duplicate(&error) => {}
                Err(error) => panic!("{table}: {error}"),
            }
        }
        assert!(self.pools.get(table).is_some_and(|pool| !pool.is_empty()), "no row of {table}");
    }

    fn value(&mut self, table: &str, name: &str, column: &impl ColumnTrait) -> Value {
        let definition = column.def();
        if definition.is_null() && self.rng.random_range(0..3) == 0 {
            return null(definition.get_column_type());
        }
        if let Some(target) = target_of(name) {
            return match self.pools.get(target).and_then(|pool| pool.choose(self.rng)) {
                Some(id) => (*id).into(),
                None => null(definition.get_column_type()),
            };
        }
        let codes = codes_of(table, name);
        if let Some(code) = codes.choose(self.rng) {
            return (*code).into();
        }
        match definition.get_column_type() {
            ColumnType::Integer => self.rng.random_range(1..5_i32).into(),
            ColumnType::BigInteger => self.rng.random_range(1..500_i64).into(),
            ColumnType::Boolean => self.rng.random_bool(0.5).into(),
            ColumnType::Date => (TODAY - chrono::Days::new(self.rng.random_range(0..9))).into(),
            ColumnType::TimestampWithTimeZone => {
                (noon() - chrono::TimeDelta::milliseconds(self.rng.random_range(0..5) * 1001)).into()
            }
            ColumnType::JsonBinary => serde_json::json!([{ "kind": "photo", "n": self.rng.random_range(0..3) }]).into(),
            ColumnType::Uuid => Uuid::from_u128(self.rng.random()).into(),
            _ => self.word().into(),
        }
    }

    /// A word of small letters, which every collation sorts alike.
    fn word(&mut self) -> String {
        let letters = self.rng.random_range(3..6);
        (0..letters).map(|_| char::from(b"abcde"[self.rng.random_range(0..5)])).collect()
    }
}

fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_)))
}

fn null(kind: &ColumnType) -> Value {
    match kind {
        ColumnType::Integer => Value::Int(None),
        ColumnType::BigInteger => Value::BigInt(None),
        ColumnType::Boolean => Value::Bool(None),
        ColumnType::Date => Value::ChronoDate(None),
        ColumnType::TimestampWithTimeZone => Value::ChronoDateTimeUtc(None),
        ColumnType::Uuid => Value::Uuid(None),
        _ => Value::String(None),
    }
}

/// The table whose ids a column holds.
fn target_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "authority_id" | "contracting_authority_id" | "paying_authority_id" => "local_authority",
        "partnership_id" | "contracting_partnership_id" | "paying_partnership_id" => "partnership",
        "school_id" | "on_roll_school_id" | "contracting_school_id" | "paying_school_id" => "school",
        "provider_id" | "broker_id" => "provider",
        "account_id" | "owner_account_id" | "captured_by_id" | "suggested_by_id" | "decided_by_id"
        | "reviewed_by_id" | "raised_by_id" | "assigned_to_id" | "closed_by_id" => "account",
        "outcome_id" | "proposed_outcome_id" => "visit_outcome",
        "site_id" => "site",
        "pupil_id" => "pupil",
        "placement_id" => "placement",
        "framework_id" => "framework",
        "framework_version_id" => "framework_version",
        "section_id" => "section",
        "standard_id" => "standard",
        "document_type_id" => "document_type",
        "visit_id" => "visit",
        "rating_id" => "rating",
        "judgement_id" => "judgement",
        "finding_id" => "finding",
        "improvement_action_id" => "improvement_action",
        "file_id" => "file",
        "evidence_id" => "evidence",
        "document_id" | "replaces_id" => "document",
        "saved_query_id" => "saved_query",
        _ => return None,
    })
}

/// The stored texts of a coded column; none for others.
fn codes_of(table: &str, name: &str) -> Vec<&'static str> {
    fn all<C: Code>() -> Vec<&'static str> {
        C::ALL.iter().map(|code| code.as_str()).collect()
    }
    match (table, name) {
        ("provider", "kind") | (_, "provider_kind") => all::<ProviderKind>(),
        ("contact", "role") => all::<ContactRole>(),
        ("school", "phase") => all::<SchoolPhase>(),
        ("standard", "phase") => all::<Phase>(),
        (_, "sen_provision") => all::<SenProvision>(),
        (_, "primary_need") => all::<PrimaryNeed>(),
        (_, "looked_after") => all::<Answer>(),
        ("placement", "state") => all::<PlacementState>(),
        (_, "rate_basis") => all::<RateBasis>(),
        (_, "weekday") => all::<Weekday>(),
        (_, "session") => all::<Session>(),
        ("visit", "state") => all::<VisitState>(),
        (_, "report_state") => all::<ReportState>(),
        ("evidence", "kind") => all::<EvidenceKind>(),
        ("rendition", "kind") => vec!["w320", "w1600", "page-1-w320"],
        (_, "media_type") => vec!["image/jpeg", "application/pdf"],
        ("addendum", "kind") => all::<AddendumKind>(),
        ("addendum", "state") => all::<AddendumState>(),
        ("amendment", "state") => all::<AmendmentState>(),
        ("document", "state") => all::<DocumentState>(),
        ("improvement_action" | "action_update", "state") => all::<ActionState>(),
        (_, "rag") => all::<Rag>(),
        ("approval", "state") | (_, "approval") => all::<ApprovalState>(),
        ("chase", "state") => all::<ChaseState>(),
        (_, "shared_with") => all::<SharedWith>(),
        ("file", "state") => all::<FileState>(),
        (_, "refusal") => vec!["empty", "damaged"],
        _ => Vec::new(),
    }
}
