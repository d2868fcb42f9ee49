//! Whole stories through the graph, from the first invitation to the published judgement, on both pairs.
//!
//! Every verb is first tried by everybody whom it is not for: each is told no, and nothing is different afterwards. Only
//! then does the person do it whose work it is ([`walk::Walk::perform`]). The two stories together tell every mutation of the schema;
//! what is left out stands here, with the reason.

mod commission;
mod evidence;
mod walk;

use std::collections::BTreeSet;

use crate::support::pair::{Pair, on_both_pairs, on_pair};
use crate::support::world::World;

/// Mutations that both stories leave out: they are for everybody, about oneself; and `pushCommands`, each of whose commands
/// is another mutation, has stories of its own in `sync`.
const FOR_EVERYBODY: [&str; 5] = ["signIn", "signOut", "refreshSession", "revokeSession", "pushCommands"];

/// Those of the desk, which have stories of their own in `desk`.
const AT_A_DESK: [&str; 8] = [
    "createChase",
    "assignChase",
    "closeChase",
    "saveQuery",
    "saveQueryVersion",
    "renameQuery",
    "shareQuery",
    "retireQuery",
];

on_both_pairs!(the_evidence_chain_runs_from_a_certificate_to_a_published_judgement, async |stores| {
    evidence::tell(stores).await;
});

on_both_pairs!(a_placement_is_commissioned_taught_and_ended, async |stores| {
    commission::tell(stores).await;
});

#[test]
fn no_mutation_is_left_untold() {
    on_pair(Pair::SqliteDirectory, async |stores| {
        let world = World::new(stores).await;
        let query = "{ __schema { mutationType { fields { name } } } }";
        let fields = world.read(&world.officer, query).await["__schema"]["mutationType"]["fields"].clone();
        let all: BTreeSet<_> =
            fields.as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect();
        let told = [&FOR_EVERYBODY[..], &AT_A_DESK, &evidence::VERBS, &commission::VERBS].concat();
        assert_eq!(all, told.into_iter().map(str::to_owned).collect());
    });
}
