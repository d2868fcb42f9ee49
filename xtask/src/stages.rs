//! How long each stage of the test run took, beside what it may take on two cores from nothing.

use std::sync::{Mutex, PoisonError};
use std::thread;
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
pub struct Stages {
    began: Instant,
    rows: Mutex<Vec<Row>>,
}

impl Stages {
    /// Nothing has run yet, and the time of the whole begins.
    pub fn begin() -> Self {
        Self { began: Instant::now(), rows: Mutex::default() }
    }

    /// Runs one stage and notes its time, whatever comes of it.
    pub fn run<T>(&self, name: &'static str, budget: Duration, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n== {name}");
        let began = Instant::now();
        let outcome = work();
        let row = Row { name, took: began.elapsed(), budget, passed: outcome.is_ok() };
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).push(row);
        outcome
    }

    /// Prints the table. Stages that ran beside each other took their minutes together, so the whole is less than their sum.
    pub fn print(&self) {
        println!("\n{:<10} {:>8} {:>8}", "stage", "minutes", "budget");
        for row in self.rows.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let failed = if row.passed { "" } else { "  failed" };
            println!("{:<10} {}{failed}", row.name, figures(row.took, row.budget));
        }
        println!("{:<10} {}", "all", figures(self.began.elapsed(), WHOLE));
    }
}

/// Does two things at once, each to its end, and gives what came of both, or the first failure.
///
/// One lane's single thread fills what the other's waiting leaves.
pub fn both<A: Send, B>(left: impl FnOnce() -> Result<A> + Send, right: impl FnOnce() -> Result<B>) -> Result<(A, B)> {
    thread::scope(|scope| {
        let left = scope.spawn(left);
        let right = right();
        let left = left.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok((left, right?))
    })
}

fn figures(took: Duration, budget: Duration) -> String {
    let note = if took > budget { "  over budget" } else { "" };
    format!("{:>8.1} {:>8.1}{note}", minutes(took), minutes(budget))
}

fn minutes(time: Duration) -> f64 {
    time.as_secs_f64() / 60.0
}
