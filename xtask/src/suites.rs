//! The outside suites: programs that know Waymark only by its address, run against a real server process.
//!
//! Each suite prints what it checked and closes with `N of M`. The bar is written here, so a suite that shrinks fails too.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::process::{Background, free_port, output, root, waymark};
use crate::python;

struct Suite {
    name: &'static str,
    /// A file in `tests/suites`.
    script: &'static str,
    /// What is appended to the server's address to make the script's argument.
    path: &'static str,
    /// How its last line must end.
    bar: &'static str,
}

const SUITES: [Suite; 8] = [
    Suite { name: "GraphQL over HTTP", script: "audit.mjs", path: "/graphql", bar: "61 of 61" },
    Suite { name: "CSRF shapes", script: "csrf.mjs", path: "/graphql", bar: "7 of 7" },
    Suite { name: "Relay's windows", script: "relay.mjs", path: "/graphql", bar: "504 of 504" },
    Suite { name: "the schema's rules", script: "lint.mjs", path: "", bar: "24 of 24" },
    Suite { name: "the evidence chain", script: "chain.mjs", path: "", bar: "16 of 16" },
    Suite { name: "hostile files", script: "hostile.mjs", path: "", bar: "59 of 59" },
    Suite { name: "random queries", script: "any_query.py", path: "/graphql", bar: "76 of 76" },
    Suite { name: "tus 1.0", script: "tuscheck.mjs", path: "/uploads", bar: "32 of 32" },
];

/// Starts the demo on SQLite in a folder of its own, runs every suite against it, and stops it.
pub fn run_all() -> Result<()> {
    let server = Server::start()?;
    let token = output(&mut program("sign-in.mjs", &server.address))?;
    let mut below = Vec::new();
    for suite in &SUITES {
        println!("\n-- {}", suite.name);
        let address = format!("{}{}", server.address, suite.path);
        let mut command = program(suite.script, &address);
        let report = command
            .env("TOKEN", token.trim())
            .env("SERVER", server.process.id().to_string())
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

/// The demo, with its data in a temporary folder.
struct Server {
    // The order matters: the process is stopped before its files go.
    process: Background,
    _data: Data,
    address: String,
}

impl Server {
    fn start() -> Result<Self> {
        let data = Data(env::temp_dir().join(format!("waymark-suites-{}", std::process::id())));
        let port = free_port()?;
        let mut demo = waymark()?;
        // The suites test the defaults, whatever this shell is set up for.
        for (name, _) in env::vars_os() {
            if name == "DATABASE_URL" || name.to_string_lossy().starts_with("WAYMARK_") {
                demo.env_remove(name);
            }
        }
        demo.arg("demo").env("WAYMARK_DATA", &data.0).env("WAYMARK_LISTEN", format!("127.0.0.1:{port}"));
        demo.env("WAYMARK_LOG", "warn");
        let mut process = Background::start(&mut demo, "the demo", "TERM")?;
        // Seeding the county comes first, and takes most of this.
        process.wait_until(Duration::from_secs(600), || is_ready(port).unwrap_or(false))?;
        Ok(Self { process, _data: data, address: format!("http://127.0.0.1:{port}") })
    }
}

struct Data(PathBuf);

impl Drop for Data {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            println!("{} is left behind: {error}", self.0.display());
        }
    }
}

/// Whether `/health/ready` answers 200. Seven lines of HTTP cost less than an HTTP client in every build of xtask.
fn is_ready(port: u16) -> Result<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    let mut start = [0; 12];
    stream.read_exact(&mut start).context("no answer")?;
    Ok(&start == b"HTTP/1.1 200")
}
