//! How many statements a question costs: one, whatever its levels and however many rows there are. And how many a write.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use server::graph::tree::{EdgeKind, catalog};

use crate::property::rows;
use crate::support::pair::{Pair, on_both_pairs};
use crate::support::world::{Person, World};

/// Statements around every question: the session, with the viewer's memberships.
const AROUND: usize = 1;

/// The nested questions that screens ask most.
const QUESTIONS: [&str; 6] = [
    // Placements, their pupils, the pupils' schools, their providers, the providers' documents.
    "{ placements(first: 50) { edges { node { id state startsOn weeklyMinutes
            pupil { id givenName familyName yearGroup school { id name } }
            provider { id name documents(first: 20) { edges { node { id title expiresOn } } } } } } } }",
    // A provider page: visits, findings, evidence.
    "{ providers(first: 1) { edges { node { id name kind visits(first: 5) { edges { node { id plannedFor
            findings(first: 50) { edges { node { id seen standard { code title } } } }
            evidence(first: 50) { edges { node { id kind file { sha256 byteSize } } } } } } } } } } }",
    // A day's register.
    "{ attendanceMarks(first: 100, where: { date: { gte: \"2026-01-01\" } }) { edges { node { date session code
            pupil { id initials } placement { id provider { name } } } } } }",
    // What expires next, with its provider; and how many there are.
    "{ documents(first: 20) { totalCount edges { node { title expiresOn provider { name } } } } }",
    // Standing on the approved list.
    "{ approvals(first: 100, where: { endsOn: { isNull: true } }) { edges { node { state provider { name } } } } }",
    // What placements cost, by kind of provider and term.
    "{ placementsAggregate(where: { state: { ne: CANCELLED } }, groupBy: [PROVIDER_KIND, STARTS_ON_TERM]) { rows {
            key { dimension value } count distinct { provider } sum { rate } median { rate weeklyMinutes } } } }",
];

on_both_pairs!(a_question_costs_one_statement_whatever_its_levels_and_however_many_rows_there_are, async |stores| {
    let (db, count) = stores.database.counted().await;
    let world = World::over(db, stores).await;
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    rows::scatter(&world, &mut rng).await;
    let few = measure(&world, &world.officer, &count).await;
    for (measured, question) in few.iter().zip(QUESTIONS) {
        let audit = usize::from(question.contains("pupil"));
        assert_eq!(*measured, AROUND + 1 + audit, "{question}");
    }
    rows::scatter(&world, &mut rng).await;
    rows::scatter(&world, &mut rng).await;
    assert_eq!(measure(&world, &world.officer, &count).await, few);
});

