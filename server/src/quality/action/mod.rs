//! Improvement actions: area, action, owner, date, and red, amber or green, with history (S227).
//!
//! Open, reported done, closed. The QA team sets, rates, closes and opens them again; the provider's people note what
//! they did and report it done.

pub mod graph;
pub(crate) mod service;
pub mod store;
#[cfg(test)]
mod tests;
