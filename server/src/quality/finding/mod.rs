//! Findings: what the report says on a standard, agreed from the judgements. Unsettled while visitors differ.

pub mod store;
