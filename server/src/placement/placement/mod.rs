//! Placements. On-roll school, contracting party, paying party, broker and provider are five separate edges (D11, S145). States: proposed, agreed, active, ended, cancelled.

pub mod store;
