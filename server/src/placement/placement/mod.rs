//! Placements. On-roll school, contracting party, paying party, broker and provider are five separate edges (D11, S145).
//!
//! States: proposed, agreed, active, ended, cancelled. Those who commission a placement propose it and set its week;
//! they and the provider's people agree, start, end or cancel it.

pub mod graph;
mod life;
mod service;
pub mod store;
