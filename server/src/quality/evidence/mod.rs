//! Evidence: captured once, immutable, provable by its hash, and removable with a tombstone.
//!
//! A visit's visitors capture it until the visit is over; an improvement action takes it from the provider and the QA
//! team until it is closed. Who captured it may withdraw it, and officers and coordinators: the bytes go, the hash stays.

pub mod graph;
pub(crate) mod service;
pub mod store;
#[cfg(test)]
mod tests;
