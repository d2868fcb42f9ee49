//! Provider documents: sent in, reviewed, replaced, with history. Next year's certificate may be there while this year's
//! runs.
//!
//! Submitted by the provider's people, or for them by officers and coordinators; accepted or refused by officers and
//! coordinators; taken back by the provider's people until then.

pub mod graph;
mod service;
pub mod store;
#[cfg(test)]
mod tests;
