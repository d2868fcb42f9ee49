//! Starting other programs, waiting for them, and stopping them.

use std::env;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// Names the PostgreSQL server on which tests make their databases.
pub const TEST_POSTGRES: &str = "WAYMARK_TEST_POSTGRES";

const BUILD_ALL: [&str; 3] = ["build", "--workspace", "--all-targets"];

/// How long a program may take to end once asked: the server lets requests under way finish.
const PATIENCE: Duration = Duration::from_secs(30);

/// The workspace's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands inside the workspace")
}

/// Cargo, in the workspace, as if typed at a prompt.
///
/// What cargo told this program about itself is taken out of the environment: some build scripts watch those
/// variables, and half the dependencies would be built again whenever xtask and a person take turns.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    for (name, _) in env::vars_os() {
        let own =
            name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        if own {
            command.env_remove(name);
        }
    }
    command
}

/// Cargo, with clippy as the compiler of our own crates: it is rustc, and looks for more while it compiles.
///
/// What is tested is what was looked at, and the dependencies are compiled once. `cargo clippy` checks all of them beside the
/// build, which takes as long again as half of it. It builds once, so nothing is kept that would make a second build quicker, and
/// no lines for a debugger: a panic says where it was without.
pub fn linted(arguments: &[&str]) -> Command {
    let mut command = cargo(arguments);
    command
        .env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver")
        .envs([("CARGO_INCREMENTAL", "0"), ("CARGO_PROFILE_DEV_DEBUG", "0")]);
    command
}

/// Builds all targets in one build, so that features are resolved once: the tests, the schema and the outside suites share its
/// dependencies and its one `waymark`.
pub fn build_all() -> Result<()> {
    run(&mut linted(&BUILD_ALL))
}

/// Fails where the last build of all targets warned of anything.
pub fn no_warnings() -> Result<()> {
    ensure_silent(&mut linted(&BUILD_ALL))
}

/// Fails where a build that has been made warned of anything. Cargo says again what was said then.
pub fn ensure_silent(build: &mut Command) -> Result<()> {
    let said = build.arg("--quiet").output()?;
    let said = String::from_utf8_lossy(&said.stderr);
    ensure!(said.trim().is_empty(), "the build warned:\n{said}");
    Ok(())
}

/// Builds one program of the workspace, with dependencies as the whole workspace has them: what built one serves all.
pub fn build(program: &str) -> Result<()> {
    run(&mut cargo(&["build", "--workspace", "--bin", program]))
}

/// Builds the server's binary as it is shipped, and says where it stands.
pub fn build_release() -> Result<PathBuf> {
    build_release_with(&[])
}

/// The same, and in the same build programs of other packages, which then stand beside it.
pub fn build_release_with(packages: &[&str]) -> Result<PathBuf> {
    let mut build = cargo(&["build", "--release", "--bins"]);
    for package in ["waymark-server"].iter().chain(packages) {
        build.args(["--package", package]);
    }
    run(&mut build)?;
    let own = env::current_exe()?;
    let profiles = own.ancestors().nth(2).context("this program stands in no folder of builds")?;
    Ok(profiles.join("release/waymark"))
}

/// A program that was built: it stands beside this one, in whatever target folder both were built.
pub fn program(name: &str) -> Result<Command> {
    let path = env::current_exe()?.with_file_name(name);
    ensure!(path.exists(), "{} has not been built", path.display());
    Ok(Command::new(path))
}

/// The server's binary.
pub fn waymark() -> Result<Command> {
    let mut command = program("waymark")?;
    // The server refuses settings that it does not know, and these are the tests' own.
    for name in [TEST_POSTGRES, "WAYMARK_TEST_PAIRS"] {
        command.env_remove(name);
    }
    Ok(command)
}

/// Runs a command to its end, its output going where ours goes; anything but success is an error that names it.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", shown(command)))?;
    ensure!(status.success(), "{} ended with {status}", shown(command));
    Ok(())
}

/// Runs a command to its end and returns what it wrote to stdout.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    ensure!(output.status.success(), "{} ended with {}", shown(command), output.status);
    Ok(String::from_utf8(output.stdout)?)
}

/// The command as a person would read it.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Where a program of this name is found on PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// A loopback port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A program of ours in the background. It is stopped, by its own id, when this value goes.
pub struct Background {
    child: Child,
    name: &'static str,
    stop: &'static str,
}

impl Background {
    /// Starts it; `stop` is the name of the signal that asks it to end in order.
    pub fn start(command: &mut Command, name: &'static str, stop: &'static str) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("cannot start {}", shown(command)))?;
        Ok(Self { child, name, stop })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks again and again until `ready` says yes; an early end of the program or the limit is an error.
    pub fn wait_until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<()> {
        let began = Instant::now();
        while !ready() {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended before it was ready: {status}", self.name);
            }
            ensure!(began.elapsed() < limit, "{} was not ready after {} s", self.name, limit.as_secs());
            pause();
        }
        Ok(())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let asked = Command::new("kill").args(["-s", self.stop, &self.child.id().to_string()]).status();
        let began = Instant::now();
        while asked.as_ref().is_ok_and(std::process::ExitStatus::success) && began.elapsed() < PATIENCE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            pause();
        }
        println!("{} did not end when asked and is killed", self.name);
        // Both fail only when it has just ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "another process can only be asked again; it cannot wake us")]
fn pause() {
    std::thread::sleep(Duration::from_millis(10));
}
