//! Phones and a server, simulated by seeds: `mobile-sync/tests/simulation`.

use anyhow::Result;

use crate::process::{cargo, run};

/// Runs the first so many seeds, or one, and then shows that planted bugs are found.
pub fn simulate(seeds: u64, seed: Option<u64>) -> Result<()> {
    let Some(seed) = seed else {
        run(simulation("nothing_is_lost").env("WAYMARK_SEEDS", seeds.to_string()))?;
        return run(&mut simulation("planted"));
    };
    run(simulation("one_seed").env("WAYMARK_SEED", seed.to_string()))
}

fn simulation(name: &str) -> std::process::Command {
    cargo(&["test", "--workspace", "--test", "simulation", name])
}
