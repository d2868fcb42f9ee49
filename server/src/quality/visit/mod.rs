//! Visits and their reports. On site: planned, in progress, complete, or cancelled. The report: draft, with provider, amendments suggested, agreed, published (S47).

pub mod store;
