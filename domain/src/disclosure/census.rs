//! What may be counted: the tables of each census, by the names that dimensions have in the graph.
//!
//! A list instead of a rule, because what a table costs is decided here: every table that has an attribute adds to what
//! all of them together tell of it. Coded dimensions alone, of one child each; terms are whole, so a date cannot be
//! shifted. Whether a child is looked after is told on its own and beside nothing else.

use std::collections::BTreeSet;

/// A noun that may be counted, and in which tables.
#[derive(Debug, PartialEq, Eq)]
pub struct Census {
    /// Its name.
    pub name: &'static str,
    /// The dimensions of each table; the one without is the total.
    pub tables: &'static [&'static [&'static str]],
}

/// Pupils of the authority.
pub static PUPILS: Census = Census {
    name: "pupils",
    tables: &[
        &[],
        &["YEAR_GROUP"],
        &["SEN_PROVISION"],
        &["PRIMARY_NEED"],
        &["LOOKED_AFTER"],
        &["YEAR_GROUP", "SEN_PROVISION"],
        &["YEAR_GROUP", "PRIMARY_NEED"],
    ],
};

/// Pupils by their placement: each once, by the one that was made last.
pub static PLACEMENTS: Census = Census {
    name: "placements",
    tables: &[
        &[],
        &["STATE"],
        &["PROVIDER_KIND"],
        &["STARTS_ON_TERM"],
        &["PROVIDER_KIND", "STATE"],
        &["PROVIDER_KIND", "STARTS_ON_TERM"],
        &["PROVIDER_KIND", "PUPIL_YEAR_GROUP"],
        &["PROVIDER_KIND", "PUPIL_PRIMARY_NEED"],
        &["STATE", "PUPIL_YEAR_GROUP"],
    ],
};

/// The attribute that a dimension shows: a pupil's are the same wherever they are counted.
#[must_use]
pub fn attribute(dimension: &'static str) -> &'static str {
    dimension.strip_prefix("PUPIL_").unwrap_or(dimension)
}

impl Census {
    /// The table that has these dimensions and no others.
    #[must_use]
    pub fn table(&self, asked: &BTreeSet<&str>) -> Option<&'static [&'static str]> {
        let same = |table: &[&str]| table.len() == asked.len() && table.iter().all(|one| asked.contains(one));
        self.tables.iter().find(|table| same(table)).copied()
    }

    /// The tables that there are, for a person to choose from.
    #[must_use]
    pub fn menu(&self) -> String {
        let tables = self.tables.iter().filter(|table| !table.is_empty());
        tables.map(|table| table.join(" with ")).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::disclosure::{DIMENSIONS, TABLES_PER_ATTRIBUTE, TABLES_PER_CENSUS};

    #[test]
    fn no_attribute_is_told_more_often_than_the_promise_counts() {
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for census in [&PUPILS, &PLACEMENTS] {
            assert!(census.tables.len() <= TABLES_PER_CENSUS);
            let different: BTreeSet<BTreeSet<_>> =
                census.tables.iter().map(|table| table.iter().copied().collect()).collect();
            assert_eq!(different.len(), census.tables.len(), "each table once");
            for table in census.tables {
                assert!(table.len() <= DIMENSIONS);
                for dimension in *table {
                    *told.entry(attribute(dimension)).or_default() += 1;
                }
            }
        }
        assert!(told.values().all(|tables| *tables <= TABLES_PER_ATTRIBUTE), "{told:?}");
    }

    #[test]
    fn a_table_is_found_in_whatever_order_it_is_asked() {
        let asked = |names: &[&'static str]| PLACEMENTS.table(&names.iter().copied().collect());
        assert_eq!(asked(&["STATE", "PROVIDER_KIND"]), Some(&["PROVIDER_KIND", "STATE"][..]));
        assert_eq!(asked(&[]), Some(&[][..]));
        assert_eq!(asked(&["STATE", "PUPIL_PRIMARY_NEED"]), None);
        assert_eq!(asked(&["STATE", "PROVIDER_KIND", "STARTS_ON_TERM"]), None);
    }
}
