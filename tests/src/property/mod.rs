//! Random documents over random rows: the read tree answers what a naive reading answers.
//!
//! [`document`] writes a query at random, with aliases, fragments, directives, filters, orderings and pages at every
//! level. [`naive`] answers it the slow way: all visible rows of every noun in memory, an edge at a time, a field at a
//! time. Both must agree, for every role. A failing seed is named, and gives the same document again.

mod document;
mod naive;
pub mod rows;

use std::sync::Arc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use crate::support::pair::on_both_pairs;
use crate::support::world::World;

/// Documents that one run compares, per pair of stores.
const DOCUMENTS: u64 = 300;

on_both_pairs!(the_tree_answers_what_a_naive_reading_answers, async |stores| {
    let mut world = World::new(stores).await;
    // Limits are another test's subject; here documents may be as odd as they like.
    let mut config = (*world.app.config).clone();
    config.limits.aliases = usize::MAX;
    config.limits.depth = usize::MAX;
    config.limits.complexity = u64::MAX;
    config.limits.directives = usize::MAX;
    world.app.config = Arc::new(config);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    rows::scatter(&world, &mut rng).await;
    let people = world.people();
    let mut memories = Vec::new();
    for person in people {
        memories.push(naive::Memory::of(&world, person).await);
    }
    let (mut answered, mut rows) = (0, 0);
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
        answered += 1;
        rows += expected.to_string().matches("__row").count();
    }
    // The comparison must have had something to compare.
    assert!(rows > 3 * answered, "only {rows} rows in {answered} answers");
});
