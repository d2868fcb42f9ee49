//! Placements: who is placed where, by whom, for what, and whether they attend.

pub mod placement;
pub mod register;
pub mod session;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use crate::graph::tree::Noun;

/// The nouns of this area.
#[must_use]
pub fn nouns() -> Vec<Noun> {
    vec![placement::store::noun(), session::store::noun(), register::store::noun()]
}
