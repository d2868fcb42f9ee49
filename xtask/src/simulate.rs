//! Phones and a server, simulated by seeds: against a model of the server in `mobile-sync/tests/simulation`, against the real
//! one in `tests/simulation`.

use std::process::Command;

use anyhow::Result;

use crate::process::{linted, run};
use crate::setup;

/// From so many seeds on it pays to build optimised first, which takes longer than a thousand seeds do as tests are built.
const MANY: u64 = 2_000;

/// As tests are built.
const USUAL: &[&str] = &[];

/// The profile in `Cargo.toml`: four times as fast.
const OPTIMISED: &[&str] = &["--profile", "soak"];

/// Runs the first so many seeds over the model, and as many over the real server; then shows that planted bugs are found.
pub fn simulate(seeds: u64) -> Result<()> {
    let profile = if seeds < MANY { USUAL } else { OPTIMISED };
    run(over_model("nothing_is_lost", profile).env("WAYMARK_SEEDS", seeds.to_string()))?;
    run(over_server("nothing_is_lost", profile)?.env("WAYMARK_SEEDS_REAL", seeds.to_string()))?;
    run(&mut over_model("planted", profile))
}

/// Runs one seed, as when it failed.
pub fn replay(seed: u64, is_real: bool) -> Result<()> {
    let mut one = if is_real { over_server("one_seed", USUAL)? } else { over_model("one_seed", USUAL) };
    run(one.env("WAYMARK_SEED", seed.to_string()))
}

fn over_model(name: &str, profile: &[&str]) -> Command {
    linted(&[&["test", "--workspace", "--test", "simulation"], profile, &[name]].concat())
}

/// The server's own program, which looks into files, is built as well.
fn over_server(name: &str, profile: &[&str]) -> Result<Command> {
    setup::install()?;
    run(&mut linted(
        &[&["build", "--workspace", "--bin", "waymark", "--test", "simulation_over_server"], profile].concat(),
    ))?;
    Ok(linted(&[&["test", "--workspace", "--test", "simulation_over_server"], profile, &[name]].concat()))
}
