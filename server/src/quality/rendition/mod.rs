//! Renditions: the forms that a stored file is served in, oriented and without metadata.

pub mod store;
