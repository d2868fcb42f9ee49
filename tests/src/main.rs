//! The one integration program: everything that is tested through the stores or over HTTP.
//!
//! A scenario has a database and an object store of its own and runs on both pairs (see `support::pair`).
#![expect(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod attacks;
mod chain;
mod drift;
mod files;
mod harness;
mod matrix;
mod parity;
mod property;
mod statements;
mod support;
mod throttle;
mod tree;
