//! Approvals: the standing of a provider on the approved list, dated, with history. The outcome of a visit moves it (S226).

pub mod store;
