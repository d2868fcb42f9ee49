//! Pupils. Special-category fields need a role and a relation: looked-after status is for officers and coordinators alone.
//!
//! Officers create and change pupils of their authority, coordinators those on the roll of their partnership's schools.

pub mod graph;
mod service;
pub mod store;
