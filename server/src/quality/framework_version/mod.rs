//! Versions of frameworks. A visit is made by one version, for good, so that an old report still reads as it was.

pub mod store;
