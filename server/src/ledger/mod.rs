//! What every write records, in its own transaction: the change, the audit, jobs, and the idempotency key.
//!
//! A mutation opens a [`Write`], does its work with it, and commits: state, change feed, audit, jobs and key are there
//! together or not at all. Readers of these tables live here too: the [`feed`] over the changes and the [`news`] that there
//! are some, the [`seal`] over the audit, the worker of [`jobs`].

pub mod audit;
pub mod change;
pub mod disclosed;
pub mod feed;
pub mod installation;
pub mod jobs;
pub mod news;
pub mod seal;
mod verify;
mod write;

pub use verify::{Verified, verify};
pub use write::{Actor, Outcome, Refusal, Refused, Write, perform};

/// PostgreSQL: the row's transaction is older than every one that still runs, so nothing can appear before it any more.
const BELOW_RUNNING: &str = "transaction_id < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint";
