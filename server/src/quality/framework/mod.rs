//! Frameworks are reference data, installed with the program and the same everywhere. This folder holds the framework, its versions, sections, standards, scale and outcomes.

pub mod install;
pub mod store;
