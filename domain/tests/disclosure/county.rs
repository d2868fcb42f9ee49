//! A synthetic county: children by number, with the attributes that are counted.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use waymark_domain::disclosure::{Census, PLACEMENTS, PUPILS, attribute};

/// Children who come and go beside those who are attacked, for every ten of these.
const MOVERS_OF_TEN: usize = 1;
/// How many of them are another every day.
const MOVES: usize = 5;

/// Something about a child that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimension {
    /// Its name in the graph, the child's own.
    pub name: &'static str,
    at: usize,
    different: u8,
}

/// What is known, or not, of a child. The first four are the pupil's, the others the placement's.
pub const ATTRIBUTES: [Dimension; 7] = [
    Dimension { name: "YEAR_GROUP", at: 0, different: 7 },
    Dimension { name: "SEN_PROVISION", at: 1, different: 3 },
    Dimension { name: "PRIMARY_NEED", at: 2, different: 14 },
    Dimension { name: "LOOKED_AFTER", at: 3, different: 3 },
    Dimension { name: "STATE", at: 4, different: 5 },
    Dimension { name: "PROVIDER_KIND", at: 5, different: 6 },
    Dimension { name: "STARTS_ON_TERM", at: 6, different: 6 },
];

impl Dimension {
    pub fn named(name: &'static str) -> Self {
        let found = ATTRIBUTES.into_iter().find(|dimension| dimension.name == attribute(name));
        found.unwrap_or_else(|| panic!("the county has no {name}"))
    }

    pub fn values(self) -> std::ops::Range<u8> {
        0..self.different
    }

    /// Where it is asked after on its own.
    pub fn census(self) -> &'static Census {
        if self.at < 4 { &PUPILS } else { &PLACEMENTS }
    }

    pub fn alone(self) -> &'static [&'static str] {
        let tables = self.census().tables;
        tables.iter().find(|table| **table == [self.name]).expect("every attribute has a table of its own")
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    values: [Option<u8>; 7],
    /// The day on which the placement began.
    pub day: u16,
}

impl Child {
    pub fn value(&self, dimension: Dimension) -> Option<u8> {
        self.values[dimension.at]
    }

    /// The same child, if this were so.
    pub fn with(&self, dimension: Dimension, value: u8) -> Self {
        let mut guess = self.clone();
        guess.values[dimension.at] = Some(value);
        guess
    }

    pub fn is_placed(&self) -> bool {
        self.values[4].is_some()
    }

    fn random(rng: &mut ChaCha8Rng) -> Self {
        let mut values: [Option<u8>; 7] = ATTRIBUTES.map(|dimension| {
            // Small values are common and large ones rare, as needs and kinds of provider are.
            let (one, two) = (rng.random_range(dimension.values()), rng.random_range(dimension.values()));
            Some(one.min(two))
        });
        if rng.random_bool(0.2) {
            values[4..].fill(None);
        }
        Self { values, day: rng.random_range(1..900) }
    }
}

/// The county on a day: the children who are attacked, always the same, and after them those who come and go.
pub fn on(day: usize, children: usize) -> Vec<Child> {
    let mut rng = ChaCha8Rng::seed_from_u64(2026);
    let mut county: Vec<Child> =
        (0..children + children * MOVERS_OF_TEN / 10).map(|_| Child::random(&mut rng)).collect();
    let movers = children..county.len();
    for _ in 0..day * MOVES {
        county[rng.random_range(movers.clone())] = Child::random(&mut rng);
    }
    county
}
