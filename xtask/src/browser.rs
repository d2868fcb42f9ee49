//! What needs a real browser: the phone's core in its worker, the journeys of each user, and the pictures of every screen.
//!
//! The app is taken as it was built; each run has a demo of its own, whose county is drawn for the day.

use std::process::Command;

use anyhow::Result;

use crate::core::Core;
use crate::process::{root, run};
use crate::server::Server;
use crate::setup;

/// Holds the core to the stores' contract, and walks the journeys at a desk and on a phone, with an eye on accessibility.
///
/// The core that is held to the contract is there already, where it is asked for: see [`is_run`].
pub fn journeys(parts: &[&str]) -> Result<()> {
    let app = setup::app()?;
    let demo = Server::demo("browser", Some(&app))?;
    let mut walk = node("run.mjs");
    walk.args(parts).env("WAYMARK_URL", &demo.address).env("WAYMARK_CONTRACT", Core::Contract.folder());
    if !is_run(parts, "enrolment") {
        return run(&mut walk);
    }
    // In the demo nobody is asked for a second factor, so that signing in is walked where people are. A link works once:
    // each size of window has its own.
    let officers = ["desktop@testshire.example", "phone@testshire.example"];
    let (_real, links) = Server::with_officers("browser-real", &app, &officers)?;
    run(walk.env("WAYMARK_INVITATIONS", links.join(" ")))
}

/// Whether the file `{name}.test.mjs` is run, where these parts of names are asked for; none stands for all.
pub fn is_run(parts: &[&str], name: &str) -> bool {
    parts.is_empty() || parts.iter().any(|part| format!("{name}.test.mjs").contains(part))
}

/// A whole visit on a phone, with so many photographs.
pub fn visit(photos: u32) -> Result<()> {
    let demo = Server::demo("visit", Some(&setup::app()?))?;
    run(node("run.mjs").arg("visit").env("WAYMARK_URL", &demo.address).env("WAYMARK_PHOTOS", photos.to_string()))
}

/// Draws `docs/screens.md` anew.
pub fn screenshots() -> Result<()> {
    let demo = Server::demo("screenshots", Some(&setup::app()?))?;
    run(node("pictures.mjs").env("WAYMARK_URL", &demo.address))
}

/// A script of the browser tests, run by the Node that is among their packages.
fn node(script: &str) -> Command {
    let folder = root().join("tests/browser");
    let mut command = Command::new(folder.join("node_modules/.bin/node"));
    command.arg(script).current_dir(folder);
    command
}
