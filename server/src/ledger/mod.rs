//! What every write records, in its own transaction: the change, the audit, jobs, and the idempotency key.
//!
//! A mutation opens a [`Write`], does its work with it, and commits: state, change feed, audit, jobs and key are there
//! together or not at all. Readers of these tables live here too: the [`seal`] over the audit and the worker of [`jobs`].

pub mod audit;
pub mod change;
pub mod jobs;
pub mod seal;
mod write;

pub use write::{Actor, Outcome, Refusal, Refused, Write, begin, perform};
