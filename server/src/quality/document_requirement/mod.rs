//! Required documents by kind of provider (D19).

pub mod store;
