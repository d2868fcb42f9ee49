//! Running seeds: each is an afternoon, and replays.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::simulation::{Plan, Simulation};

/// A number of the environment.
pub fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Runs a seed, and says which it was where it fails. `WAYMARK_LOG` is where to write down what happened.
pub fn run(seed: u64, plan: Plan) -> Vec<String> {
    let simulation = Simulation::new(seed, plan, |_| {});
    let world = simulation.world.clone();
    let outcome = catch_unwind(AssertUnwindSafe(|| simulation.run()));
    world.end();
    let log = outcome.as_ref().map_or_else(|_| world.take_log(), Clone::clone);
    if let Ok(path) = std::env::var("WAYMARK_LOG") {
        let _ = std::fs::write(path, log.join("\n"));
    }
    outcome.unwrap_or_else(|panic| {
        let tail = log.iter().rev().take(25).rev().cloned().collect::<Vec<_>>().join("\n");
        let words = panic.downcast_ref::<String>().map_or("", String::as_str);
        panic!("seed {seed}: {words}\nthe last that happened:\n{tail}")
    })
}

/// Runs the first seeds, some of them twice, and says which failed.
pub fn run_all(seeds: u64, plan: fn(u64) -> Plan) {
    let (next, failed) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(seed) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < seeds) {
            let once = || {
                let log = run(seed, plan(seed));
                if seed.is_multiple_of(50) {
                    assert_eq!(log, run(seed, plan(seed)), "seed {seed} does not replay");
                }
            };
            if catch_unwind(once).is_err() {
                failed.lock().expect("nobody panics over it").push(seed);
            }
        }
    };
    // The real server's rows come from a thread of SQLite's, and whoever asks waits for it; the model does not mind.
    let workers = std::thread::available_parallelism().map_or(2, |cores| 2 * cores.get());
    std::thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    let failed = failed.into_inner().expect("nobody panics over it");
    assert!(failed.is_empty(), "seeds that failed: {failed:?}");
}
