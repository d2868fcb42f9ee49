//! Stored files: what evidence and documents are made of. Only what was accepted has links.
//!
//! A mutation announces a file; its bytes come by tus to the id that the answer shows. Or the bytes came first, and a
//! document claims the file. What is withdrawn is purged: the bytes go, the hash stays.

pub mod graph;
pub mod service;
pub mod store;
