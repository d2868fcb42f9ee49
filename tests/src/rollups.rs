//! Rollups say what the rows say, whatever is written, folded or undone; and doctor finds one that does not.

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use server::graph::tree::{Noun, Rollup, catalog};
use server::upkeep::rollups;

use crate::property::rows;
use crate::support::pair::{Pair, on_both_pairs};
use crate::support::world::{Person, World};

/// Rounds of writes, with every rollup compared after each.
const ROUNDS: usize = 12;

/// What is asked of each noun that is rolled up: by what, and of which rows.
const QUESTIONS: [(&str, &[&str]); 5] = [
    (
        "placements",
        &[
            "groupBy: [STATE]",
            "groupBy: [RATE_BASIS, STATE]",
            "groupBy: [PROVIDER]",
            "groupBy: [PROVIDER_KIND, STATE]",
            "groupBy: [ON_ROLL_SCHOOL], where: { not: { state: { in: [ACTIVE, ENDED] } } }",
            "where: { or: [{ state: { eq: ACTIVE } }, { provider: { registered: { eq: true } } }] }",
            "where: { state: { eq: ACTIVE } }",
        ],
    ),
    (
        "attendanceMarks",
        &[
            "groupBy: [CODE]",
            "groupBy: [DATE_MONTH, CODE]",
            "groupBy: [DATE_TERM, SESSION]",
            "groupBy: [DATE_ACADEMIC_YEAR], where: { code: { ne: \"B\" } }",
        ],
    ),
    ("documents", &["groupBy: [STATE]", "where: { state: { eq: ACCEPTED } }"]),
    ("visits", &["groupBy: [STATE, REPORT_STATE]", "groupBy: [STATE], where: { reportState: { eq: PUBLISHED } }"]),
    (
        "findings",
        &[
            "groupBy: [RATING]",
            "groupBy: [RATING_FALLS_SHORT]",
            "groupBy: [SETTLED], where: { rating: { fallsShort: { eq: true } } }",
            "groupBy: [PROVIDER, RATING]",
        ],
    ),
];

/// The answer's groups. A sum or a number of different rows is in no rollup: with one, the rows themselves are counted.
async fn groups(world: &World, person: &Person, plural: &str, asked: &str, from_rows: bool) -> Value {
    let noun = catalog().by_plural(plural).unwrap();
    let more = if from_rows { format!("distinct {{ {} }}", one_edge(noun)) } else { String::new() };
    let query = format!("{{ {plural}Aggregate({asked}) {{ rows {{ key {{ value label }} count {more} }} }} }}");
    let mut groups = world.read(person, &query).await[format!("{plural}Aggregate")]["rows"].take();
    for group in groups.as_array_mut().unwrap() {
        group.as_object_mut().unwrap().remove("distinct");
    }
    groups
}

fn one_edge(noun: &Noun) -> &'static str {
    noun.edges.iter().find(|edge| edge.ones().len() == 1).unwrap().name
}

/// Compares every question of everybody who sees the rows.
async fn compare(world: &World, after: &str) -> usize {
    let mut counted = 0;
    for (plural, asked) in QUESTIONS {
        for person in [&world.officer, &world.coordinator, &world.visitor, &world.provider] {
            for asked in asked {
                let kept = groups(world, person, plural, asked, false).await;
                let of_rows = groups(world, person, plural, asked, true).await;
                assert_eq!(kept, of_rows, "{plural}({asked}) for {} after {after}", person.role);
                counted += kept.as_array().unwrap().len();
            }
        }
    }
    assert_eq!(rollups::wrong(&world.app.db).await.unwrap(), [], "after {after}");
    counted
}

fn rolled_up() -> Vec<(&'static Noun, &'static Rollup)> {
    let nouns = catalog().nouns().iter().filter_map(|noun| Some((noun, noun.rollups.as_ref()?)));
    nouns.flat_map(|(noun, rollups)| rollups.tables.iter().map(move |rollup| (noun, rollup))).collect()
}