on_both_pairs!(only_two_bounds_of_days_and_whole_numbers_stand_in_the_text, async |stores| {
    let mut db = stores.database.connect().await;
    let texts = Arc::new(Mutex::new(String::new()));
    let written = Arc::clone(&texts);
    db.set_metric_callback(move |info| written.lock().unwrap().push_str(&info.statement.sql));
    let world = World::over(db, stores).await;
    let between = "{ placements(where: { startsOn: { gte: \"2025-04-05\", lt: \"2025-06-07\" }, endedOn: { gt: \"2025-08-09\" },
        pupil: { yearGroup: { gte: 71, lte: 73 }, familyName: { contains: \"O'Between\", startsWith: \"O'Never\" } } }) { totalCount } }";
    world.read(&world.officer, between).await;
    let texts = std::mem::take(&mut *texts.lock().unwrap());
    for told in ["'2025-04-05'", "'2025-06-07'", " 71", " 73"] {
        assert!(texts.contains(told), "{told}: {texts}");
    }
    for hidden in ["2025-08-09", "Between", "Never"] {
        assert!(!texts.contains(hidden), "{hidden}: {texts}");
    }
});

on_both_pairs!(a_write_costs_the_ledger_one_statement_more_on_postgres, async |stores| {
    let (db, count) = stores.database.counted().await;
    let world = World::over(db, stores).await;
    let partnership = |number: u32| {
        json!({ "input": {
        "idempotencyKey": format!("a write, {number}"), "authorityId": world.authority.to_string(),
        "code": format!("W{number}"), "name": "A partnership",
    } })
    };
    let mutation =
        "mutation($input: CreatePartnershipInput!) { createPartnership(input: $input) { partnership { id name } } }";
    // The session, the key, the authority, the row, the answer; and the ledger: what the key answers, the change, the audit.
    let ledger = if stores.pair == Pair::PostgresS3 { 1 } else { 3 };
    for number in 0..3 {
        count.store(0, Ordering::Relaxed);
        let answer = world.ask(&world.officer, mutation, partnership(number)).await;
        assert!(answer["data"]["createPartnership"]["partnership"]["id"].is_string(), "{answer:#}");
        assert_eq!(count.load(Ordering::Relaxed), 5 + ledger);
    }
});

async fn measure(world: &World, person: &Person, count: &AtomicUsize) -> Vec<usize> {
    let mut measured = Vec::new();
    for question in QUESTIONS {
        count.store(0, Ordering::Relaxed);
        world.read(person, question).await;
        measured.push(count.load(Ordering::Relaxed));
    }
    measured
}

/// What belongs to a row, and what belongs to that, as long as there are fields to ask for; how many kinds of rows that is.
fn all_that_belongs(noun: &str, depth: usize, fields: &mut usize, text: &mut String) -> usize {
    let mut rows = 1;
    text.push_str("{ id ");
    for edge in &catalog().noun(noun).edges {
        let (target, before, after, cost) = match &edge.kind {
            EdgeKind::One { target, .. } => (target, "", "", 2),
            EdgeKind::Many { target, .. } => (target, "(first: 1) { edges { node ", "}}", 4),
            EdgeKind::AnyOf { options, .. } if *fields > 2 => {
                *fields -= 2;
                rows += options.len();
                text.push_str(&format!("{} {{ __typename }} ", edge.name));
                continue;
            }
            EdgeKind::AnyOf { .. } => continue,
        };
        if depth > 0 && *fields >= cost {
            *fields -= cost;
            text.push_str(&format!("{}{before} ", edge.name));
            rows += all_that_belongs(target, depth - 1, fields, text);
            text.push_str(after);
        }
    }
    text.push('}');
    rows
}

on_both_pairs!(the_widest_question_is_answered_or_refused_in_plain_words, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(4)).await;
    let question = |mut fields| {
        let mut text = String::new();
        let rows = all_that_belongs("Provider", 5, &mut fields, &mut text);
        (rows, format!("{{ providers(first: 1) {{ edges {{ node {text} }} }} }}"))
    };
    let (rows, wide) = question(120);
    assert!((40..=60).contains(&rows), "{rows} kinds of rows");
    for person in [&world.officer, &world.coordinator] {
        let answer = world.read(person, &wide).await;
        assert!(answer["providers"]["edges"][0]["node"]["id"].is_string(), "{answer:#}");
    }
    let (rows, wider) = question(990);
    assert!(rows > 60, "{rows} kinds of rows");
    assert_eq!(world.refused(&world.officer, &wider).await, "BAD_INPUT");
});

on_both_pairs!(a_question_with_more_values_than_a_database_takes_is_refused_in_plain_words, async |stores| {
    let world = World::new(stores).await;
    let list = "visits(where: $theirs) { totalCount edges { node { id } } }";
    let query =
        format!("query($theirs: VisitWhere) {{ providers {{ edges {{ node {{ {list} a: {list} b: {list} }} }} }} }}");
    let ids: Vec<_> = (0..100).map(|_| format!("visit:{}", uuid::Uuid::nil())).collect();
    let values = json!({ "theirs": { "or": vec![json!({ "id": { "in": ids } }); 55] } });
    let answer = world.ask(&world.officer, &query, values).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_INPUT", "{answer:#}");
});
