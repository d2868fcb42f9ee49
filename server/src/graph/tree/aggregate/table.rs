//! The groups of an aggregate as rows of data: a line for each group, a column for each of its values and figures.

use super::plan::{Aggregate, AnswerField, Figure, KeyPart, Measure};
use super::{Group, Told};
use crate::graph::tree::TreeError;
use crate::graph::tree::extract::{self, Heading, Holds};
use crate::graph::tree::noun::{Column, Kind};
use crate::graph::tree::value::Cell;

/// A column of the table, and where its cells come from.
pub type Filled = (Heading, Take);

/// Where a cell comes from.
#[derive(Debug, Clone, Copy)]
pub enum Take {
    Exact,
    AsAt,
    Value(usize),
    Label(usize),
    Count,
    Shown,
    Distinct(usize),
    Of(Measure, usize),
    TooFew,
}

/// The columns, in the order in which they are asked for. Where figures were disturbed, the last says which are withheld.
pub fn columns(asked: &Aggregate, told: &Told) -> Result<Vec<Filled>, TreeError> {
    let mut columns = Vec::new();
    let mut lists = 0;
    for (key, field) in &asked.fields {
        match field {
            AnswerField::TypeName => {}
            AnswerField::Exact => {
                columns.push(column(
                    asked,
                    name(key),
                    "exact",
                    "Whether the figures are exact.",
                    Kind::Boolean,
                    Take::Exact,
                ));
            }
            AnswerField::AsAt => {
                columns.push(column(
                    asked,
                    name(key),
                    "asAt",
                    "When the rows were counted.",
                    Kind::Instant,
                    Take::AsAt,
                ));
            }
            AnswerField::Rows(figures) => {
                lists += 1;
                columns.extend(figures.iter().flat_map(|(key, figure)| of_figure(asked, name(key), figure)));
            }
        }
    }
    if lists != 1 {
        return Err(TreeError::input("rows", "ask for `rows` once, with the figures that become columns"));
    }
    if !told.exact {
        let doc = "Whether the figure is withheld: it is fewer than 10, or none.";
        columns.push(column(asked, "withheld".to_owned(), "withheld", doc, Kind::Boolean, Take::TooFew));
    }
    let headings: Vec<_> = columns.iter().map(|(heading, _)| heading).collect();
    extract::check(&headings)?;
    Ok(columns)
}

/// The cells of a group.
pub fn cells(columns: &[Filled], asked: &Aggregate, told: &Told, group: &Group) -> Vec<Cell> {
    let text = |text: &Option<String>| text.clone().map_or(Cell::Missing, Cell::Text);
    let number = |number: Option<i64>| number.map_or(Cell::Missing, Cell::Whole);
    let cell = |(_, take): &Filled| match take {
        Take::Exact => Cell::Boolean(told.exact),
        Take::AsAt => Cell::Instant(told.as_at),
        Take::Value(at) => text(&group.key[*at].value),
        Take::Label(at) => text(&group.key[*at].label),
        Take::Count => number(group.count),
        Take::Shown => Cell::Text(group.shown()),
        Take::Distinct(at) => number(group.distinct[*at]),
        Take::Of(measure, at) => group.quantities[*at].cell(*measure, asked.quantities[*at].0),
        Take::TooFew => Cell::Boolean(group.figure().is_none()),
    };
    columns.iter().map(cell).collect()
}

fn of_figure(asked: &Aggregate, key: String, figure: &Figure) -> Vec<Filled> {
    match figure {
        Figure::TypeName => Vec::new(),
        Figure::Key(parts) => of_key(asked, parts),
        Figure::Count => vec![column(asked, key, "count", "How many rows.", Kind::Int, Take::Count)],
        Figure::Shown => {
            vec![column(asked, key, "shown", "How many, as it may be printed.", Kind::Text, Take::Shown)]
        }
        Figure::Distinct(fields) => {
            let there = fields.iter().filter_map(|(field, at)| Some((field, (*at)?)));
            let made = there.map(|(field, at)| {
                let edge = asked.distinct[at];
                let doc = format!("How many different rows: {}", edge.doc);
                let path = format!("distinct.{}", edge.name);
                column(asked, format!("{key}_{}", name(field)), &path, &doc, Kind::Int, Take::Distinct(at))
            });
            made.collect()
        }
        Figure::Of(measure, fields) => {
            let there = fields.iter().filter_map(|(field, at)| Some((field, (*at)?)));
            there.map(|(field, at)| quantity(asked, format!("{key}_{}", name(field)), *measure, at)).collect()
        }
    }
}

/// A column for each dimension's values, and one for what people call them.
fn of_key(asked: &Aggregate, parts: &[(String, KeyPart)]) -> Vec<Filled> {
    let asks = |wanted: KeyPart| parts.iter().any(|(_, part)| *part == wanted);
    let mut columns = Vec::new();
    for (at, dimension) in asked.dimensions.iter().enumerate() {
        let (own, path) = (dimension.name.to_ascii_lowercase(), format!("key.{}", dimension.name));
        if asks(KeyPart::Value) {
            let coded = dimension.at.codes().unwrap_or(Kind::Text);
            columns.push(column(asked, own.clone(), &path, &dimension.doc, coded, Take::Value(at)));
        }
        if asks(KeyPart::Label) {
            let doc = format!("What people call it. {}", dimension.doc);
            columns.push(column(asked, format!("{own}_label"), &path, &doc, Kind::Text, Take::Label(at)));
        }
    }
    columns
}

fn quantity(asked: &Aggregate, name: String, measure: Measure, at: usize) -> Filled {
    let of: &Column = asked.quantities[at].0;
    let (word, holds) = match (measure, of.kind) {
        (Measure::Sum, Kind::Money) => ("Sum", Holds::Value(Kind::Money)),
        (Measure::Sum, _) => ("Sum", Holds::Value(Kind::BigInt)),
        (Measure::Mean, Kind::Money) => ("Mean", Holds::Value(Kind::Money)),
        (Measure::Mean, _) => ("Mean", Holds::Number),
        (Measure::Median, Kind::Money) => ("Median", Holds::Value(Kind::Money)),
        (Measure::Median, _) => ("Median", Holds::Number),
    };
    let field = format!("{}Group.{}.{}", asked.noun.name, word.to_ascii_lowercase(), of.name);
    (Heading { name, field, doc: format!("{word}: {}", of.doc), holds }, Take::Of(measure, at))
}

fn column(asked: &Aggregate, name: String, path: &str, doc: &str, kind: Kind, take: Take) -> Filled {
    let field = format!("{}Group.{path}", asked.noun.name);
    (Heading { name, field, doc: doc.to_owned(), holds: Holds::Value(kind) }, take)
}

/// A response key as the plan keeps it, ready to be written, as a name.
fn name(key: &str) -> String {
    key.trim_matches(['"', ':']).to_owned()
}
