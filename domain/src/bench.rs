//! The analyst's bench: questions about the graph that people keep, name and share (S73-S77).

pub mod saved_query;
