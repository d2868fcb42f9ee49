//! The one integration program: everything that is tested through the stores or over HTTP.
//!
//! A scenario has a database and an object store of its own and runs on both pairs (see `support::pair`).
#![expect(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod aggregate;
mod attacks;
mod backup;
mod chain;
mod desk;
mod drift;
mod extract;
mod faults;
mod feed;
mod field;
mod files;
mod harness;
mod killed;
mod load;
mod matrix;
mod misuse;
mod native;
mod parity;
mod plans;
mod property;
mod rollups;
mod sealed;
mod speed;
mod statements;
mod support;
mod sync;
mod throttle;
mod tree;
