//! Phones and a server, simulated by seeds: `mobile-sync/tests/simulation`.

use anyhow::Result;

use crate::process::{cargo, run};

/// Runs the first so many seeds, or one, and then shows that planted bugs are found.
pub fn simulate(seeds: u64, seed: Option<u64>) -> Result<()> {
    let Some(seed) = seed else {
        run(simulation("nothing_is_lost").env("WAYMARK_SEEDS", seeds.to_string()))?;
        return planted();
    };
    run(simulation("one_seed").env("WAYMARK_SEED", seed.to_string()))
}

/// Shows that the simulation finds every planted bug.
pub fn planted() -> Result<()> {
    run(&mut simulation("planted"))
}

fn simulation(name: &str) -> std::process::Command {
    cargo(&["test", "--package", "waymark-mobile-sync", "--features", "planted", "--test", "simulation", name])
}
