//! Partnerships of schools within an authority (S11). An officer makes them; which schools belong to one is dated (D9).

pub mod graph;
mod service;
pub mod store;
