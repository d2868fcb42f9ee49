//! One step of a story: tried by everybody whom it is not for, then done.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::access::Role;
use entity::ids::FileId;
use entity::{audit, change, idempotency, job, one_time_link, upload};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait, Statement};
use serde_json::{Value, json};
use server::graph::tree::catalog;
use server::quality::framework::install::install;
use uuid::Uuid;

use crate::support::bytes::work;
use crate::support::pair::Stores;
use crate::support::world::{Person, World, noon};

/// What the refusals of this graph say to somebody whom a verb is not for.
const DENIALS: [&str; 3] = ["NOT_ALLOWED", "NOT_A_VISITOR", "NOT_FOUND"];

pub struct Walk {
    pub world: World,
    /// Of the second provider.
    pub rival: Person,
    told: RefCell<BTreeSet<&'static str>>,
    keys: Cell<u32>,
}

impl Walk {
    /// The small world, with the reference data that an installation has.
    pub async fn begin(stores: &Stores) -> Self {
        let world = World::new(stores).await;
        install(&world.app.db, noon()).await.unwrap();
        let rival = world.person(Role::Provider, world.authority, None, Some(world.providers[1])).await;
        Self { world, rival, told: RefCell::default(), keys: Cell::new(0) }
    }

    /// Performs a mutation as `by`, after everybody but `by` and `also` has been denied it, and gives its payload.
    pub async fn perform(
        &self,
        (by, also): (&Person, &[&Person]),
        verb: &'static str,
        fields: &str,
        input: Value,
    ) -> Value {
        self.told.borrow_mut().insert(verb);
        let may: Vec<_> = also.iter().chain([&by]).map(|person| person.account).collect();
        // Whatever is touched from here on shows, even where it keeps its version.
        self.world.clock.advance(TimeDelta::seconds(1));
        let before = self.marks().await;
        for person in self.people().into_iter().filter(|person| !may.contains(&person.account)) {
            let payload = self.attempt(person, verb, "__typename", input.clone()).await;
            let code = payload["refusal"]["code"].as_str().unwrap_or("none");
            let denied = DENIALS.iter().any(|denial| code.ends_with(denial));
            assert!(denied, "{verb} by somebody else ({}): {code}", person.role);
        }
        assert_eq!(before, self.marks().await, "{verb}, denied, left a mark");
        self.again(by, verb, fields, input).await
    }

    /// Performs a mutation that was told before.
    pub async fn again(&self, by: &Person, verb: &str, fields: &str, input: Value) -> Value {
        let payload = self.attempt(by, verb, fields, input).await;
        assert_eq!(payload["refusal"], Value::Null, "{verb} by {}", by.role);
        payload
    }

    /// Performs a mutation that asks for no role: whoever has the link may.
    pub async fn tell(&self, verb: &'static str, input: Value) {
        self.told.borrow_mut().insert(verb);
        self.again(&self.rival, verb, "__typename", input).await;
    }

    /// Sends a file's bytes, and lets the server look at them.
    pub async fn send(&self, by: &Person, file: &Value, bytes: &[u8]) {
        let id: Uuid = file.as_str().and_then(|id| id.strip_prefix("file:")).unwrap().parse().unwrap();
        self.world.client(by).await.upload(FileId(id), bytes).await;
        self.work().await;
    }

    /// Runs the jobs that are due.
    pub async fn work(&self) {
        work(&self.world.files).await;
    }

    /// The code of the refusal that a person gets; nothing is different afterwards.
    pub async fn refused(&self, by: &Person, verb: &str, input: Value) -> String {
        self.world.clock.advance(TimeDelta::seconds(1));
        let before = self.marks().await;
        let payload = self.attempt(by, verb, "__typename", input).await;
        assert_eq!(before, self.marks().await, "{verb}, refused, left a mark");
        payload["refusal"]["code"].as_str().unwrap_or_else(|| panic!("{verb} was not refused")).to_owned()
    }

    /// A node's field or two, as a person sees it; null where they do not see it.
    pub async fn node(&self, by: &Person, id: &str, fields: &str) -> Value {
        self.world.read(by, &format!("{{ node(id: \"{id}\") {{ {fields} }} }}")).await["node"].clone()
    }

    /// The verbs of this story, all told.
    pub fn end(self, verbs: &[&'static str]) {
        assert_eq!(self.told.into_inner(), verbs.iter().copied().collect());
    }

    fn people(&self) -> Vec<&Person> {
        let mut people = self.world.people().to_vec();
        people.push(&self.rival);
        people
    }

    async fn attempt(&self, by: &Person, verb: &str, fields: &str, mut input: Value) -> Value {
        let kind = match verb {
            "requestReset" | "resetSecondFactor" | "deactivateUser" | "reactivateUser" => "Account".to_owned(),
            "acceptInvitation" | "resetPassword" => "ChoosePassword".to_owned(),
            verb => format!("{}{}", verb[..1].to_uppercase(), &verb[1..]),
        };
        if !["ChoosePassword", "SignIn", "ConfirmSecondFactor"].contains(&kind.as_str()) {
            self.keys.set(self.keys.get() + 1);
            input["idempotencyKey"] = json!(format!("key-{:05}", self.keys.get()));
        }
        let query = format!(
            "mutation($input: {kind}Input!) {{ {verb}(input: $input) {{ {fields} refusal {{ code message field }} }} }}"
        );
        let answer = self.world.ask(by, &query, json!({ "input": input })).await;
        assert!(answer.get("errors").is_none(), "{verb} by {}: {answer:#}", by.role);
        answer["data"][verb].clone()
    }

    /// What any write would move: the number of rows of every table, their versions, the last time one was touched.
    async fn marks(&self) -> Vec<(String, i64, i64, String)> {
        let db = &self.world.app.db;
        let mut marks = Vec::new();
        for noun in catalog().nouns() {
            let has = |name: &str| noun.columns.iter().any(|column| column.name == name);
            let versions = if has("version") { "coalesce(sum(version), 0)" } else { "0" };
            let touched = if has("updatedAt") { "coalesce(cast(max(updated_at) as text), '')" } else { "''" };
            let sql = format!("select count(*), cast({versions} as bigint), {touched} from {}", noun.table);
            let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
            let number = |index| row.try_get_by_index::<i64>(index).unwrap();
            marks.push((noun.table.to_owned(), number(0), number(1), row.try_get_by_index(2).unwrap()));
        }
        for (table, rows) in [
            ("audit", audit::Entity::find().count(db).await),
            ("change", change::Entity::find().count(db).await),
            ("idempotency", idempotency::Entity::find().count(db).await),
            ("job", job::Entity::find().count(db).await),
            ("one_time_link", one_time_link::Entity::find().count(db).await),
            ("upload", upload::Entity::find().count(db).await),
        ] {
            marks.push((table.to_owned(), rows.unwrap() as i64, 0, String::new()));
        }
        marks
    }
}
