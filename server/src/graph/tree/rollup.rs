//! Rollups: how many rows of a noun there are by some of their columns, kept by the database as rows are written (ADR 31).
//!
//! A rollup's table has the columns under the names that they have in the noun's own, and `n`: so many rows came, or fewer
//! than none went. So whatever groups and filters the noun's rows groups and filters a rollup as well, as long as it looks
//! at these columns alone.

use async_graphql::Value;
use domain::access::Role;

use super::column::Source;
use super::noun::{Column, Edge, Noun};
use crate::access::scope::Scope;

/// A noun's rollups, and who may be answered from them.
#[derive(Debug)]
pub struct Rollups {
    /// Who holds such roles and no other sees every row of their authorities, and each as it is.
    pub whole: fn(Role) -> bool,
    /// The rollups, the smallest first.
    pub tables: &'static [Rollup],
}

/// A table of counts.
#[derive(Debug)]
pub struct Rollup {
    /// Its name.
    pub table: &'static str,
    /// What it counts by, beside the authority.
    pub columns: &'static [&'static str],
    /// Which of these is a date, kept as the first day of its month.
    pub month: Option<&'static str>,
}

impl Rollups {
    /// Whether what this viewer sees is what is counted: all of an authority, or nothing.
    pub fn are_for(&self, scope: &Scope) -> bool {
        scope.grants().iter().all(|grant| (self.whole)(grant.role))
    }
}

impl Rollup {
    /// Whether rows can be told apart by this column: by its value, or by the period that it falls in.
    pub fn keeps(&self, column: &Column) -> bool {
        let Source::Stored(stored) = &column.source else { return false };
        column.guard.is_none() && self.has(stored.inner().as_ref())
    }

    /// Whether it is known which row is behind this edge.
    pub fn leads(&self, edge: &Edge) -> bool {
        let ones = edge.ones();
        edge.guard.is_none() && !ones.is_empty() && ones.iter().all(|(column, _)| self.has(column.inner().as_ref()))
    }

    /// Whether a filter looks at nothing else.
    pub fn decides(&self, noun: &Noun, filter: &Value) -> bool {
        let each = |given: &Value| match given {
            Value::List(list) => list.iter().all(|filter| self.decides(noun, filter)),
            filter => self.decides(noun, filter),
        };
        let Value::Object(fields) = filter else { return true };
        fields.iter().filter(|(_, given)| !matches!(given, Value::Null)).all(|(name, given)| match name.as_str() {
            "and" | "or" | "not" => each(given),
            name => match (noun.column_named(name), noun.edge_named(name)) {
                (Some(column), _) => self.keeps(column) && !self.is_month(column),
                (_, Some(edge)) => self.leads(edge),
                _ => false,
            },
        })
    }

    /// Whether of this date only the month is known.
    pub fn is_month(&self, column: &Column) -> bool {
        matches!(&column.source, Source::Stored(stored) if self.month == Some(stored.inner().as_ref()))
    }

    fn has(&self, column: &str) -> bool {
        self.columns.contains(&column)
    }
}
