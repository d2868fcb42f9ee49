//! The report of a visit on its way out: sent to the provider, agreed, published (S47).
//!
//! The QA team sends a draft with its summary, its outcome and a last day for amendments. The provider agrees, or the time
//! passes. An officer or coordinator publishes, and the outcome moves the provider's approval (S226).

pub mod graph;
pub(super) mod service;
