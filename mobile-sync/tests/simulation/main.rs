//! Phones and a server, simulated: thousands of afternoons in which everything goes wrong, and after which everything must be
//! right. A seed replays exactly: `cargo xtask simulate --seed 17`.

mod environment;
mod handset;
mod line;
mod planted;
mod promises;
mod scenarios;
mod server;
mod service;
mod simulation;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};

use simulation::{Plan, Simulation};

/// What the afternoon of a seed is like. A server is restored, or people share an account between devices, not both yet.
fn plan(seed: u64) -> Plan {
    Plan {
        phones: if seed.is_multiple_of(50) { 20 } else { 1 + usize::try_from(seed % 5).expect("small") },
        visits: 1 + seed % 3,
        happenings: 60 + usize::try_from(seed % 7 * 20).expect("small"),
        is_restored: seed % 4 == 1,
        shares_accounts: seed % 3 == 2 && seed % 4 != 1,
        revokes: seed % 4 == 2,
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Runs a seed, and says which it was where it fails.
fn run(seed: u64) -> Vec<String> {
    let simulation = Simulation::new(seed, plan(seed), |_| {});
    let world = simulation.world.clone();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| simulation.run()));
    outcome.unwrap_or_else(|panic| {
        let log = world.take_log();
        if let Ok(path) = std::env::var("WAYMARK_LOG") {
            let _ = std::fs::write(path, log.join("\n"));
        }
        let tail = log.iter().rev().take(25).rev().cloned().collect::<Vec<_>>().join("\n");
        let words = panic.downcast_ref::<String>().map_or("", String::as_str);
        panic!("seed {seed}: {words}\nthe last that happened:\n{tail}")
    })
}

#[test]
fn nothing_is_lost_whatever_happens() {
    let (seeds, next) = (number("WAYMARK_SEEDS", 500), AtomicU64::new(0));
    let work = || {
        while let Some(seed) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < seeds) {
            let log = run(seed);
            if seed % 50 == 0 {
                assert_eq!(log, run(seed), "seed {seed} does not replay");
            }
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
}

#[test]
fn one_seed() {
    run(number("WAYMARK_SEED", 1));
}
