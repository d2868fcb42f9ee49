//! What a document proves. One file may prove two requirements.

pub mod store;
