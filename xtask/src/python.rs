//! The programs of ours that are written in Python: an environment of their own under `target/`, from pinned packages.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{root, run};

/// What is installed, by version.
const REQUIREMENTS: &str = "tests/suites/requirements.txt";

/// A program of the environment: `python`, or one that a package brings.
pub fn program(name: &str) -> Command {
    let mut command = Command::new(environment().join("bin").join(name));
    command.current_dir(root());
    command
}

/// Makes the environment, where it is not there or is of other packages.
pub fn install() -> Result<()> {
    let wanted = fs::read(root().join(REQUIREMENTS)).context(REQUIREMENTS)?;
    let installed = environment().join("installed.txt");
    if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(environment()))?;
    run(program("pip").args(["install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS]))?;
    fs::write(&installed, wanted).with_context(|| installed.display().to_string())
}

/// Whether this machine's Python can make one.
pub fn is_there() -> bool {
    Command::new("python3").args(["-c", "import venv, ensurepip"]).output().is_ok_and(|probe| probe.status.success())
}

fn environment() -> PathBuf {
    root().join("target/python")
}
