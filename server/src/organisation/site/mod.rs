//! Sites of a provider. Safeguarding asks for the address where a child is, so a satellite site is a site of its own.

pub mod graph;
mod service;
pub mod store;
