//! Visits. On site: planned, in progress, complete, or called off. What follows from a complete one is its report.
//!
//! The QA team plans, moves and calls off; the provider sees date and purpose as soon as a visit is planned.

pub mod graph;
pub(crate) mod service;
pub mod store;
#[cfg(test)]
mod tests;
