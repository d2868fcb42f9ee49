//! Phones and a server, simulated by seeds: against a model of the server in `mobile-sync/tests/simulation`, against the real
//! one in `tests/simulation`.

use std::process::Command;

use anyhow::Result;

use crate::process::{linted, run};
use crate::{process, setup};

/// Runs the first so many seeds over the model, and as many over the real server; then shows that planted bugs are found.
pub fn simulate(seeds: u64) -> Result<()> {
    run(over_model("nothing_is_lost").env("WAYMARK_SEEDS", seeds.to_string()))?;
    run(over_server("nothing_is_lost")?.env("WAYMARK_SEEDS_REAL", seeds.to_string()))?;
    run(&mut over_model("planted"))
}

/// Runs one seed, as when it failed.
pub fn replay(seed: u64, is_real: bool) -> Result<()> {
    let mut one = if is_real { over_server("one_seed")? } else { over_model("one_seed") };
    run(one.env("WAYMARK_SEED", seed.to_string()))
}

fn over_model(name: &str) -> Command {
    linted(&["test", "--workspace", "--test", "simulation", name])
}

/// In the same build as all tests; the server's own program, which looks into files, is a part of it.
fn over_server(name: &str) -> Result<Command> {
    setup::install()?;
    process::build_all()?;
    Ok(linted(&["test", "--workspace", "--test", "simulation_over_server", name]))
}
