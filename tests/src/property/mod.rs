//! Random documents over random rows: the read tree answers what a naive reading answers.
//!
//! [`document`] writes a query at random, with aliases, fragments, directives, filters, orderings and pages at every
//! level. [`naive`] answers it the slow way: all visible rows of every noun in memory, an edge at a time, a field at a
//! time. Both must agree, for every role. A failing seed is named, and gives the same document again.
//!
//! The change feed, links to files and the audit of readings are held against the same memory.

mod document;
mod naive;
pub mod rows;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::file::{FileState, Variant, Width};
use entity::audit;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use server::access::viewer;
use server::config::Config;
use server::graph::tree::{Column, catalog};
use server::ledger::feed;
use server::quality::file::store;
use uuid::Uuid;

use self::document::order_name;
use crate::support::database::ledger_settles;
use crate::support::pair::on_both_pairs;
use crate::support::world::{TODAY, World};

/// Documents that one run compares, per pair of stores.
const DOCUMENTS: u64 = 300;

on_both_pairs!(the_tree_answers_what_a_naive_reading_answers, async |stores| {
    let mut world = World::new(stores).await;
    // Limits are another test's subject; here documents may be as odd as they like.
    world.configure(|Config { limits, .. }| {
        limits.aliases = usize::MAX;
        limits.depth = usize::MAX;
        limits.complexity = u64::MAX;
        limits.directives = usize::MAX;
    });
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    rows::grant(&world, &mut rng).await;
    rows::scatter_in(&world, &mut rng, &[world.authority, world.elsewhere]).await;
    let people = world.people();
    let mut memories = Vec::new();
    for person in people {
        memories.push(naive::Memory::of(&world, person).await);
    }
    let (mut answered, mut rows, mut children, mut heard) = (0, 0, 0, 0);
    audited(&world, &mut heard).await;
    for seed in 0..DOCUMENTS {
        let index = usize::try_from(seed).unwrap() % people.len();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let document = document::Document::write(&mut rng, &memories[index]);
        let answer = world.ask(people[index], &document.text, document.variables.clone()).await;
        let expected = naive::answer(&document, &memories[index]);
        assert_eq!(
            answer,
            json!({ "data": expected }),
            "seed {seed}, {}:\n{}\n{}",
            people[index].role,
            document.text,
            document.variables
        );
        let shown = memories[index].take_shown();
        assert_eq!(audited(&world, &mut heard).await, shown, "seed {seed}: what was read is audited, and nothing else");
        children += shown.len();
        answered += 1;
        rows += expected.to_string().matches("__row").count();
    }
    // The comparison must have had something to compare.
    assert!(rows > 3 * answered && children > 10, "only {rows} rows in {answered} answers, {children} of pupils");
});

on_both_pairs!(pages_meet_wherever_a_list_is_cut, async |stores| {
    let mut world = World::new(stores).await;
    world.configure(|Config { limits, .. }| limits.complexity = u64::MAX);
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    rows::scatter(&world, &mut rng).await;
    let (mut cut, mut missing) = (0, 0);
    for noun in catalog().nouns() {
        let Some(plural) = noun.plural else { continue };
        for column in noun.columns.iter().filter(|column| column.is_comparable()) {
            // Alone, and before another; few rows differ in the first, so ties are many.
            let second = &noun.columns[rng.random_range(0..noun.columns.len())];
            let mut terms = vec![term(column, &mut rng)];
            terms.extend((second.is_comparable() && rng.random()).then(|| term(second, &mut rng)));
            let list = |cut: &str| {
                let order = terms.join(", ");
                format!("{plural}({cut}, orderBy: [{order}]) {{ edges {{ cursor node {{ id {} }} }} }}", column.name)
            };
            let ask = async |fields: String| {
                world.ask(&world.officer, &format!("{{ {fields} }}"), json!({})).await["data"].clone()
            };
            let whole = ask(list("first: 100")).await[plural]["edges"].as_array().unwrap().clone();
            if whole.len() < 2 {
                continue;
            }
            let at = rng.random_range(0..whole.len());
            let cursor = &whole[at]["cursor"];
            let around = ask(format!(
                "after: {} before: {}",
                list(&format!("first: 100, after: {cursor}")),
                list(&format!("last: 100, before: {cursor}"))
            ))
            .await;
            let [after, before] = ["after", "before"].map(|side| around[side]["edges"].as_array().unwrap());
            let known = whole.len() - at - 1;
            assert_eq!(after[..known.min(after.len())], whole[at + 1..], "{plural} by {terms:?}, after {}", whole[at]);
            assert_eq!(before[..], whole[..at], "{plural} by {terms:?}, before {}", whole[at]);
            cut += 1;
            missing += usize::from(whole[at]["node"][column.name].is_null());
        }
    }
    assert!(cut > 200 && missing > 20, "{cut} lists cut, {missing} of them where nothing stood");
});

