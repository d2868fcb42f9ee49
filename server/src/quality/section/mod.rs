//! Sections of a framework version, in their order; each belongs before the visit or on site.

pub mod store;
