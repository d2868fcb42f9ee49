//! Amendments: suggested by the provider while the report is with it, then accepted or declined with a reason (S47).

pub mod graph;
pub(super) mod service;
pub mod store;
