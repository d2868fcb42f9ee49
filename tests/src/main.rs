//! The one integration program: everything that is tested through the stores or over HTTP.
//!
//! A scenario has a database and an object store of its own and runs on both pairs (see `support::pair`).

mod drift;
mod harness;
mod support;
