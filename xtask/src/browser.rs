//! The tests that need a real browser and no server: the phone's core in the worker that the app runs it in.

use std::process::Command;

use anyhow::Result;

use crate::core::{self, Core};
use crate::process::{on_path, root, run};
use crate::setup;

/// Builds the core that can be held to the stores' contract, and runs the browser tests of the core.
pub fn core() -> Result<()> {
    if on_path("chromium").is_none() {
        setup::debian(&["chromium"])?;
    }
    core::build(Core::Contract)?;
    let folder = root().join("tests/browser");
    // Its Node comes with its packages, by a script of theirs, so scripts are let run here.
    run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    let mut tests = Command::new("npx");
    run(tests.args(["node", "run.mjs", "core"]).env("WAYMARK_CONTRACT", Core::Contract.folder()).current_dir(&folder))
}
