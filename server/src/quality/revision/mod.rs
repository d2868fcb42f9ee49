//! Earlier words of a judgement: nothing typed is dropped.

pub mod store;
