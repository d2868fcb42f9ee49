//! Saved queries: a question about the graph under a name, shared with a partnership or the authority, each save a version of
//! its own that stays readable.
//!
//! In use, retired. Its owner saves, renames, shares and retires it; an officer of the authority may retire it too. What it
//! answers depends on who runs it: a query lends no rights.

pub mod graph;
mod service;
pub mod store;
