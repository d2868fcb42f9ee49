//! Attacks with linear algebra: every answer is an equation, and all are solved at once by least squares.

use std::collections::BTreeMap;

use waymark_domain::disclosure::PUPILS;

use super::county::{self, ATTRIBUTES, Child, Dimension};
use super::desk::{Desk, Engine, Heard, Question};
use super::{ACCOUNTS, Tally};

/// Cells that few share.
const SMALL: i64 = 10;
/// Children who are attacked together.
const TOGETHER: usize = 80;
const SEN: Dimension = ATTRIBUTES[1];

/// Unknown numbers, and what is known of sums of them.
struct Equations {
    /// The sum of squares that each pair of unknowns has in common, weighted.
    matrix: Vec<Vec<f64>>,
    sums: Vec<f64>,
}

impl Equations {
    /// So many unknowns, of which a guess and its variance are known beforehand.
    fn new(unknowns: usize, guess: f64, variance: f64) -> Self {
        let mut matrix = vec![vec![0.0; unknowns]; unknowns];
        for (at, row) in matrix.iter_mut().enumerate() {
            row[at] = 1.0 / variance;
        }
        Self { matrix, sums: vec![guess / variance; unknowns] }
    }

    /// These unknowns add up to this, give or take.
    fn sum(&mut self, unknowns: &[usize], total: f64, variance: f64) {
        for one in unknowns {
            self.sums[*one] += total / variance;
            for other in unknowns {
                self.matrix[*one][*other] += 1.0 / variance;
            }
        }
    }

    /// The likeliest value of each unknown, and its variance.
    fn solve(self) -> Vec<(f64, f64)> {
        let inverse = inverse(self.matrix);
        let value = |row: &Vec<f64>| row.iter().zip(&self.sums).map(|(one, sum)| one * sum).sum();
        inverse.iter().enumerate().map(|(at, row)| (value(row), row[at])).collect()
    }
}

/// The inverse of a symmetric positive matrix, by Gauss and Jordan.
fn inverse(mut matrix: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    for at in 0..matrix.len() {
        let pivot = std::mem::replace(&mut matrix[at][at], 1.0);
        matrix[at].iter_mut().for_each(|value| *value /= pivot);
        let row = matrix[at].clone();
        for (_, values) in matrix.iter_mut().enumerate().filter(|(other, _)| *other != at) {
            let factor = std::mem::replace(&mut values[at], 0.0);
            values.iter_mut().zip(&row).for_each(|(value, own)| *value -= factor * own);
        }
    }
    matrix
}

/// Knows no child, and solves for the cells of year groups by need from the table itself, its margins and its total.
pub fn small_cells(engine: Engine, children: usize) -> Tally {
    let (mut desk, county) = (Desk::new(engine), county::on(0, children));
    let finest = Question::table(&PUPILS, &["YEAR_GROUP", "PRIMARY_NEED"]);
    let mut ask = |names: &[&'static str], account| desk.ask(account, &Question::table(&PUPILS, names), &county);
    let cells = ask(&finest.names, ACCOUNTS[0]).expect("the table is one of the list");
    let numbers: BTreeMap<_, _> = cells.keys().cloned().zip(0..).collect();
    let mut equations = Equations::new(cells.len(), 6.0, 400.0);
    for kept in [0..2, 0..1, 1..2, 0..0] {
        let Some(answer) = ask(&finest.names[kept.clone()], ACCOUNTS[1]) else { continue };
        for (place, total) in answer {
            let inside = numbers.iter().filter(|(cell, _)| cell[kept.clone()] == place).map(|(_, number)| *number);
            equations.sum(&inside.collect::<Vec<usize>>(), total as f64, engine.variance());
        }
    }
    let truth = Desk::new(Engine::Off).ask("", &finest, &county).expect("everything is answered");
    let mut tally = Tally::default();
    for ((value, variance), count) in equations.solve().into_iter().zip(truth.into_values()) {
        if count < SMALL {
            tally.judge(value.round() as i64, within_half(variance.sqrt()), &count);
        }
    }
    tally
}

/// The chance that a normal error of this deviation is less than a half.
fn within_half(deviation: f64) -> f64 {
    const STEPS: u32 = 200;
    let density = |at: f64| (-at * at / 2.0).exp() / std::f64::consts::TAU.sqrt();
    let (end, step) = ((0.5 / deviation).min(8.0), (0.5 / deviation).min(8.0) / f64::from(STEPS));
    let middle: f64 = (0..STEPS).map(|at| density((f64::from(at) + 0.5) * step) * step).sum();
    if end >= 8.0 { 1.0 } else { (2.0 * middle).min(1.0) }
}

/// Knows everybody else, and all but the SEN provision of 80 children, for which it solves together.
pub fn many_children(engine: Engine, children: usize) -> Tally {
    let (mut desk, county) = (Desk::new(engine), county::on(0, children));
    let values = usize::from(SEN.values().end);
    let mut equations = Equations::new(TOGETHER * values, 1.0 / values as f64, 0.25);
    for child in 0..TOGETHER {
        let own: Vec<_> = (0..values).map(|value| child * values + value).collect();
        equations.sum(&own, 1.0, 1e-6);
    }
    for names in subsets() {
        for account in ACCOUNTS {
            let question = Question::table(&PUPILS, &names);
            let Some(answer) = desk.ask(account, &question, &county) else { continue };
            // The second account hears the same again, which is no news.
            if account == ACCOUNTS[0] {
                add(&mut equations, &Heard::new(&question, answer, &county), &county, engine);
            }
        }
    }
    let solved = equations.solve();
    let mut tally = Tally::default();
    for (child, truth) in county[..TOGETHER].iter().enumerate() {
        let shares = SEN.values().zip(&solved[child * values..]);
        let best = shares.map(|(value, (share, _))| (Some(value), *share)).max_by(|one, two| one.1.total_cmp(&two.1));
        let (value, share) = best.expect("there are several values");
        tally.judge(value, share, &truth.value(SEN));
    }
    tally
}

/// Every set of a pupil's dimensions that has the one in question.
fn subsets() -> Vec<Vec<&'static str>> {
    let others = ["YEAR_GROUP", "PRIMARY_NEED", "LOOKED_AFTER"];
    let chosen = |set: usize| others.into_iter().enumerate().filter(move |(at, _)| set & (1 << at) != 0);
    (0..8).map(|set| chosen(set).map(|(_, name)| name).chain([SEN.name]).collect()).collect()
}

/// An equation for each cell: those of the children who may be in it, beyond the others who are.
fn add(equations: &mut Equations, heard: &Heard, county: &[Child], engine: Engine) {
    let values = usize::from(SEN.values().end);
    let mut inside: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
    for (child, known) in county[..TOGETHER].iter().enumerate() {
        for value in SEN.values() {
            let place = heard.question.place(&known.with(SEN, value)).expect("every pupil is counted");
            inside.entry(place).or_default().push(child * values + usize::from(value));
        }
    }
    for (place, unknowns) in inside {
        let others = county[TOGETHER..].iter().filter(|child| heard.question.place(child).as_ref() == Some(&place));
        let told = heard.answer.get(&place).unwrap_or(&0);
        equations.sum(&unknowns, (told - i64::try_from(others.count()).expect("few")) as f64, engine.variance());
    }
}
