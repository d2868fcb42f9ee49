//! Types of document, and which kind of provider must hold which (D19): reference data with citations.

pub mod store;
