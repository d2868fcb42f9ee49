//! Pupils: as little of them as the work needs, each read audited.

pub mod pupil;
#[cfg(test)]
mod tests;

use crate::graph::tree::Noun;

/// The nouns of this area.
#[must_use]
pub fn nouns() -> Vec<Noun> {
    vec![pupil::store::noun()]
}
