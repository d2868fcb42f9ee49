//! What may not be seen is not there: a hidden row and an absent one run the same statements and give the same answer,
//! through `node` and through every mutation that takes an id.
//!
//! The mutations are read from the schema itself, so that a new one is held to this without being named here.

use std::sync::{Arc, Mutex};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Map, Value, json};
use server::graph::tree::{Noun, catalog};
use uuid::Uuid;

use crate::property::rows;
use crate::support::pair::on_both_pairs;
use crate::support::world::{Person, World};

/// The statements that were run, without their values.
type Log = Arc<Mutex<Vec<String>>>;

/// Who is asked through.
struct Asked<'a> {
    world: &'a World,
    person: &'a Person,
    log: &'a Log,
}

on_both_pairs!(a_hidden_row_and_an_absent_one_are_told_alike_by_the_same_statements, async |stores| {
    let mut db = stores.database.connect().await;
    let log = Log::default();
    let written = Arc::clone(&log);
    db.set_metric_callback(move |info| written.lock().unwrap().push(info.statement.sql.clone()));
    let world = World::over(db, stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(5)).await;
    let schema = Schema::read(&world).await;
    let (mut nodes, mut mutations, mut not_found) = (0, 0, 0);
    for person in world.people() {
        let asked = Asked { world: &world, person, log: &log };
        let hidden = asked.hidden_ids().await;
        for (_, id) in &hidden {
            assert_eq!(asked.node(id).await, asked.node(&absent(id)).await, "{} {id}", person.role);
            nodes += 1;
        }
        for mutation in &schema.mutations {
            let there = schema.input(mutation, &|prefix| find(&hidden, prefix));
            let not_there = schema.input(mutation, &|prefix| find(&hidden, prefix).map(|id| absent(&id)));
            if there == not_there {
                continue; // It takes no id of what this person may not see.
            }
            let (told, told_of_none) = (asked.change(mutation, there).await, asked.change(mutation, not_there).await);
            assert_eq!(told, told_of_none, "{mutation:?} as {}", person.role);
            mutations += 1;
            not_found += usize::from(told.0.to_string().contains("NOT_FOUND"));
        }
    }
    // There must have been something to compare, and most of it must have come as far as the row.
    assert!(
        nodes > 50 && mutations > 100 && not_found > 40,
        "{nodes} nodes, {mutations} mutations, {not_found} not found"
    );
});