/// An ordering by a column, one way or the other.
fn term(column: &Column, rng: &mut ChaCha8Rng) -> String {
    let direction = if rng.random() { "ASC" } else { "DESC" };
    format!("{{ field: {}, direction: {direction} }}", order_name(column.name))
}

/// The rows whose reading was audited beyond the position `heard`, which moves on to the last.
async fn audited(world: &World, heard: &mut i64) -> BTreeSet<Uuid> {
    let beyond = audit::Entity::find().filter(audit::Column::Position.gt(*heard)).filter(audit::Column::Act.eq("read"));
    let entries = beyond.order_by_asc(audit::Column::Position).all(&world.app.db).await.unwrap();
    *heard = entries.last().map_or(*heard, |entry| entry.position);
    let ids = entries.iter().flat_map(|entry| entry.detail["read"].as_array().unwrap());
    ids.map(|id| id.as_str().unwrap().parse().unwrap()).collect()
}

on_both_pairs!(a_link_is_good_for_whoever_sees_the_file_and_for_nobody_else, async |stores| {
    let world = World::new(stores).await;
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    rows::grant(&world, &mut rng).await;
    rows::scatter_in(&world, &mut rng, &[world.authority, world.elsewhere]).await;
    let files = entity::file::Entity::find().all(&world.app.db).await.unwrap();
    let (mut seen, mut hidden) = (0, 0);
    for person in world.people() {
        let scope = viewer::living_scope(&world.app.db, person.account, TODAY).await.unwrap().unwrap();
        for file in &files {
            let query = format!("{{ node(id: \"{}\") {{ ... on File {{ originalUrl }} }} }}", file.id);
            let node = world.read(person, &query).await["node"].clone();
            let may_follow = async |variant| store::may_follow(&world.app.db, &scope, file.id, variant).await.unwrap();
            assert_eq!(may_follow(Variant::Picture(Width::W320)).await, !node.is_null(), "{} {}", person.role, file.id);
            if file.state.0 == FileState::Accepted {
                assert_eq!(may_follow(Variant::Original).await, node["originalUrl"].is_string(), "{}", person.role);
            }
            *if node.is_null() { &mut hidden } else { &mut seen } += 1;
        }
    }
    assert!(seen > 10 && hidden > 10, "{seen} seen, {hidden} hidden");
});

on_both_pairs!(the_feed_tells_changes_of_what_a_naive_reading_finds_and_no_others, async |stores| {
    let world = World::new(stores).await;
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    rows::grant(&world, &mut rng).await;
    rows::scatter_in(&world, &mut rng, &[world.authority, world.elsewhere]).await;
    rows::change_all(&world, &mut rng).await;
    ledger_settles(&world.app.db).await;
    let all = entity::change::Entity::find().order_by_asc(entity::change::Column::Position).all(&world.app.db).await;
    let all = all.unwrap();
    let (mut told, mut kept_back) = (0, 0);
    for person in world.people() {
        let memory = naive::Memory::of(&world, person).await;
        let scope = viewer::scope(&world.app.db, person.account, TODAY).await.unwrap();
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let page = feed::page(&world.app.db, &scope, cursor.as_ref(), rng.random_range(1..40)).await.unwrap();
            found.extend(page.changes.iter().map(|change| change.position));
            cursor = Some(page.end);
            if !page.has_more {
                break;
            }
        }
        let visible = all.iter().filter(|change| memory.has(&change.noun, change.noun_id));
        let expected: Vec<i64> = visible.map(|change| change.position).collect();
        assert_eq!(found, expected, "{}", person.role);
        told += expected.len();
        kept_back += all.len() - expected.len();
    }
    assert!(told > 100 && kept_back > 100, "{told} told, {kept_back} kept back");
});

on_both_pairs!(a_role_that_is_over_or_yet_to_come_shows_nothing, async |stores| {
    let world = World::new(stores).await;
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    rows::scatter_in(&world, &mut rng, &[world.authority, world.elsewhere]).await;
    let day = |days: i64| TODAY + TimeDelta::days(days);
    let nobody = world.dated_officer(None).await;
    for dates in [(day(-30), Some(TODAY)), (day(-30), Some(day(-1))), (day(1), None)] {
        let person = world.dated_officer(Some(dates)).await;
        for noun in catalog().nouns() {
            let Some(plural) = noun.plural else { continue };
            let query = format!("{{ {plural}(first: 1) {{ totalCount }} }}");
            let (found, of_nobody) =
                (world.ask(&person, &query, json!({})).await, world.ask(&nobody, &query, json!({})).await);
            assert_eq!(found["data"], of_nobody["data"], "{plural} by a role of {dates:?}");
        }
    }
    let now = world.dated_officer(Some((TODAY, Some(day(1))))).await;
    let counted = world.read(&now, "{ providers(first: 1) { totalCount } }").await;
    assert!(counted["providers"]["totalCount"].as_i64().unwrap() > 0, "a role that holds today shows what it should");
});
