//! The authorisation matrix: every root field and every kind of node, asked by every role.
//!
//! What each may see of the same random rows stands in `matrix.txt`, to be read by a person when it changes: a number of
//! rows, `count only`, `about` for a number that is disturbed, or for a node `seen` and `hidden` (how many of its rows). `WAYMARK_TEST_BLESS=1` writes it anew.

use std::fmt::Write;
use std::path::Path;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use server::graph::tree::{Noun, catalog};
use uuid::Uuid;

use crate::property::rows;
use crate::support::pair::on_both_pairs;
use crate::support::world::{Person, World};

on_both_pairs!(every_root_field_and_node_says_to_every_role_what_the_reviewed_file_says, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(5)).await;
    let mut table = String::new();
    for noun in catalog().nouns() {
        if let Some(plural) = noun.plural {
            write!(table, "{plural:<26}").unwrap();
            for person in world.people() {
                write!(table, " {:>11}", listed(&world, person, plural).await).unwrap();
            }
            table.push('\n');
            write!(table, "{:<26}", format!("  {plural}Aggregate")).unwrap();
            for person in world.people() {
                write!(table, " {:>11}", counted(&world, person, plural).await).unwrap();
            }
            table.push('\n');
        }
        write!(table, "{:<26}", format!("  node({}:…)", noun.prefix)).unwrap();
        let ids = ids(&world, noun).await;
        for person in world.people() {
            write!(table, " {:>11}", nodes(&world, person, noun, &ids).await).unwrap();
        }
        table.push('\n');
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/matrix.txt");
    let heading = "of the same random rows:  officer  coordinator  provider  visitor  analyst  officer elsewhere\n";
    let table = format!("{heading}{table}");
    if std::env::var_os("WAYMARK_TEST_BLESS").is_some() {
        std::fs::write(&file, &table).unwrap();
    }
    assert_eq!(table, std::fs::read_to_string(&file).unwrap(), "read what changed, then bless it");
});

#[test]
fn every_mutation_wants_somebody_who_is_signed_in() {
    use crate::support::pair::{Pair, on_pair};
    /// Who has no session yet may do these, and no more.
    const OPEN: [&str; 3] = ["signIn", "acceptInvitation", "resetPassword"];
    on_pair(Pair::SqliteDirectory, async |stores| {
        let mut world = World::new(stores).await;
        let query = "{ __schema { mutationType { fields { name } } } }";
        let fields = world.read(&world.officer, query).await["__schema"]["mutationType"]["fields"].clone();
        let names: Vec<_> = fields.as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
        assert!(names.len() > 40);
        world.stranger.token.push('x');
        for name in names.into_iter().filter(|name| !OPEN.contains(name)) {
            let type_name = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
            let query = format!("mutation($input: {type_name}!) {{ {name}(input: $input) {{ __typename }} }}");
            let answer = world.ask(&world.stranger, &query, json!({ "input": {} })).await;
            let code = answer["errors"][0]["extensions"]["code"].clone();
            assert_eq!(code, "UNAUTHENTICATED", "{name}");
        }
    });
}

async fn listed(world: &World, person: &Person, plural: &str) -> String {
    let answer = world.ask(person, &format!("{{ {plural}(first: 1) {{ totalCount }} }}"), json!({})).await;
    match &answer["errors"][0]["extensions"]["code"] {
        Value::Null => answer["data"][plural]["totalCount"].to_string(),
        code if code == "COUNT_ONLY" => "count only".to_owned(),
        code => panic!("{plural}: {code}"),
    }
}

/// How many rows an aggregate counts; `about` where it does not say exactly.
async fn counted(world: &World, person: &Person, plural: &str) -> String {
    let field = format!("{plural}Aggregate");
    let answer = world.ask(person, &format!("{{ {field} {{ exact rows {{ count }} }} }}"), json!({})).await;
    match &answer["errors"][0]["extensions"]["code"] {
        Value::Null if answer["data"][&field]["exact"] == true => {
            answer["data"][&field]["rows"][0]["count"].to_string()
        }
        Value::Null => "about".to_owned(),
        code if code == "COUNT_ONLY" => "count only".to_owned(),
        code => panic!("{field}: {code}"),
    }
}

async fn nodes(world: &World, person: &Person, noun: &Noun, ids: &[Uuid]) -> String {
    let mut seen = 0;
    for id in ids {
        let query = format!("{{ node(id: \"{}:{id}\") {{ id }} }}", noun.prefix);
        seen += usize::from(!world.read(person, &query).await["node"].is_null());
    }
    format!("{seen}/{}", ids.len())
}

/// The first rows of a table, by id.
async fn ids(world: &World, noun: &Noun) -> Vec<Uuid> {
    let sql = format!("select id from {} order by id limit 6", noun.table);
    let statement = Statement::from_string(world.app.db.get_database_backend(), sql);
    let rows = world.app.db.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}
