//! Judgements: one visitor's rating and words on one standard. Two visitors leave two, side by side (N22); what was said before is kept as a revision.

pub mod graph;
pub(crate) mod service;
pub mod store;
