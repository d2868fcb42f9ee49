//! Completing a visit: the server says that it holds every byte, the checklist lacks nothing, and the findings are drafted.
//!
//! All of it happens in one transaction, or none of it. Only after it, the phone says that the site may be left (N5).

pub mod graph;
pub(crate) mod service;
mod store;
