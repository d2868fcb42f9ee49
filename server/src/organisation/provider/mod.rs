//! Providers of alternative provision: one record, shared by all who commission them (S12).
//!
//! Officers and coordinators register them; everybody on the authority's staff sees them, and their own people.

pub mod graph;
mod service;
pub mod store;
