//! Where questions are asked: with the engine, without it, or with one whose answers do not stand.

use std::collections::BTreeMap;

use waymark_domain::disclosure::{self, Cell, Census, Key, PUPILS, SCALE};

use super::county::{ATTRIBUTES, Child, Dimension};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Whatever is asked is answered, and exactly.
    Off,
    /// Tables of the list, disturbed, for the term.
    On,
    /// The same, drawn anew whenever somebody has moved.
    Anew,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "without the engine:",
            Self::On => "with the engine:",
            Self::Anew => "if answers did not stand:",
        }
    }

    /// How far answers are from the truth, as every attacker knows. Without the engine, not at all.
    pub fn scale(self) -> f64 {
        if self == Self::Off { 0.01 } else { f64::from(SCALE) }
    }

    /// The variance of an answer.
    pub fn variance(self) -> f64 {
        let factor = (-1.0 / self.scale()).exp();
        (2.0 * factor / (1.0 - factor).powi(2)).max(1e-6)
    }
}

/// What somebody asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub census: &'static Census,
    pub names: Vec<&'static str>,
    pub dimensions: Vec<Dimension>,
    /// Only those who differ from this child in something other than this.
    pub unlike: Option<(Child, Dimension)>,
    /// Only those whose placement began by this day.
    pub until: Option<u16>,
}

impl Question {
    pub fn table(census: &'static Census, names: &[&'static str]) -> Self {
        let dimensions = names.iter().copied().map(Dimension::named).collect();
        Self { census, names: names.to_vec(), dimensions, unlike: None, until: None }
    }

    /// Every dimension at once.
    pub fn all(census: &'static Census) -> Self {
        let mut names: Vec<_> = census.tables.concat();
        names.sort_unstable();
        names.dedup();
        Self::table(census, &names)
    }

    /// The cell of a child, if it is counted at all.
    pub fn place(&self, child: &Child) -> Option<Vec<u8>> {
        let counted = self.is_about_pupils() || child.is_placed();
        let place = || self.dimensions.iter().map(|dimension| child.value(*dimension)).collect::<Option<_>>();
        counted.then(place).flatten()
    }

    pub fn is_about_pupils(&self) -> bool {
        std::ptr::eq(self.census, &PUPILS)
    }

    fn counts(&self, child: &Child) -> bool {
        let differs = |like: &Child, but: Dimension| {
            ATTRIBUTES.into_iter().any(|one| one != but && child.value(one) != like.value(one))
        };
        self.until.is_none_or(|day| child.day <= day)
            && self.unlike.as_ref().is_none_or(|(like, but)| differs(like, *but))
    }

    /// What is true: every cell of a table; of a question over more dimensions those that are not empty.
    fn truth(&self, county: &[Child]) -> BTreeMap<Vec<u8>, i64> {
        let mut cells = BTreeMap::new();
        if self.dimensions.len() <= disclosure::DIMENSIONS {
            let mut places = vec![Vec::new()];
            for dimension in &self.dimensions {
                let values = dimension.values();
                let grown = |place: Vec<u8>| values.clone().map(move |value| [&place[..], &[value]].concat());
                places = places.into_iter().flat_map(grown).collect();
            }
            cells.extend(places.into_iter().map(|place| (place, 0)));
        }
        for place in county.iter().filter(|child| self.counts(child)).filter_map(|child| self.place(child)) {
            *cells.entry(place).or_insert(0) += 1;
        }
        cells
    }
}

/// Answers questions about the county.
#[derive(Debug)]
pub struct Desk {
    engine: Engine,
    standing: BTreeMap<String, Vec<Cell>>,
}

impl Desk {
    pub fn new(engine: Engine) -> Self {
        Self { engine, standing: BTreeMap::new() }
    }

    /// The answer, if there is one. It makes no difference who asks.
    pub fn ask(&mut self, _account: &str, question: &Question, county: &[Child]) -> Option<BTreeMap<Vec<u8>, i64>> {
        let truth = question.truth(county);
        if self.engine == Engine::Off {
            return Some(truth);
        }
        if question.unlike.is_some() || question.until.is_some() {
            return None;
        }
        let table = question.census.table(&question.names.iter().copied().collect())?;
        let name = format!("{} by {}", question.census.name, table.join(", "));
        let mut cells: Vec<Cell> = truth.iter().map(|(place, count)| Cell { key: key(place), count: *count }).collect();
        disclosure::disturb(&[42; 32], &name, &mut cells);
        if self.engine == Engine::On {
            cells = self.standing.entry(name).or_insert(cells).clone();
        }
        Some(truth.into_keys().zip(cells).map(|(place, cell)| (place, cell.count)).collect())
    }
}

fn key(place: &[u8]) -> Key {
    place.iter().map(|value| Some(value.to_string())).collect()
}

/// One answer less another.
pub fn less(all: &BTreeMap<Vec<u8>, i64>, others: &BTreeMap<Vec<u8>, i64>) -> BTreeMap<Vec<u8>, i64> {
    all.iter().map(|(place, count)| (place.clone(), count - others.get(place).unwrap_or(&0))).collect()
}

/// An answer, and what was true when it was given: an attacker knows that of all but one child.
#[derive(Debug)]
pub struct Heard {
    pub question: Question,
    pub answer: BTreeMap<Vec<u8>, i64>,
    truth: BTreeMap<Vec<u8>, i64>,
}

impl Heard {
    pub fn new(question: &Question, answer: BTreeMap<Vec<u8>, i64>, county: &[Child]) -> Self {
        Self { question: question.clone(), answer, truth: question.truth(county) }
    }

    pub fn has(&self, dimension: Dimension) -> bool {
        self.question.dimensions.contains(&dimension)
    }

    /// How far an answer differs from what the others alone would make of the cell of a child.
    pub fn beyond(&self, child: &Child, place: &[u8]) -> i64 {
        let own = i64::from(self.question.place(child).as_deref() == Some(place));
        self.answer[place] - (self.truth[place] - own)
    }

    /// What the answer says for a guess at a child, as the logarithm of a likelihood: the cell holds one more, or does not.
    pub fn evidence(&self, child: &Child, guess: &Child, scale: f64) -> f64 {
        let Some(place) = self.question.place(guess) else { return 0.0 };
        let beyond = self.beyond(child, &place);
        (beyond.abs() - (beyond - 1).abs()) as f64 / scale
    }
}
