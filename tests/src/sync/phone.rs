//! A phone of the simplest kind, which keeps what it is told; and a visit for it to be told about.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use chrono::Days;
use serde_json::{Value, json};
use server::quality::framework::install::install;
use sha2::{Digest, Sha256};

use crate::support::database::ledger_settles;
use crate::support::pair::Stores;
use crate::support::world::{Person, TODAY, World, noon};

/// All that the feed can say.
const FIELDS: &str = "epoch restarts cursor isCaughtUp items {
    visit { id provider site framework state purpose plannedFor plannedAt version visitors { account name isLead }
        receipt { visit manifestSha256 completedAt signature keyId } }
    provider { id name contact telephone people { name role telephone } } site { id provider name address }
    framework { id name ratings { id code fallsShort }
        standards { id code section title answer competentPerson evidenceWanted { kind need what } }
        outcomes { id label needsActions } }
    judgement { id visit standard account accountName rating seen action answeredOn nextOn missingReason revision }
    evidence { id visit standard kind sha256 byteSize capturedBy caption capturedAt fileId fileState fileRefusal
        isWithdrawn isAddendum }
    finding { id provider standard rating seen action } action { id provider action owner dueOn rag state }
    document { id provider title state expiresOn } pupil { id visit initials year days } removed { id } }";

const ANSWER: &str = "restored answers { idempotencyKey outcome code field missing judgement { id revision seen }
    evidence { id fileId fileState isAddendum } receipt { visit manifestSha256 completedAt signature keyId } }";

pub struct Phone<'a> {
    world: &'a World,
    pub person: &'a Person,
    cursor: RefCell<Option<String>>,
    /// What it was told last of each row: the kind, and the row.
    pub rows: RefCell<BTreeMap<String, (String, Value)>>,
    /// Items on a page.
    pub first: Cell<u32>,
    keys: Cell<u32>,
}

impl<'a> Phone<'a> {
    pub fn of(world: &'a World, person: &'a Person) -> Self {
        let (cursor, rows) = Default::default();
        Self { world, person, cursor, rows, first: Cell::new(200), keys: Cell::new(0) }
    }

    /// One page, and what it makes of what is known.
    pub async fn page(&self) -> Value {
        let query =
            format!("query($after: String, $first: Int!) {{ sync(after: $after, first: $first) {{ {FIELDS} }} }}");
        let after = self.cursor.borrow().clone();
        let answer = self.world.ask(self.person, &query, json!({ "after": after, "first": self.first.get() })).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        let page = answer["data"]["sync"].clone();
        self.cursor.replace(Some(page["cursor"].as_str().unwrap().to_owned()));
        let mut rows = self.rows.borrow_mut();
        if page["restarts"] == true {
            rows.clear();
        }
        for item in page["items"].as_array().unwrap() {
            let (kind, row) = said(item);
            let id = row["id"].as_str().unwrap().to_owned();
            if kind == "removed" {
                rows.retain(|known, (_, row)| *known != id && row["visit"] != id.as_str());
            } else {
                rows.insert(id, (kind, row));
            }
        }
        page
    }

    /// Reads to the end; answers whether the feed began anew.
    pub async fn pull(&self) -> bool {
        ledger_settles(&self.world.app.db).await;
        let mut restarted = false;
        for _ in 0..1000 {
            let page = self.page().await;
            restarted |= page["restarts"] == true;
            if page["isCaughtUp"] == true {
                return restarted;
            }
        }
        panic!("the feed never ends");
    }

    /// The rows of a kind.
    pub fn all(&self, kind: &str) -> Vec<Value> {
        let rows = self.rows.borrow();
        rows.values().filter(|(found, _)| found == kind).map(|(_, row)| row.clone()).collect()
    }

    /// How many rows of each kind.
    pub fn count(&self) -> BTreeMap<String, usize> {
        let mut count = BTreeMap::new();
        for (kind, _) in self.rows.borrow().values() {
            *count.entry(kind.clone()).or_default() += 1;
        }
        count
    }

    /// A command with a new key.
    pub fn command(&self, act: &str, input: Value) -> Value {
        self.keys.set(self.keys.get() + 1);
        keyed(&format!("{}-{:05}", self.person.role, self.keys.get()), act, input)
    }

    /// Has commands done, as a phone that has read the feed.
    pub async fn push(&self, commands: &[Value]) -> Vec<Value> {
        let epoch = self.epoch().await;
        let payload = self.push_in(&epoch, commands).await;
        assert_eq!(payload["restored"], false);
        payload["answers"].as_array().unwrap().clone()
    }

    pub async fn push_in(&self, epoch: &str, commands: &[Value]) -> Value {
        let answer = self.ask_push(epoch, commands).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"]["pushCommands"].clone()
    }

    pub async fn ask_push(&self, epoch: &str, commands: &[Value]) -> Value {
        let query = format!("mutation($input: PushCommandsInput!) {{ pushCommands(input: $input) {{ {ANSWER} }} }}");
        let input = json!({ "input": { "epoch": epoch, "commands": commands } });
        self.world.ask(self.person, &query, input).await
    }

    pub async fn epoch(&self) -> String {
        let read = self.world.read(self.person, "{ sync(first: 1) { epoch } }").await;
        read["sync"]["epoch"].as_str().unwrap().to_owned()
    }
}

/// A command with this key.
pub fn keyed(key: &str, act: &str, mut input: Value) -> Value {
    input["idempotencyKey"] = json!(key);
    json!({ "idempotencyKey": key, "act": { act: input } })
}

