//! The whole test run, in the order in which a mistake shows soonest.
//!
//! Plain `cargo test`, not nextest: it needs nothing installed, and one process shares what is dear to make, the migrated
//! SQLite file, between its tests. Isolation does not rest on processes: every test has a database and a bucket of its own.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::core::{self, Core};
use crate::postgres::Postgres;
use crate::process::{self, TEST_POSTGRES, cargo, linted, run, shown};
use crate::stages::{Stages, both};
use crate::{browser, schema, setup, suites};

/// Runs every stage, or only the cargo tests that match the filter, and prints the table whatever happens.
pub fn test(filter: Option<&str>) -> Result<()> {
    let stages = Stages::begin();
    let outcome = if filter.is_some() { some(&stages, filter) } else { everything(&stages) };
    stages.print();
    let count = outcome?;
    println!("\ntests: {} passed, {} failed", count.passed, count.failed);
    Ok(())
}

/// Runs the integration tests that match the filter at a size of the person's choosing, and shows what they print.
pub fn full_size(filter: &str, variable: &str, size: &str) -> Result<()> {
    sized(filter, variable, size, &[])
}

/// The same, one after the other: where they are measured, they must not share the machine.
pub fn alone(filter: &str, variable: &str, size: &str) -> Result<()> {
    sized(filter, variable, size, &["--test-threads=1"])
}

fn sized(filter: &str, variable: &str, size: &str, how: &[&str]) -> Result<()> {
    setup::install()?;
    // In the same build as `test`, so that nothing is built twice.
    process::build_all()?;
    let own = Postgres::start()?;
    let mut command = linted(&["test", "--workspace", "--test", "integration", "--", "--nocapture", filter]);
    run(command.args(how).env(TEST_POSTGRES, own.url()).env(variable, size))
}

/// Two lanes, where one leaves a processor to the other: packages are fetched, and the core for browsers is linked as one piece,
/// while all else is built; the app is built while tests wait for locks, lines and processes; suites ask while a browser is walked.
fn everything(stages: &Stages) -> Result<Count> {
    stages.run("format", minutes(1), || run(&mut cargo(&["fmt", "--all", "--check"])))?;
    let ((app, contract), ()) = both(
        || {
            stages.run("setup", minutes(4), || setup::install().and_then(|()| setup::browser()))?;
            stages.run("cores", minutes(10), || Ok((core::compile(Core::App)?, core::compile(Core::Contract)?)))
        },
        || {
            stages.run("build", minutes(22), process::build_all)?;
            stages.run("warnings", minutes(1), process::no_warnings)?;
            stages.run("schema", minutes(1), schema::check)
        },
    )?;
    core::bind(Core::App, &app)?;
    core::bind(Core::Contract, &contract)?;
    let (count, ()) = both(
        || stages.run("tests", minutes(13), || cargo_tests(None)),
        || stages.run("app", minutes(4), setup::check_app),
    )?;
    both(
        || stages.run("suites", minutes(4), suites::run_all),
        || stages.run("browser", minutes(14), || browser::journeys(&[])),
    )?;
    Ok(count)
}

fn some(stages: &Stages, filter: Option<&str>) -> Result<Count> {
    stages.run("setup", minutes(4), setup::install)?;
    stages.run("tests", minutes(20), || cargo_tests(filter))
}

/// How many tests there were, over all of cargo's test programs.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Count {
    /// Adds up the figures if the line is the closing one of a test program.
    fn add(&mut self, line: &str) {
        if !line.starts_with("test result: ") {
            return;
        }
        let before = |word: &str| {
            let words: Vec<&str> = line.split([' ', ';']).collect();
            words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
        };
        self.passed += before("passed");
        self.failed += before("failed");
    }
}

/// Runs cargo's tests on both pairs, against a PostgreSQL of their own unless one is named in the environment.
fn cargo_tests(filter: Option<&str>) -> Result<Count> {
    let mut command = linted(&["test", "--workspace", "--all-targets", "--no-fail-fast", "--"]);
    command.args(filter).stdout(Stdio::piped());
    // Most of what takes long waits: for a lock to run out, a process to start, a line to break.
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    command.env("RUST_TEST_THREADS", (2 * cores).to_string());
    let _own = if std::env::var_os(TEST_POSTGRES).is_some() {
        None
    } else {
        let own = Postgres::start()?;
        command.env(TEST_POSTGRES, own.url());
        Some(own)
    };

    let mut child = command.spawn().context("cannot start cargo")?;
    let mut count = Count::default();
    for line in BufReader::new(child.stdout.take().context("cargo has no stdout")?).lines() {
        let line = line?;
        println!("{line}");
        count.add(&line);
    }
    let status = child.wait()?;
    ensure!(
        status.success(),
        "{} ended with {status}: {} passed, {} failed",
        shown(&command),
        count.passed,
        count.failed
    );
    ensure!(count.passed > 0, "no test ran");
    Ok(count)
}

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn closing_lines_of_all_programs_are_added_up() {
        let mut count = Count::default();
        for line in [
            "running 3 tests",
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.05s",
            "test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.20s",
        ] {
            count.add(line);
        }
        assert_eq!(count, Count { passed: 6, failed: 1 });
    }
}
