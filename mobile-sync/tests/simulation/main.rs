//! Phones and a server, simulated: thousands of afternoons in which everything goes wrong, and after which everything must be
//! right. A seed replays exactly: `cargo xtask simulate --seed 17`.
//!
//! The server here is a model: 500 seeds in a test run, 20,000 in the soak. Over the real server: `tests/simulation`.

mod environment;
mod handset;
mod line;
mod planted;
mod promises;
mod scenarios;
mod seeds;
mod server;
mod service;
mod simulation;
mod world;

use chrono::TimeDelta;
use seeds::{number, run, run_all};
use simulation::Plan;

/// What the afternoon of a seed is like. A server is restored, or people share an account between devices, not both yet.
fn plan(seed: u64) -> Plan {
    Plan {
        phones: if seed.is_multiple_of(50) { 20 } else { 1 + usize::try_from(seed % 5).expect("small") },
        visits: 1 + seed % 3,
        happenings: 60 + usize::try_from(seed % 7 * 20).expect("small"),
        span: TimeDelta::hours(6),
        quiet: TimeDelta::hours(2),
        is_restored: seed % 4 == 1,
        shares_accounts: seed % 3 == 2 && seed % 4 != 1,
        revokes: seed % 4 == 2,
    }
}

#[test]
fn nothing_is_lost_whatever_happens() {
    run_all(number("WAYMARK_SEEDS", 500), plan);
}

#[test]
fn one_seed() {
    let seed = number("WAYMARK_SEED", 1);
    run(seed, plan(seed));
}
