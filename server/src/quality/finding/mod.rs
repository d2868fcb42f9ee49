//! Findings: what the report says on a standard, agreed from the judgements. Unsettled while visitors differ.
//!
//! They are drafted when a visit completes; the QA team settles and edits them while the report is a draft or amendments
//! are being decided.

pub mod graph;
pub(super) mod service;
pub mod store;
