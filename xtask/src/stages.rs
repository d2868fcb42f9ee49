//! How long each stage of the test run took, beside what it may take on two cores from nothing.

use std::time::{Duration, Instant};

use anyhow::Result;

/// What the whole run may take from nothing.
const WHOLE: Duration = Duration::from_secs(40 * 60);

struct Row {
    name: &'static str,
    took: Duration,
    budget: Duration,
    passed: bool,
}

/// The stages run so far.
#[derive(Default)]
pub struct Stages(Vec<Row>);

impl Stages {
    /// Runs one stage and notes its time, whatever comes of it.
    pub fn run<T>(&mut self, name: &'static str, budget: Duration, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n== {name}");
        let began = Instant::now();
        let outcome = work();
        self.0.push(Row { name, took: began.elapsed(), budget, passed: outcome.is_ok() });
        outcome
    }

    /// Prints the table.
    pub fn print(&self) {
        println!("\n{:<10} {:>8} {:>8}", "stage", "minutes", "budget");
        for row in &self.0 {
            let failed = if row.passed { "" } else { "  failed" };
            println!("{:<10} {}{failed}", row.name, figures(row.took, row.budget));
        }
        println!("{:<10} {}", "all", figures(self.0.iter().map(|row| row.took).sum(), WHOLE));
    }
}

fn figures(took: Duration, budget: Duration) -> String {
    let note = if took > budget { "  over budget" } else { "" };
    format!("{:>8.1} {:>8.1}{note}", minutes(took), minutes(budget))
}

fn minutes(time: Duration) -> f64 {
    time.as_secs_f64() / 60.0
}
