//! An attack on suppression (F52, N7): what somebody learns who may only count, and who knows nearly everything already.
//!
//! A seeded county is asked by attackers who are better informed than any person: they know the method, its numbers, and
//! every child in full but for what they are after. They claim what they are sure of, nine times in ten or better. The same
//! attackers ask a desk without the engine, which shows that they are able; and one whose answers do not stand for a
//! term, which shows what that is for.

mod county;
mod desk;
mod solver;

use std::collections::BTreeMap;

use county::{ATTRIBUTES, Child, Dimension};
use desk::{Desk, Engine, Heard, Question};
use waymark_domain::disclosure::{PLACEMENTS, PUPILS, SCALE, TABLES_PER_ATTRIBUTE};

/// How sure an attacker is who claims.
const SURE: f64 = 0.9;
/// Two who ask and tell each other.
const ACCOUNTS: [&str; 2] = ["first", "second"];

/// What an attack came to.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    targets: usize,
    recovered: usize,
    wrong: usize,
    /// The highest certainty that came about, right or wrong.
    surest: f64,
}

impl Tally {
    /// Counts what an attacker thinks of one target: the likeliest value, how likely, and what is true.
    fn judge<T: PartialEq>(&mut self, value: T, certainty: f64, truth: &T) {
        self.targets += 1;
        self.surest = self.surest.max(certainty);
        if certainty >= SURE {
            *(if value == *truth { &mut self.recovered } else { &mut self.wrong }) += 1;
        }
    }
}

/// Knows all of everybody but one attribute of one child, and of that one that it has one of two values. Asks every table for
/// `days`, with others coming and going in between, which the attacker knows as well. Every pair of values is tried.
fn all_but_one(engine: Engine, days: usize, children: usize) -> Tally {
    let heard = everything(engine, days, children);
    let mut tally = Tally::default();
    for child in &county::on(0, children)[..children] {
        for dimension in ATTRIBUTES {
            let Some(truth) = child.value(dimension) else { continue };
            let scores = weigh(&heard, child, dimension, engine.scale());
            let own = scores[usize::from(truth)];
            for rival in dimension.values().filter(|value| *value != truth) {
                let beyond = own - scores[usize::from(rival)];
                tally.judge(if beyond > 0.0 { truth } else { rival }, certainty(beyond), &truth);
            }
        }
    }
    tally
}

/// How likely the likelier of two is that were even before, by the difference of their scores.
fn certainty(difference: f64) -> f64 {
    1.0 / (1.0 + (-difference.abs()).exp())
}

/// The logarithm of the likelihood of each value of an attribute, by all that was heard.
fn weigh(heard: &[Heard], child: &Child, dimension: Dimension, scale: f64) -> Vec<f64> {
    let told: Vec<_> = heard.iter().filter(|heard| heard.has(dimension)).collect();
    let score = |value: u8| {
        let guess = child.with(dimension, value);
        told.iter().map(|heard| heard.evidence(child, &guess, scale)).sum()
    };
    dimension.values().map(score).collect()
}

/// Knows all of everybody, and of one child all but whether it is placed.
fn whether_placed(engine: Engine, children: usize) -> Tally {
    let heard = everything(engine, 1, children);
    let mut tally = Tally::default();
    for child in county::on(0, children)[..children].iter().filter(|child| child.is_placed()) {
        let told = heard.iter().filter(|heard| !heard.question.is_about_pupils());
        let score: f64 = told.map(|heard| heard.evidence(child, child, engine.scale())).sum();
        tally.judge(score > 0.0, certainty(score), &true);
    }
    tally
}

/// All that two accounts are told who ask for every table every day. What was heard before is no news.
fn everything(engine: Engine, days: usize, children: usize) -> Vec<Heard> {
    let mut desk = Desk::new(engine);
    let mut heard: Vec<Heard> = Vec::new();
    for day in 0..days {
        let county = county::on(day, children);
        for census in [&PUPILS, &PLACEMENTS] {
            for (table, account) in census.tables.iter().flat_map(|table| ACCOUNTS.map(|account| (table, account))) {
                let question = Question::table(census, table);
                let Some(answer) = desk.ask(account, &question, &county) else { continue };
                if !heard.iter().any(|old| old.question == question && old.answer == answer) {
                    heard.push(Heard::new(&question, answer, &county));
                }
            }
        }
    }
    heard
}

/// Somebody who hunts one attribute of one child with questions that single it out.
struct Hunt<'a> {
    desk: &'a mut Desk,
    account: &'a str,
    child: &'a Child,
    dimension: Dimension,
    county: &'a [Child],
}

