//! Who asks, and what they may see.

pub mod account;
pub mod membership;
pub mod scope;
