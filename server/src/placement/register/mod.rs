//! The register: marks twice a day (S163). Data only; what codes mean is reference data.

pub mod store;
