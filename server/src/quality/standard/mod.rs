//! Standards: the questions of a framework, with the evidence each wants (S196-S276).

pub mod store;
