//! Every noun of the graph, by name, prefix and root field.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::noun::{EdgeKind, Noun};

/// The nouns, once for the process.
#[derive(Debug)]
pub struct Catalog {
    nouns: Vec<Noun>,
    by_name: HashMap<&'static str, usize>,
}

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::new(crate::nouns()));

/// The catalog of this program.
#[must_use]
pub fn catalog() -> &'static Catalog {
    &CATALOG
}

impl Catalog {
    fn new(nouns: Vec<Noun>) -> Self {
        let by_name = nouns.iter().enumerate().map(|(index, noun)| (noun.name, index)).collect();
        Self { nouns, by_name }
    }

    /// Every noun.
    #[must_use]
    pub fn nouns(&self) -> &[Noun] {
        &self.nouns
    }

    /// The noun of this name.
    ///
    /// # Panics
    /// If a noun declares an edge to a noun that is not in the catalog; the schema test finds that.
    #[must_use]
    pub fn noun(&self, name: &str) -> &Noun {
        self.find(name).unwrap_or_else(|| panic!("no noun is called {name}"))
    }

    /// The noun of this name, if there is one.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Noun> {
        self.by_name.get(name).map(|index| &self.nouns[*index])
    }

    /// The noun whose ids carry this prefix.
    #[must_use]
    pub fn by_prefix(&self, prefix: &str) -> Option<&Noun> {
        self.nouns.iter().find(|noun| noun.prefix == prefix)
    }

    /// The noun whose root connection is called so.
    #[must_use]
    pub fn by_plural(&self, plural: &str) -> Option<&Noun> {
        self.nouns.iter().find(|noun| noun.plural == Some(plural))
    }

    /// Interfaces that edges lead to, with the nouns behind each.
    #[must_use]
    pub fn interfaces(&self) -> BTreeMap<&'static str, Vec<&'static str>> {
        let mut found: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
        for edge in self.nouns.iter().flat_map(|noun| &noun.edges) {
            if let EdgeKind::AnyOf { interface, options } = &edge.kind {
                let members = found.entry(interface).or_default();
                members.extend(options.iter().map(|(_, noun)| *noun));
                members.sort_unstable();
                members.dedup();
            }
        }
        found
    }

    /// Whether a fragment on `condition` applies to this noun.
    #[must_use]
    pub fn applies(&self, condition: &str, noun: &Noun) -> bool {
        condition == noun.name
            || condition == "Node"
            || self.interfaces().get(condition).is_some_and(|members| members.contains(&noun.name))
    }
}
