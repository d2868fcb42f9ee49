//! What a saved query says, from one save to the next. Nothing of it changes.

pub mod store;