impl Hunt<'_> {
    fn ask(&mut self, question: &Question) -> Option<BTreeMap<Vec<u8>, i64>> {
        self.desk.ask(self.account, question, self.county)
    }

    /// By every other attribute at once.
    fn by_all_others(&mut self) -> Option<u8> {
        let question = Question::all(self.dimension.census());
        let cells = self.ask(&question)?;
        self.sole(&question, &cells)
    }

    /// The tracker: everybody, less those who are not of the child's kind.
    fn by_complement(&mut self) -> Option<u8> {
        let everybody = Question::table(self.dimension.census(), self.dimension.alone());
        let others = Question { unlike: Some((self.child.clone(), self.dimension)), ..everybody.clone() };
        let cells = desk::less(&self.ask(&everybody)?, &self.ask(&others)?);
        self.sole(&everybody, &cells)
    }

    /// Everybody up to a day, less everybody up to the day before.
    fn by_date(&mut self) -> Option<u8> {
        let table = Question::table(self.dimension.census(), self.dimension.alone());
        let until = |day| Question { until: Some(day), ..table.clone() };
        let (all, before) = (until(self.child.day), until(self.child.day - 1));
        let cells = desk::less(&self.ask(&all)?, &self.ask(&before)?);
        self.sole(&table, &cells)
    }

    /// The value of the one cell that is not empty, of those that agree with what is known of the child.
    fn sole(&self, question: &Question, cells: &BTreeMap<Vec<u8>, i64>) -> Option<u8> {
        let mut filled = self.dimension.values().filter(|value| {
            let place = question.place(&self.child.with(self.dimension, *value));
            place.and_then(|place| cells.get(&place)).is_some_and(|count| *count != 0)
        });
        filled.next().filter(|_| filled.next().is_none())
    }
}

/// Singles out every child, by each way there is.
fn single_out(engine: Engine, children: usize) -> Tally {
    let (mut tally, mut desk, county) = (Tally::default(), Desk::new(engine), county::on(0, children));
    for (at, child) in county[..children].iter().enumerate() {
        for dimension in ATTRIBUTES {
            let Some(truth) = child.value(dimension) else { continue };
            let account = ACCOUNTS[at % ACCOUNTS.len()];
            let mut hunt = Hunt { desk: &mut desk, account, child, dimension, county: &county };
            let thought = hunt.by_all_others().or_else(|| hunt.by_complement()).or_else(|| hunt.by_date());
            tally.judge(thought, if thought.is_some() { 1.0 } else { 0.0 }, &Some(truth));
        }
    }
    tally
}

fn shown(name: &str, engine: Engine, tally: Tally) -> Tally {
    report(&format!(
        "{name:<34} {:<28} {:>5} of {:>5} recovered, {:>3} claimed wrongly, surest {:.2}",
        engine.name(),
        tally.recovered,
        tally.targets,
        tally.wrong,
        tally.surest,
    ));
    tally
}

#[expect(clippy::print_stdout, reason = "what an attack came to is for a person to read")]
fn report(line: &str) {
    println!("{line}");
}

#[test]
fn who_knows_all_but_one_attribute_learns_nothing_that_is_sure() {
    const CHILDREN: usize = 600;
    let off = shown("all but one attribute", Engine::Off, all_but_one(Engine::Off, 1, CHILDREN));
    let on = shown("all but one attribute", Engine::On, all_but_one(Engine::On, 1, CHILDREN));
    assert!(off.recovered * 10 > off.targets * 9, "{off:?}");
    assert_eq!((on.recovered, on.wrong), (0, 0));
    // The promise itself, for every one of them: from even odds of two values, no further than this.
    let odds = (2.0 * TABLES_PER_ATTRIBUTE as f64 / f64::from(SCALE)).exp();
    assert!(on.surest <= odds / (1.0 + odds) + 1e-9, "{on:?}");
}

#[test]
fn who_knows_all_but_whether_a_child_is_placed_does_not_learn_it() {
    let off = shown("whether a child is placed", Engine::Off, whether_placed(Engine::Off, 600));
    let on = shown("whether a child is placed", Engine::On, whether_placed(Engine::On, 600));
    assert_eq!(off.recovered, off.targets);
    assert_eq!((on.recovered, on.wrong), (0, 0));
}

#[test]
fn who_asks_every_day_with_a_friend_learns_no_more_in_a_term() {
    const CHILDREN: usize = 40;
    const DAYS: usize = 65;
    let anew = shown("two accounts, every day of a term", Engine::Anew, all_but_one(Engine::Anew, DAYS, CHILDREN));
    let on = shown("two accounts, every day of a term", Engine::On, all_but_one(Engine::On, DAYS, CHILDREN));
    assert!(anew.recovered * 4 > anew.targets, "{anew:?}");
    assert_eq!((on.recovered, on.wrong), (0, 0));
}

#[test]
fn trackers_complements_and_shifted_dates_are_not_answered() {
    const CHILDREN: usize = 200;
    let off = shown("trackers, complements, dates", Engine::Off, single_out(Engine::Off, CHILDREN));
    let on = shown("trackers, complements, dates", Engine::On, single_out(Engine::On, CHILDREN));
    assert!(off.recovered * 2 > off.targets, "{off:?}");
    assert_eq!((on.recovered, on.wrong), (0, 0));
}

#[test]
fn a_linear_solver_finds_neither_small_cells_nor_children() {
    const CHILDREN: usize = 600;
    for (name, attack) in [
        ("least squares over cells below 10", solver::small_cells as fn(Engine, usize) -> Tally),
        ("least squares over 80 children", solver::many_children),
    ] {
        let off = shown(name, Engine::Off, attack(Engine::Off, CHILDREN));
        let on = shown(name, Engine::On, attack(Engine::On, CHILDREN));
        assert!(off.recovered * 2 > off.targets && off.targets > 20, "{off:?}");
        assert_eq!((on.recovered, on.wrong), (0, 0));
    }
}
