//! Phones simulated against the real server: the whole of it, over SQLite and a directory, in this process.
//!
//! The phones, their world, what befalls them and what is checked are those of `mobile-sync/tests/simulation`, where the server is
//! a model. Here a phone's calls go by its own operations and its own tus through every layer that a request meets, but for the
//! socket. A call ends before the next event, and so does each of the server's jobs, so a seed replays here as well.
//!
//! A seed costs some nine seconds of a core in the dev profile, a hundred times what it costs over the model. So a test run tries
//! ten of them here, about a minute of two cores, and 500 over the model; the soak 200 and 20,000.
#![expect(clippy::unwrap_used, reason = "a panic is how a test reports")]

#[path = "../../mobile-sync/tests/simulation/environment.rs"]
mod environment;
#[path = "../../mobile-sync/tests/simulation/handset.rs"]
mod handset;
#[path = "../../mobile-sync/tests/simulation/line.rs"]
mod line;
#[path = "../../mobile-sync/tests/simulation/promises.rs"]
mod promises;
#[path = "../../mobile-sync/tests/simulation/seeds.rs"]
mod seeds;
mod server;
#[path = "../../mobile-sync/tests/simulation/service.rs"]
mod service;
#[path = "../../mobile-sync/tests/simulation/simulation.rs"]
mod simulation;
#[path = "../../mobile-sync/tests/simulation/world.rs"]
mod world;

use chrono::TimeDelta;
use seeds::{number, run, run_all};
use simulation::Plan;

/// What the afternoon of a seed is like: smaller than over the model, and otherwise of the same kinds.
fn plan(seed: u64) -> Plan {
    Plan {
        phones: 1 + usize::try_from(seed % 4).unwrap(),
        visits: 1 + seed % 2,
        happenings: 40 + usize::try_from(seed % 5 * 20).unwrap(),
        quiet: TimeDelta::minutes(45),
        is_restored: seed % 4 == 1,
        shares_accounts: seed % 3 == 2 && seed % 4 != 1,
        revokes: seed % 4 == 2,
    }
}

#[test]
fn nothing_is_lost_whatever_happens_to_the_real_server() {
    run_all(number("WAYMARK_SEEDS_REAL", 10), plan);
}

#[test]
fn one_seed_of_the_real_server() {
    let seed = number("WAYMARK_SEED", 1);
    run(seed, plan(seed));
}
