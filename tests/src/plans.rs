//! Plans: whatever a screen, an example or a phone asks begins at a place in an index, for everybody who may ask it.
//!
//! Every query of the app's files and of the phone's is asked by everybody of one authority, beside forty others that have
//! thousands of placements, and PostgreSQL says how it would go about each statement. No plan may read a big table from end to
//! end: neither the table itself, nor an index without a place to begin at or a number of rows to end at.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_graphql_parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
use async_graphql_parser::{parse_query, parse_schema};
use domain::access::Role;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Map, Value, json};
use server::database::Db;
use server::graph::tree::catalog;
use uuid::Uuid;

use crate::desk::scale::seed;
use crate::property::rows;
use crate::support::pair::{Pair, on_pair};
use crate::support::world::{Person, TODAY, World, noon};

/// Placements of the other authorities; each has 33 marks, and so on.
const OTHERS: usize = 12_000;

/// From so many pages on, a table is big.
const BIG: i32 = 30;

/// The queries of the app and of the phone, each with the fragments that it uses.
fn queries() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut texts = Vec::new();
    for folder in ["app/src", "mobile-sync"] {
        read(&root.join(folder), &mut texts);
    }
    let name = |text: &str| text.split([' ', '(', '{', '\n']).nth(1).unwrap_or_default().to_owned();
    let fragments: BTreeMap<String, &String> =
        texts.iter().filter(|text| text.starts_with("fragment ")).map(|text| (name(text), text)).collect();
    let with_fragments = |query: &String| {
        let (mut whole, mut used) = (query.clone(), BTreeSet::new());
        while let Some((name, text)) = fragments.iter().find(|(name, _)| !used.contains(*name) && spreads(&whole, name))
        {
            used.insert(name.clone());
            whole = format!("{whole}\n{text}");
        }
        whole
    };
    texts.iter().filter(|text| text.starts_with("query")).map(with_fragments).collect()
}

fn spreads(text: &str, fragment: &str) -> bool {
    text.split("...").skip(1).any(|part| part.split(|letter: char| !letter.is_alphanumeric()).next() == Some(fragment))
}

/// The GraphQL documents of a folder: files of their own, and what stands between backticks. What an analyst puts together
/// counts the rows that it is about, and is left out.
fn read(folder: &Path, texts: &mut Vec<String>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if path.is_dir() {
            read(&path, texts);
        } else if ["ts", "svelte", "graphql"].contains(&ending) {
            let text = std::fs::read_to_string(&path).unwrap();
            let parts: Vec<&str> = if ending == "graphql" { vec![&text] } else { text.split('`').collect() };
            let parts = parts.into_iter().map(|part| part.trim().to_owned());
            texts.extend(parts.filter(|part| {
                (part.starts_with("query") || part.starts_with("fragment "))
                    && part.contains('{')
                    && !part.contains("${")
            }));
        }
    }
}

/// The first value of each enum of the schema.
fn enums() -> BTreeMap<String, String> {
    let schema = parse_schema(server::graph::sdl()).unwrap();
    let first = |definition| {
        let TypeSystemDefinition::Type(ty) = definition else { return None };
        let TypeKind::Enum(list) = &ty.node.kind else { return None };
        Some((ty.node.name.to_string(), list.values.first()?.node.value.to_string()))
    };
    schema.definitions.into_iter().filter_map(first).collect()
}

/// A value for everything that a query must be given, and for every date.
fn variables(query: &str, id: &str, enums: &BTreeMap<String, String>) -> Value {
    let document = parse_query(query).unwrap_or_else(|error| panic!("{error}\n{query}"));
    let (_, operation) = document.operations.iter().next().unwrap();
    let asked = operation.node.variable_definitions.iter().filter(|definition| definition.node.default_value.is_none());
    let wanted = asked.filter(|definition| {
        let ty = &definition.node.var_type.node;
        !ty.nullable || ty.to_string().starts_with("Date")
    });
    let given = wanted.map(|one| (one.node.name.node.to_string(), of_type(&one.node.var_type.node, id, enums)));
    given.collect::<Map<_, _>>().into()
}

fn of_type(ty: &Type, id: &str, enums: &BTreeMap<String, String>) -> Value {
    let name = match &ty.base {
        BaseType::List(inner) => return json!([of_type(inner, id, enums)]),
        BaseType::Named(name) => name.as_str(),
    };
    match name {
        "ID" => json!(id),
        "Date" => json!(TODAY.to_string()),
        "DateTime" => json!(noon().to_rfc3339()),
        "Int" => json!(5),
        "Boolean" => json!(true),
        "String" => json!("a"),
        name => enums.get(name).map_or_else(|| json!({}), |value| json!(value)),
    }
}

