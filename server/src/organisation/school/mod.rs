//! Schools, and their dated memberships of partnerships (D9).

pub mod graph;
mod service;
pub mod store;
