//! The history of an improvement action: each change of RAG or state, with a note (S227).

pub mod store;
