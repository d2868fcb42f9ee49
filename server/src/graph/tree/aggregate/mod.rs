//! Aggregates: rows counted, added up and averaged by groups, beside every list at the root.
//!
//! Like a connection, an aggregate is made from what its noun declares: [`dimension`] says what rows can be grouped by,
//! [`types`] makes the schema of it, [`plan`] reads what is asked, [`statement`] asks the database with one statement
//! within the same scope and filter as the list, [`answer`] writes the rows. So whoever may see the rows gets exact
//! figures. Who may only count them is answered by [`counted`], through the engine in `domain::disclosure`, or not at all.
//! As data, the groups are the rows of a [`table`].

mod answer;
mod counted;
mod dimension;
mod plan;
mod statement;
mod table;
mod types;

use async_graphql::{Context, Value};
use chrono::{DateTime, Utc};
use domain::disclosure::FEW;

use self::plan::{Aggregate, Measure};
use super::extract::Sink;
use super::noun::{Column, Kind};
use super::plan::Planner;
use super::value::Cell;
use super::{Noun, Reading, TreeError, planner, raw, reader};
use crate::extract::Extract;

pub use types::{register, root_field};

/// What the fields for aggregates add to the name of the list that they stand beside.
pub const SUFFIX: &str = "Aggregate";

/// The answer to an aggregate: its groups, and how they came about.
#[derive(Debug)]
struct Told {
    groups: Vec<Group>,
    /// Whether figures are exact; else they were disturbed.
    exact: bool,
    /// When the rows were counted.
    as_at: DateTime<Utc>,
}

/// The figures of one group.
#[derive(Debug)]
struct Group {
    key: Vec<Part>,
    /// How many rows; of disturbed ones none where it is too small to be shown.
    count: Option<i64>,
    distinct: Vec<Option<i64>>,
    quantities: Vec<Quantity>,
}

/// The figures of one column in a group.
#[derive(Debug, Clone, Copy)]
struct Quantity {
    sum: Option<i64>,
    /// Rows that have a value.
    rows: i64,
    median: Option<f64>,
}

/// A group's value in one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Where it stands among others; what is missing stands last.
    order: (bool, i64, String),
    value: Option<String>,
    label: Option<String>,
}

/// Answers an aggregate at the root.
pub async fn read(ctx: &Context<'_>, reading: &Reading, noun: &'static Noun) -> Result<Value, TreeError> {
    let planner = planner(ctx.query_env, &reading.scope);
    let key = ctx.item.node.response_key().node.as_str();
    let asked = planner.aggregate(noun, &planner.selections.root_fields(key, "Query"), key)?;
    let told = tell(&planner, reading, &asked, key).await?;
    Ok(raw(answer::write(&asked, &told)))
}

/// Gives the groups of an aggregate at the root to an extract; the answer itself is empty.
pub async fn extract(
    ctx: &Context<'_>,
    reading: &Reading,
    noun: &'static Noun,
    extract: &Extract,
) -> Result<Value, TreeError> {
    let planner = planner(ctx.query_env, &reading.scope);
    let key = ctx.item.node.response_key().node.as_str();
    let asked = planner.aggregate(noun, &planner.only_field(key)?, key)?;
    let told = tell(&planner, reading, &asked, key).await?;
    let columns = table::columns(&asked, &told)?;
    let mut rows = extract.begin(noun, columns.iter().map(|(heading, _)| heading.clone()).collect())?;
    if extract.form.has_rows() {
        for group in &told.groups {
            rows.row(&table::cells(&columns, &asked, &told, group))?;
        }
    }
    extract.end(rows)?;
    Ok(Value::Null)
}

async fn tell(planner: &Planner<'_>, reading: &Reading, asked: &Aggregate, key: &str) -> Result<Told, TreeError> {
    if planner.counts_only(asked.noun) {
        return counted::tell(reading, asked, key).await;
    }
    planner.check_aggregate(asked, key)?;
    let mut groups = reader(reading, &reading.db).groups(asked, key).await?;
    groups.sort_by(|one, two| one.order().cmp(two.order()));
    Ok(Told { groups, exact: true, as_at: reading.now })
}

impl Group {
    fn order(&self) -> impl Iterator<Item = &(bool, i64, String)> {
        self.key.iter().map(|part| &part.order)
    }

    /// The number of rows, or of the children that they are about; of disturbed ones none where it is too small.
    fn figure(&self) -> Option<i64> {
        self.count.or_else(|| self.distinct.iter().copied().flatten().next())
    }

    /// The figure as it may be printed.
    fn shown(&self) -> String {
        self.figure().map_or_else(|| FEW.to_owned(), |figure| figure.to_string())
    }
}

impl Quantity {
    /// The figure; of amounts to the penny.
    fn cell(self, measure: Measure, column: &Column) -> Cell {
        let is_money = column.kind == Kind::Money;
        let average = match measure {
            Measure::Sum => {
                let whole = if is_money { Cell::Money } else { Cell::Whole };
                return self.sum.map_or(Cell::Missing, whole);
            }
            Measure::Mean => self.sum.map(|sum| sum as f64 / self.rows as f64),
            Measure::Median => self.median,
        };
        match average {
            None => Cell::Missing,
            Some(pence) if is_money => Cell::Money(pence.round() as i64),
            Some(value) => Cell::Number(value),
        }
    }
}
