//! Stored files: what evidence and documents are made of. Only what was accepted has links.

pub mod store;