/// The one field that is not null.
fn said(item: &Value) -> (String, Value) {
    let mut fields = item.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
    let (kind, row) = fields.next().expect("an item says something");
    assert!(fields.next().is_none(), "{item}");
    (kind.clone(), row.clone())
}

/// A world with the reference data, and what a visit needs of it.
pub struct Field {
    pub world: World,
    framework: String,
    /// Codes and ids.
    standards: Vec<(String, String)>,
    rating: String,
    keys: Cell<u32>,
}

impl Field {
    pub async fn new(stores: &Stores) -> Self {
        Self::over(World::new(stores).await).await
    }

    pub async fn over(world: World) -> Self {
        install(&world.app.db, noon()).await.unwrap();
        let query = r#"{ frameworks(first: 1, where: { code: { eq: "derby" } }) { edges { node { versions(first: 1) {
            edges { node { id standards(first: 100) { edges { node { id code } } }
                ratings(first: 1, where: { code: { eq: "fully" } }) { edges { node { id } } } } } } } } } }"#;
        let read = world.read(&world.visitor, query).await;
        let version = read["frameworks"]["edges"][0]["node"]["versions"]["edges"][0]["node"].clone();
        let standards = version["standards"]["edges"].as_array().unwrap().iter();
        let standards = standards.map(|edge| (text(&edge["node"]["code"]), text(&edge["node"]["id"]))).collect();
        let rating = text(&version["ratings"]["edges"][0]["node"]["id"]);
        Self { world, framework: text(&version["id"]), standards, rating, keys: Cell::new(0) }
    }

    pub fn standard(&self, code: &str) -> &str {
        &self.standards.iter().find(|(found, _)| found == code).unwrap().1
    }

    /// Performs a single mutation; answers its payload.
    pub async fn ask(&self, by: &Person, verb: &str, fields: &str, mut input: Value) -> Value {
        self.keys.set(self.keys.get() + 1);
        if input.get("idempotencyKey").is_none() {
            input["idempotencyKey"] = json!(format!("single-{:05}", self.keys.get()));
        }
        let kind = format!("{}{}", verb[..1].to_uppercase(), &verb[1..]);
        let query =
            format!("mutation($input: {kind}Input!) {{ {verb}(input: $input) {{ {fields} refusal {{ code }} }} }}");
        let answer = self.world.ask(by, &query, json!({ "input": input })).await;
        assert!(answer.get("errors").is_none(), "{verb}: {answer:#}");
        answer["data"][verb].clone()
    }

    /// The same, where it is not refused.
    pub async fn done(&self, by: &Person, verb: &str, fields: &str, input: Value) -> Value {
        let payload = self.ask(by, verb, fields, input).await;
        assert_eq!(payload["refusal"], Value::Null, "{verb}");
        payload
    }

    /// Plans a visit today at this of the two providers; the first of the visitors leads. Answers its id.
    pub async fn plan(&self, provider: usize, visitors: &[&Person]) -> String {
        let visit = json!({
            "providerId": self.world.providers[provider].to_string(), "frameworkVersionId": self.framework,
            "purpose": "Termly visit", "plannedFor": TODAY, "visitors": crew(visitors),
        });
        text(&self.done(&self.world.coordinator, "planVisit", "visit { id }", visit).await["visit"]["id"])
    }

    /// Says who makes a visit from now on.
    pub async fn crew(&self, visit: &str, visitors: &[&Person]) {
        let read = self
            .world
            .read(&self.world.officer, &format!("{{ node(id: \"{visit}\") {{ ... on Visit {{ version }} }} }}"))
            .await;
        let input = json!({ "visitId": visit, "version": read["node"]["version"], "visitors": crew(visitors) });
        self.done(&self.world.coordinator, "changeVisitors", "visit { id }", input).await;
    }

    /// What a visitor says on a standard.
    pub fn judgement(&self, visit: &str, code: &str, seen: &str) -> Value {
        json!({
            "visitId": visit, "standardId": self.standard(code), "ratingId": self.rating, "seen": seen,
            "missingReason": "Seen on screen.",
        })
    }

    /// The same on every standard, by code.
    pub fn all(&self, visit: &str) -> Vec<(String, Value)> {
        let said = |(code, _): &(String, String)| (code.clone(), self.judgement(visit, code, "As it should be."));
        self.standards.iter().map(said).collect()
    }

    /// A photo that is announced for a visit.
    pub fn photo(&self, visit: &str, id: u32, bytes: &[u8]) -> Value {
        json!({
            "id": format!("evidence:01950000-0000-7000-9000-{id:012x}"), "kind": "PHOTO", "mediaType": "image/jpeg",
            "subject": { "visit": { "visitId": visit, "standardId": self.standard("1e") } },
            "sha256": sha256(bytes), "byteSize": bytes.len(), "capturedAt": self.world.app.clock.now(),
        })
    }

    /// Judges all that a visit asks and completes it, without evidence.
    pub async fn complete(&self, by: &Person, visit: &str) {
        for (_, judgement) in self.all(visit) {
            self.done(by, "recordJudgement", "judgement { id }", judgement).await;
        }
        self.done(by, "completeVisit", "visit { id }", json!({ "visitId": visit, "manifest": [] })).await;
    }

    pub fn days_on(&self, days: u64) -> chrono::NaiveDate {
        TODAY + Days::new(days)
    }
}

fn crew(visitors: &[&Person]) -> Value {
    let named = visitors.iter().enumerate();
    named.map(|(place, person)| json!({ "accountId": person.account.to_string(), "lead": place == 0 })).collect()
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