fn find(hidden: &[(&'static str, String)], prefix: &str) -> Option<String> {
    hidden.iter().find(|(found, _)| *found == prefix).map(|(_, id)| id.clone())
}

/// An id of the same kind that no row has.
fn absent(id: &str) -> String {
    let prefix = id.split(':').next().unwrap();
    format!("{prefix}:00000000-0000-7000-8000-00000000abcd")
}

impl Asked<'_> {
    /// For each noun, an id that is there and that this person may not see.
    async fn hidden_ids(&self) -> Vec<(&'static str, String)> {
        let mut hidden = Vec::new();
        for noun in catalog().nouns() {
            for id in self.ids(noun).await {
                let id = format!("{}:{id}", noun.prefix);
                if self.node(&id).await.0["data"]["node"].is_null() {
                    hidden.push((noun.prefix, id));
                    break;
                }
            }
        }
        hidden
    }

    async fn ids(&self, noun: &Noun) -> Vec<Uuid> {
        let sql = format!("select id from {} order by id", noun.table);
        let statement = Statement::from_string(self.world.app.db.get_database_backend(), sql);
        let rows = self.world.app.db.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    async fn node(&self, id: &str) -> (Value, Vec<String>) {
        self.ask("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await
    }

    async fn change(&self, mutation: &Mutation, input: Value) -> (Value, Vec<String>) {
        let Mutation { name, input_type, act } = mutation;
        let told = if act.is_some() {
            "answers { outcome code message field missing }"
        } else {
            "refusal { code message field }"
        };
        let query = format!("mutation($input: {input_type}!) {{ {name}(input: $input) {{ {told} }} }}");
        self.ask(&query, json!({ "input": input })).await
    }

    /// The answer, and the statements behind it.
    async fn ask(&self, query: &str, variables: Value) -> (Value, Vec<String>) {
        self.log.lock().unwrap().clear();
        let mut answer = self.world.ask(self.person, query, variables).await;
        if let Some(Value::Object(extensions)) = answer.pointer_mut("/errors/0/extensions") {
            extensions.remove("requestId");
        }
        (answer, self.log.lock().unwrap().clone())
    }
}

#[derive(Debug)]
struct Mutation {
    name: String,
    input_type: String,
    /// What a phone has done by it: each act is held to the same as its single mutation.
    act: Option<String>,
}

/// What the schema says of its inputs.
struct Schema {
    mutations: Vec<Mutation>,
    types: Map<String, Value>,
    epoch: Value,
}

impl Schema {
    async fn read(world: &World) -> Self {
        let of_type = "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
        let query = format!(
            "{{ __schema {{ types {{ kind name isOneOf inputFields {{ name {of_type} }} enumValues {{ name }} }} }} }}"
        );
        let types = world.read(&world.officer, &query).await["__schema"]["types"].clone();
        let query = format!("{{ __schema {{ mutationType {{ fields {{ name args {{ name {of_type} }} }} }} }} }}");
        let fields = world.read(&world.officer, &query).await["__schema"]["mutationType"]["fields"].clone();
        let named = |kind: &Value| (kind["name"].as_str().unwrap().to_owned(), kind.clone());
        let types: Map<_, _> = types.as_array().unwrap().iter().map(named).collect();
        let acts = types["ActInput"]["inputFields"].as_array().unwrap().iter().map(|act| &act["name"]);
        let acts: Vec<_> = acts.map(|act| act.as_str().map(str::to_owned)).collect();
        let mutations = fields.as_array().unwrap().iter().flat_map(|field| {
            let name = field["name"].as_str().unwrap().to_owned();
            let input_type = field["args"][0]["type"]["ofType"]["name"].as_str().unwrap().to_owned();
            let acts = if name == "pushCommands" { acts.clone() } else { vec![None] };
            acts.into_iter().map(move |act| Mutation { name: name.clone(), input_type: input_type.clone(), act })
        });
        let epoch = world.read(&world.visitor, "{ sync(first: 1) { epoch } }").await["sync"]["epoch"].clone();
        Self { mutations: mutations.collect(), types, epoch }
    }

    /// An input of what is required and of every id, where `id` gives those of a kind of row.
    fn input(&self, mutation: &Mutation, id: &dyn Fn(&str) -> Option<String>) -> Value {
        let Some(act) = &mutation.act else {
            return self.keyed(&mutation.input_type, &mutation.name, id);
        };
        let fields = self.types["ActInput"]["inputFields"].as_array().unwrap();
        let field = fields.iter().find(|field| field["name"] == act.as_str()).unwrap();
        let input = self.keyed(field["type"]["name"].as_str().unwrap(), &format!("push-{act}"), id);
        let command = json!({ "idempotencyKey": input["idempotencyKey"], "act": { act: input } });
        json!({ "epoch": self.epoch, "commands": [command] })
    }

    /// An input of this type with a key of this name.
    fn keyed(&self, input_type: &str, name: &str, id: &dyn Fn(&str) -> Option<String>) -> Value {
        let mut input = self.object(input_type, id);
        if let Some(key) = input.get_mut("idempotencyKey") {
            *key = format!("key-{name}").into();
        }
        input
    }

    fn object(&self, name: &str, id: &dyn Fn(&str) -> Option<String>) -> Value {
        let kind = &self.types[name];
        let mut object = Map::new();
        for field in kind["inputFields"].as_array().unwrap() {
            let field_name = field["name"].as_str().unwrap();
            let is_required = field["type"]["kind"] == "NON_NULL";
            let is_one_of = kind["isOneOf"] == true;
            let value = self.value(field_name, &field["type"], id);
            let is_id = field_name != "id" && prefix_of(field_name).is_some();
            if is_required || is_one_of || (is_id && !value.is_null()) {
                object.insert(field_name.to_owned(), value);
            }
            if is_one_of {
                break;
            }
        }
        Value::Object(object)
    }

    fn value(&self, field: &str, kind: &Value, id: &dyn Fn(&str) -> Option<String>) -> Value {
        match (kind["kind"].as_str().unwrap(), kind["name"].as_str().unwrap_or_default()) {
            ("NON_NULL", _) => self.value(field, &kind["ofType"], id),
            ("LIST", _) => match self.value(field, &kind["ofType"], id) {
                Value::Null => Value::Null,
                item => json!([item]),
            },
            ("INPUT_OBJECT", name) => self.object(name, id),
            ("ENUM", name) => self.types[name]["enumValues"][0]["name"].clone(),
            ("SCALAR", "ID") => prefix_of(field).and_then(id).map_or(Value::Null, Value::from),
            ("SCALAR", "Int") => json!(1),
            ("SCALAR", "Boolean") => json!(true),
            ("SCALAR", "BigInt") => json!(1000),
            ("SCALAR", "Date") => json!("2026-03-03"),
            ("SCALAR", "DateTime") => json!("2026-03-03T12:00:00Z"),
            ("SCALAR", "Money") => json!("10.00"),
            _ => text_for(field),
        }
    }
}

/// The kind of row that an input's field names, by the words of its name.
fn prefix_of(field: &str) -> Option<&'static str> {
    let stem = field.strip_suffix("Ids").or_else(|| field.strip_suffix("Id"))?;
    let mut snake = String::new();
    for letter in stem.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    let nouns = catalog().nouns().iter().map(|noun| noun.prefix);
    nouns.filter(|prefix| snake.ends_with(prefix) || prefix.ends_with(&snake)).max_by_key(|prefix| prefix.len())
}

/// A text that such a field takes.
fn text_for(field: &str) -> Value {
    json!(match field {
        "sha256" => "0123456789abcdef".repeat(4),
        "mediaType" => "image/jpeg".to_owned(),
        "email" => "sam@fen.example".to_owned(),
        "postcode" => "ZZ1 1ZZ".to_owned(),
        _ => "Words enough".to_owned(),
    })
}
