//! The phone's offline core, which loses nothing.
//!
//! Everything that a field app decides without a network is decided here: what is kept, what is sent next, what an answer
//! means, when the site may be left. The app draws screens over [`Phone`]; a native shell and a command line do the same.
//! The protocol is told in [`protocol`], in prose; read that first.
//!
//! Nothing here reaches for a clock, a network, a disk or a random source: all of it is the [`Environment`]'s. A phone
//! works on one thread, its own, so no future has to be `Send`; it needs no particular runtime.

#![expect(async_fn_in_trait, reason = "a phone works on one thread of its own")]

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!();

pub mod backoff;
pub mod bell;
pub mod environment;
pub mod feed;
pub mod item;
pub mod media;
pub mod phone;
pub mod protocol;
pub mod receipt;
pub mod remote;
pub mod settle;
#[cfg(feature = "shell")]
pub mod shell;
pub mod shown;
pub mod state;
pub mod statement;
pub mod store;
pub mod vault;
pub mod wire;
pub mod words;

pub use environment::{Environment, Network, Remote, RemoteError};
pub use phone::{Error, Phone};
