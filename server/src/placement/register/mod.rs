//! The register: marks twice a day (S163). Data only; what codes mean is reference data.
//!
//! The provider's people keep it, and those who commission the placement; a mark for a session that has one corrects it.

pub mod graph;
mod service;
pub mod store;