/// A table that a plan reads from end to end.
fn whole(plan: &Value, limited: bool, big: &[String], found: &mut Vec<String>) {
    let kind = plan["Node Type"].as_str().unwrap();
    let limited = limited || kind == "Limit";
    let begins_nowhere = kind.starts_with("Index") && plan["Index Cond"].is_null() && !limited;
    if let Some(table) = plan["Relation Name"].as_str()
        && big.iter().any(|big| big == table)
        && (kind == "Seq Scan" || begins_nowhere)
    {
        found.push(format!("{kind} of {table}"));
    }
    let ends_early = limited && !["Aggregate", "Hash", "Sort", "WindowAgg"].contains(&kind);
    for below in plan["Plans"].as_array().into_iter().flatten() {
        whole(below, ends_early, big, found);
    }
}

async fn explain(db: &Db, big: &[String], statement: &Statement) -> Vec<String> {
    let explained = Statement { sql: format!("explain (format json) {}", statement.sql), ..statement.clone() };
    let row = db.query_one_raw(explained).await.unwrap_or_else(|error| panic!("{error}\n{}", statement.sql)).unwrap();
    let plan: Value = row.try_get_by_index(0).unwrap();
    let mut found = Vec::new();
    whole(&plan[0]["Plan"], false, big, &mut found);
    found
}

/// Asks with one id after the other, of each kind: a screen knows which kind it asks for.
async fn answered(
    world: &World,
    person: &Person,
    query: &str,
    ids: &[String],
    enums: &BTreeMap<String, String>,
) -> bool {
    let mut any = false;
    for id in ids {
        any |= world.ask(person, query, variables(query, id, enums)).await.get("errors").is_none();
        if !query.contains(": ID") {
            break;
        }
    }
    any
}

#[test]
fn no_query_of_a_screen_reads_a_big_table_from_end_to_end() {
    on_pair(Pair::PostgresS3, async |stores| {
        let mut db = stores.database.connect().await;
        let log: Arc<Mutex<BTreeMap<String, Statement>>> = Arc::default();
        let written = Arc::clone(&log);
        db.set_metric_callback(move |info| {
            written.lock().unwrap().insert(info.statement.sql.clone(), info.statement.clone());
        });
        let world = World::over(db, stores).await;
        rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(41)).await;
        let nobody = world.person(Role::Officer, world.authority, None, None).await;
        let beside = stores.database.connect().await;
        seed(&beside, OTHERS, &nobody, &world.visitor).await;
        let sql = format!(
            "select relname::text from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace and relpages >= {BIG}"
        );
        let tables = beside.query_all_raw(Statement::from_string(beside.get_database_backend(), sql)).await.unwrap();
        let big: Vec<String> = tables.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        assert!(big.len() > 7, "{big:?}");
        let mut ids = Vec::new();
        for noun in catalog().nouns() {
            let sql = format!("select id from {} order by id desc limit 1", noun.table);
            let row = beside.query_one_raw(Statement::from_string(beside.get_database_backend(), sql)).await.unwrap();
            ids.extend(row.map(|row| format!("{}:{}", noun.prefix, row.try_get_by_index::<Uuid>(0).unwrap())));
        }
        let enums = enums();
        let mut unanswered = Vec::new();
        let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
        for query in queries() {
            let name = query.split('{').next().unwrap().trim().to_owned();
            let mut any = false;
            for person in world.people() {
                log.lock().unwrap().clear();
                any |= answered(&world, person, &query, &ids, &enums).await;
                let statements = std::mem::take(&mut *log.lock().unwrap());
                for (sql, statement) in statements {
                    if (sql.starts_with("WITH") || sql.to_lowercase().starts_with("select")) && seen.insert(sql.clone())
                    {
                        for what in explain(&beside, &big, &statement).await {
                            wrong.push(format!("{what}: {name} by {}\n    {sql}", person.role));
                        }
                    }
                }
            }
            if !any {
                unanswered.push(name);
            }
        }
        assert!(unanswered.is_empty(), "nobody is answered: {unanswered:#?}");
        assert!(seen.len() > 150, "{} statements", seen.len());
        assert!(wrong.is_empty(), "{} plans\n{}", wrong.len(), wrong.join("\n"));
    });
}
