//! Outcomes of a visit, and what each does to the provider's standing (S226).

pub mod store;
