//! Phones simulated against the real server: the whole of it, over SQLite and a directory, in this process.
//!
//! The phones, their world, what befalls them and what is checked are those of `mobile-sync/tests/simulation`, where the server is
//! a model. Here a phone's calls go by its own operations and its own tus through every layer that a request meets, but for the
//! socket. A call ends before the next event, and so does each of the server's jobs, so a seed replays here as well.
//!
//! Most seeds are half an hour with a phone or two, so that 500 of them fit a test run beside as many over the model; every
//! fiftieth is an afternoon, and every 250th has ten phones, of five people: nobody plans a visit for more. The soak runs 20,000.
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

/// As the server has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the time of a seed is like. Its sizes differ from those over the model, its kinds do not.
fn plan(seed: u64) -> Plan {
    let (phones, happenings, minutes) = match seed {
        seed if seed.is_multiple_of(250) => (10, 60, 120),
        seed if seed.is_multiple_of(50) => (4, 80, 240),
        seed => (1 + u64::from(seed % 3 == 2), 6 + seed % 7 * 2, 30),
    };
    Plan {
        phones: usize::try_from(phones).unwrap(),
        visits: 1 + seed % 2,
        happenings: usize::try_from(happenings).unwrap(),
        span: TimeDelta::minutes(minutes),
        quiet: TimeDelta::minutes(45),
        is_restored: seed % 4 == 1,
        shares_accounts: phones == 10 || seed % 3 == 2 && seed % 4 != 1,
        revokes: seed % 4 == 2,
    }
}

#[test]
fn nothing_is_lost_whatever_happens_to_the_real_server() {
    run_all(number("WAYMARK_SEEDS_REAL", 500), plan);
}

#[test]
fn one_seed_of_the_real_server() {
    let seed = number("WAYMARK_SEED", 1);
    run(seed, plan(seed));
}