/// A write at random: rows get a value of other rows, come again, or go.
fn write(rng: &mut ChaCha8Rng) -> String {
    let (noun, rollup) = *rolled_up().choose(rng).unwrap();
    let (table, column) = (noun.table, rollup.columns.choose(rng).unwrap());
    let some = |rows: u32| format!("(select id from {table} order by random() limit {rows})");
    match rng.random_range(0..4) {
        0 if table == "attendance_mark" => format!("delete from {table} where id in {}", some(3)),
        1 if table == "attendance_mark" => {
            format!("insert into {table} select * from {table} where true on conflict (id) do update set code = 'N'")
        }
        2 => format!("update {table} set version = version + 1 where id in {}", some(5)),
        _ if *column == "date" => format!("update {table} set date = '2025-11-03' where id = {}", some(1)),
        _ => format!(
            "update {table} set {column} = (select {column} from {table} order by random() limit 1) where id in {}",
            some(4)
        ),
    }
}

on_both_pairs!(what_is_kept_is_what_the_rows_say, async |stores| {
    let world = World::new(stores).await;
    let mut rng = ChaCha8Rng::seed_from_u64(31);
    rows::scatter_in(&world, &mut rng, &[world.authority, world.elsewhere]).await;
    let mut counted = compare(&world, "the first rows").await;
    for _ in 0..ROUNDS {
        let done = write(&mut rng);
        let tx = world.app.db.begin().await.unwrap();
        tx.execute_unprepared(&done).await.unwrap_or_else(|error| panic!("{done}: {error}"));
        if rng.random_bool(0.8) { tx.commit().await } else { tx.rollback().await }.unwrap();
        if rng.random_bool(0.4) {
            rollups::fold(&world.app.db).await.unwrap();
        }
        counted += compare(&world, &done).await;
    }
    assert!(counted > 1_000, "{counted}");
});

on_both_pairs!(who_sees_all_is_answered_by_what_is_kept_and_doctor_counts_it_anew, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(32)).await;
    let active = async |person: &Person| {
        groups(&world, person, "placements", "where: { state: { eq: ACTIVE } }", false).await[0]["count"]
            .as_i64()
            .unwrap()
    };
    let before = (active(&world.officer).await, active(&world.coordinator).await);
    let more = "insert into placement_by_state (authority_id, state, rate_basis, n) select authority_id, 'active', rate_basis, 7
        from placement limit 1";
    world.app.db.execute_unprepared(more).await.unwrap();
    assert_eq!((active(&world.officer).await, active(&world.coordinator).await), (before.0 + 7, before.1));
    assert_eq!(rollups::wrong(&world.app.db).await.unwrap(), [("placement_by_state", 1)]);
    rollups::fold(&world.app.db).await.unwrap();
    assert_eq!(rollups::wrong(&world.app.db).await.unwrap(), [("placement_by_state", 1)]);
    rollups::count_anew(&world.app.db, "placement_by_state").await.unwrap();
    assert_eq!(rollups::wrong(&world.app.db).await.unwrap(), []);
    assert_eq!(active(&world.officer).await, before.0);
});

on_both_pairs!(writers_of_one_group_do_not_wait_for_each_other, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(33)).await;
    // SQLite has one writer at a time, whatever it writes.
    if stores.pair == Pair::SqliteDirectory {
        return;
    }
    let change = |end: &str| {
        format!("update placement set state = 'ended' where id = (select {end}(id::text)::uuid from placement)")
    };
    let (one, other) = (world.app.db.begin().await.unwrap(), world.app.db.begin().await.unwrap());
    one.execute_unprepared(&change("min")).await.unwrap();
    other.execute_unprepared("set local lock_timeout = '50ms'").await.unwrap();
    other.execute_unprepared(&change("max")).await.unwrap();
    rollups::fold(&world.app.db).await.unwrap();
    other.commit().await.unwrap();
    rollups::fold(&world.app.db).await.unwrap();
    one.commit().await.unwrap();
    let ended = groups(&world, &world.officer, "placements", "where: { state: { eq: ENDED } }", false).await;
    assert_eq!(ended, groups(&world, &world.officer, "placements", "where: { state: { eq: ENDED } }", true).await);
    assert_ne!(ended, json!([{ "key": [], "count": 0 }]));
});
