//! Addenda: judgements and evidence that reached the server when their visit was complete or called off (N22).
//!
//! A phone that was offline keeps what its visitor typed and captured; nothing of it is dropped, and nothing of it changes
//! what was agreed meanwhile. It stands beside the visit until somebody of the QA team accepts it or sets it aside.

pub mod graph;
pub(crate) mod service;
pub mod store;
