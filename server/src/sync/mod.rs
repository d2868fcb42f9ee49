//! What the server says to phones, and what phones have it do.
//!
//! A phone reads one [`feed`] of everything that its visitor may take along: the visits that they make, and what belongs to
//! them. What it did meanwhile it sends as [`commands`], each of which is the single mutation of the same name. The phone's
//! side of this is told in `mobile-sync/src/protocol.rs`.

mod answers;
mod commands;
mod cursor;
mod feed;
pub mod graph;
mod inputs;
mod store;
mod types;
