//! The outside suites: programs that know Waymark only by its address, run against a real server process.
//!
//! Each suite prints what it checked and closes with `N of M`. The bar is written here, so a suite that shrinks fails too.

use std::process::{Command, Stdio};

use anyhow::{Result, ensure};

use crate::process::{output, root};
use crate::python;
use crate::server::Server;

struct Suite {
    name: &'static str,
    /// A file in `tests/suites`.
    script: &'static str,
    /// What is appended to the server's address to make the script's argument.
    path: &'static str,
    /// How its last line must end.
    bar: &'static str,
}

const SUITES: [Suite; 9] = [
    Suite { name: "GraphQL over HTTP", script: "audit.mjs", path: "/graphql", bar: "61 of 61" },
    Suite { name: "CSRF shapes", script: "csrf.mjs", path: "/graphql", bar: "7 of 7" },
    Suite { name: "Relay's windows", script: "relay.mjs", path: "/graphql", bar: "504 of 504" },
    Suite { name: "the schema's rules", script: "lint.mjs", path: "", bar: "24 of 24" },
    Suite { name: "the evidence chain", script: "chain.mjs", path: "", bar: "16 of 16" },
    Suite { name: "hostile files", script: "hostile.mjs", path: "", bar: "59 of 59" },
    Suite { name: "random queries", script: "any_query.py", path: "/graphql", bar: "124 of 124" },
    Suite { name: "a notebook", script: "notebook.py", path: "", bar: "9 of 9" },
    Suite { name: "tus 1.0", script: "tuscheck.mjs", path: "/uploads", bar: "32 of 32" },
];

/// Starts the demo on SQLite in a folder of its own, runs every suite against it, and stops it.
pub fn run_all() -> Result<()> {
    let server = Server::demo("suites", None)?;
    let token = output(&mut program("sign-in.mjs", &server.address))?;
    let mut below = Vec::new();
    for suite in &SUITES {
        println!("\n-- {}", suite.name);
        let address = format!("{}{}", server.address, suite.path);
        let mut command = program(suite.script, &address);
        let report = command
            .env("TOKEN", token.trim())
            .env("SERVER", server.id().to_string())
            .stderr(Stdio::inherit())
            .output()?;
        let text = String::from_utf8_lossy(&report.stdout);
        println!("{}", text.trim_end());
        if !(report.status.success() && text.trim_end().ends_with(suite.bar)) {
            below.push(format!("{} is not at {}", suite.name, suite.bar));
        }
    }
    ensure!(below.is_empty(), "{}", below.join("; "));
    Ok(())
}

fn program(script: &str, address: &str) -> Command {
    let mut command = if script.ends_with(".py") { python::program("python") } else { Command::new("node") };
    command.args([script, address]).current_dir(root().join("tests/suites"));
    command
}
