//! Chases: what somebody of the QA team goes after, and by when (N11, S210, S227, S261).
//!
//! Open, done. The QA team starts one, hands it on and closes it with what came of it. The provider does not see it.

pub mod graph;
mod service;
pub mod store;
