//! Suppression: what may be told to somebody who may count children and not see them (F52, N7; ADR 28).
//!
//! Questions are not free: [`census`] lists the tables that there are, each over at most two dimensions. A table puts
//! everybody into one cell, and every cell that could be filled is there, filled or not. [`noise`] moves the count of each
//! cell by a little, once: numbers are drawn from a key that covers the whole table as it truly is, so the same rows give
//! the same answer. What comes out stands until the term ends, for everybody of the authority who asks. What is then shown
//! ([`figure`]) is rounded, and below ten the same words for all.
//!
//! **What it promises.** Let an attacker know everything of everybody, but for one attribute of one child. Whatever they
//! ask in a term, alone or together, however they add, subtract, average or solve: the odds of any two values of that
//! attribute move by a factor of e² at most. Two values that were even before stay below 9 in 10. A change of one
//! attribute moves one child from one cell to another in each table that has the attribute; there are at most
//! [`TABLES_PER_ATTRIBUTE`] of these, and the chance of any answer changes by no more than e^(1/[`SCALE`]) for each cell.

mod census;
mod noise;

use serde::{Deserialize, Serialize};

pub use census::{Census, PLACEMENTS, PUPILS, attribute};
pub use noise::disturb;

/// How far counts are moved: a difference of this many between two counts changes the chance of an answer by the factor e.
pub const SCALE: u32 = 5;
/// Tables that any one attribute of a child is part of.
pub const TABLES_PER_ATTRIBUTE: usize = 5;
/// Tables of one census: what tells whether a child is part of it at all.
pub const TABLES_PER_CENSUS: usize = 10;
/// Dimensions that one table has at most.
pub const DIMENSIONS: usize = 2;
/// Figures below this are not shown.
pub const THRESHOLD: i64 = 10;
/// Figures are rounded to the nearest multiple of this.
pub const BASE: i64 = 5;
/// What is shown in place of a figure below the threshold, nothing at all among them.
pub const FEW: &str = "fewer than 10";

/// The value of each of a table's dimensions, as it is written; missing ones too.
pub type Key = Vec<Option<String>>;

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Where it lies.
    pub key: Key,
    /// How many children are in it; once disturbed, about how many, and perhaps fewer than none.
    pub count: i64,
}

/// What is shown of a disturbed count: nothing below the threshold, else the nearest multiple of the base.
#[must_use]
pub fn figure(disturbed: i64) -> Option<i64> {
    (disturbed >= THRESHOLD).then(|| (disturbed + BASE / 2).div_euclid(BASE) * BASE)
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn small_figures_have_one_word_and_others_are_round() {
        for (disturbed, shown) in [
            (-7, None),
            (0, None),
            (3, None),
            (9, None),
            (10, Some(10)),
            (12, Some(10)),
            (13, Some(15)),
            (97, Some(95)),
        ] {
            assert_eq!(figure(disturbed), shown, "{disturbed}");
        }
    }
}
