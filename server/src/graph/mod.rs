//! The graph: its roots, and how everything in it is read.

pub mod errors;
pub mod ids;
pub mod scalars;
pub mod tree;
