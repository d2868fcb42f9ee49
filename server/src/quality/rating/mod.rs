//! Ratings: each framework version has a scale of its own, or none (S195, D12).

pub mod store;
