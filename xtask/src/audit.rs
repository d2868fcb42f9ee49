//! What stands in the tree: licences, banned crates and sources by cargo-deny; secrets by detect-secrets.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{cargo, on_path, root, run};
use crate::python;

/// Both, installing cargo-deny where it is missing: it takes as long to build as half of the server.
pub fn audit() -> Result<()> {
    let deny = match on_path("cargo-deny") {
        Some(path) => path,
        None => install_deny()?,
    };
    run(Command::new(deny).args(["check", "licenses", "bans", "sources"]).current_dir(root()))?;
    python::install()?;
    run(python::program("python").arg("tests/suites/no_secrets.py"))
}

fn install_deny() -> Result<PathBuf> {
    let tools = root().join("target/tools");
    run(cargo(&["install", "--locked", "--quiet", "cargo-deny", "--root"]).arg(&tools))?;
    let deny = tools.join("bin/cargo-deny");
    deny.is_file().then_some(deny).context("cargo-deny was installed and is not there")
}
