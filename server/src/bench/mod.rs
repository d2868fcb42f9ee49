//! The analyst's bench: questions about the graph that people keep, name and share (S73-S77).

pub mod saved_query;
pub mod saved_query_version;

use crate::graph::tree::Noun;

/// The nouns of this area.
#[must_use]
pub fn nouns() -> Vec<Noun> {
    vec![saved_query::store::noun(), saved_query_version::store::noun()]
}
