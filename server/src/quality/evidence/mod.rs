//! Evidence: captured once, immutable, provable by its hash, and removable with a tombstone.

pub mod store;
