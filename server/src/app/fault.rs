//! Named instants at which a test ends the process: between two durable steps, where a kill shows what was forgotten.
//!
//! `FAULT_AT=stretch_stored:3` ends it the third time that it passes `stretch_stored`, without any clearing up, as a
//! power cut would. A build with the feature `faults`, which the tests ask for, knows these
//! instants; in any other there is nothing to switch on.

/// Every named instant, in the order in which an upload and a write pass them.
pub const POINTS: [&str; 12] = [
    "part_written_down",
    "stretch_stored",
    "offset_moved",
    "key_chosen",
    "whole_stored",
    "verdict_settled",
    "rendition_stored",
    "object_deleted",
    "job_leased",
    "write_ready",
    "write_committed",
    "seal_committed",
];

/// Passes a named instant.
#[cfg(feature = "faults")]
pub fn point(name: &'static str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    static PLAN: LazyLock<Option<(String, AtomicU32)>> = LazyLock::new(|| {
        let plan = std::env::var("FAULT_AT").ok()?;
        let (name, count) = plan.split_once(':')?;
        Some((name.to_owned(), AtomicU32::new(count.parse().ok()?)))
    });
    assert!(POINTS.contains(&name), "{name} is not in the list");
    if let Some((planned, left)) = &*PLAN
        && planned == name
        && left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        std::process::abort();
    }
}

/// Passes a named instant: nothing happens.
#[cfg(not(feature = "faults"))]
pub fn point(_: &'static str) {}
