//! What an aggregate asks: its filter, its groups, its figures, and what is written of each.

use async_graphql::Value;
use async_graphql::parser::types::Field;

use super::SUFFIX;
use super::dimension::{self, Dimension, Place};
use crate::access::scope::Scope;
use crate::graph::selections::json_key;
use crate::graph::tree::noun::{Column, Edge, EdgeKind, Noun};
use crate::graph::tree::plan::Planner;
use crate::graph::tree::{Rollup, TreeError, filter};

/// Dimensions by which one aggregate groups at most.
pub const MAX_DIMENSIONS: usize = 4;

/// An aggregate, as it is asked.
#[derive(Debug)]
pub struct Aggregate {
    pub noun: &'static Noun,
    pub filter: Option<Value>,
    pub dimensions: Vec<Dimension>,
    /// Edges of which the different rows are counted.
    pub distinct: Vec<&'static Edge>,
    /// Columns of which figures are wanted, and whether the median is among them.
    pub quantities: Vec<(&'static Column, bool)>,
    pub fields: Vec<(String, AnswerField)>,
}

/// A field of the answer.
#[derive(Debug)]
pub enum AnswerField {
    TypeName,
    Exact,
    AsAt,
    Rows(Vec<(String, Figure)>),
}

/// A field of a group.
#[derive(Debug)]
pub enum Figure {
    TypeName,
    Key(Vec<(String, KeyPart)>),
    Count,
    Shown,
    /// Numbers of different rows; without an index the name of the type.
    Distinct(Vec<(String, Option<usize>)>),
    /// Figures of columns; without an index the name of the type.
    Of(Measure, Vec<(String, Option<usize>)>),
}

/// A field of a group's value in a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPart {
    TypeName,
    Dimension,
    Value,
    Label,
}

/// A figure of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Sum,
    Mean,
    Median,
}

impl<'a> Planner<'a> {
    /// Plans an aggregate at the root.
    pub fn aggregate(&self, noun: &'static Noun, fields: &[&'a Field], path: &str) -> Result<Aggregate, TreeError> {
        let arguments = self.selections.arguments(fields[0]);
        let mut asked = Aggregate {
            noun,
            filter: arguments.get("where").filter(|value| !matches!(value, Value::Null)).cloned(),
            dimensions: self.dimensions(noun, arguments.get("groupBy"), path)?,
            distinct: Vec::new(),
            quantities: Vec::new(),
            fields: Vec::new(),
        };
        let type_name = format!("{}{SUFFIX}", noun.name);
        for (key, fields) in self.selections.children_of(fields, &|condition| condition == type_name) {
            let part = match fields[0].name.node.as_str() {
                "__typename" => AnswerField::TypeName,
                "exact" => AnswerField::Exact,
                "asAt" => AnswerField::AsAt,
                "rows" => AnswerField::Rows(self.figures(&mut asked, &fields)?),
                name => return Err(TreeError::unknown_field(&type_name, name)),
            };
            asked.fields.push((json_key(key), part));
        }
        Ok(asked)
    }

    /// Whether somebody who sees the rows may ask this: the filter, and what lies behind the edges.
    pub fn check_aggregate(&self, asked: &Aggregate, path: &str) -> Result<(), TreeError> {
        if let Some(given) = &asked.filter {
            filter::check(self.catalog, self.scope, asked.noun, given, path)?;
        }
        let grouped = asked.dimensions.iter().filter_map(|dimension| dimension.at.edge());
        for (_, target) in grouped.chain(asked.distinct.iter().copied()).flat_map(Edge::ones) {
            self.reach(self.catalog.noun(target), path)?;
        }
        Ok(())
    }

    fn dimensions(&self, noun: &'static Noun, given: Option<&Value>, path: &str) -> Result<Vec<Dimension>, TreeError> {
        let names: &[Value] = match given {
            None | Some(Value::Null) => &[],
            Some(Value::List(names)) => names,
            Some(name) => std::slice::from_ref(name),
        };
        if names.len() > MAX_DIMENSIONS {
            return Err(TreeError::input(path, &format!("group by {MAX_DIMENSIONS} dimensions at most")));
        }
        let mut found: Vec<Dimension> = Vec::with_capacity(names.len());
        for name in names {
            let text = match name {
                Value::Enum(name) => name.as_str(),
                Value::String(name) => name.as_str(),
                _ => "",
            };
            let dimension = dimension::named(self.catalog, noun, text)
                .ok_or_else(|| TreeError::input(path, "this cannot be grouped by"))?;
            if found.iter().any(|other| other.name == dimension.name) {
                return Err(TreeError::input(path, &format!("`{text}` stands in groupBy twice")));
            }
            found.push(dimension);
        }
        Ok(found)
    }

    fn figures(&self, asked: &mut Aggregate, fields: &[&'a Field]) -> Result<Vec<(String, Figure)>, TreeError> {
        let type_name = format!("{}Group", asked.noun.name);
        let mut out = Vec::new();
        for (key, fields) in self.selections.children_of(fields, &|condition| condition == type_name) {
            let figure = match fields[0].name.node.as_str() {
                "__typename" => Figure::TypeName,
                "key" => Figure::Key(self.key(&fields)?),
                "count" => Figure::Count,
                "shown" => Figure::Shown,
                "distinct" => Figure::Distinct(self.distinct(asked, &fields)?),
                "sum" => Figure::Of(Measure::Sum, self.measure(asked, Measure::Sum, &fields)?),
                "mean" => Figure::Of(Measure::Mean, self.measure(asked, Measure::Mean, &fields)?),
                "median" => Figure::Of(Measure::Median, self.measure(asked, Measure::Median, &fields)?),
                name => return Err(TreeError::unknown_field(&type_name, name)),
            };
            out.push((json_key(key), figure));
        }
        Ok(out)
    }

    fn key(&self, fields: &[&'a Field]) -> Result<Vec<(String, KeyPart)>, TreeError> {
        let mut out = Vec::new();
        for (key, fields) in self.selections.children_of(fields, &|condition| condition == "GroupKey") {
            let part = match fields[0].name.node.as_str() {
                "__typename" => KeyPart::TypeName,
                "dimension" => KeyPart::Dimension,
                "value" => KeyPart::Value,
                "label" => KeyPart::Label,
                name => return Err(TreeError::unknown_field("GroupKey", name)),
            };
            out.push((json_key(key), part));
        }
        Ok(out)
    }

    fn distinct(&self, asked: &mut Aggregate, fields: &[&'a Field]) -> Result<Vec<(String, Option<usize>)>, TreeError> {
        let type_name = format!("{}Distinct", asked.noun.name);
        let mut out = Vec::new();
        for (key, fields) in self.selections.children_of(fields, &|condition| condition == type_name) {
            let name = fields[0].name.node.as_str();
            let index = match asked.noun.edge_named(name) {
                _ if name == "__typename" => None,
                Some(edge) if matches!(edge.kind, EdgeKind::One { .. }) => Some(asked.count_behind(edge)),
                _ => return Err(TreeError::unknown_field(&type_name, name)),
            };
            out.push((json_key(key), index));
        }
        Ok(out)
    }

    fn measure(
        &self,
        asked: &mut Aggregate,
        measure: Measure,
        fields: &[&'a Field],
    ) -> Result<Vec<(String, Option<usize>)>, TreeError> {
        let type_name = measure.type_name(asked.noun);
        let mut out = Vec::new();
        for (key, fields) in self.selections.children_of(fields, &|condition| condition == type_name) {
            let name = fields[0].name.node.as_str();
            let index = match asked.noun.column_named(name) {
                _ if name == "__typename" => None,
                Some(column) if column.is_quantity() => Some(asked.measure_column(column, measure)),
                _ => return Err(TreeError::unknown_field(&type_name, name)),
            };
            out.push((json_key(key), index));
        }
        Ok(out)
    }
}

impl Measure {
    /// The type of the figures of a noun's columns. Means and medians share one.
    pub fn type_name(self, noun: &Noun) -> String {
        format!("{}{}", noun.name, if self == Self::Sum { "Sum" } else { "Average" })
    }
}

impl Aggregate {
    /// The rollup that answers it, for who sees all rows of their authorities.
    pub fn kept(&self, scope: &Scope) -> Option<&'static Rollup> {
        let rollups = self.noun.rollups.as_ref().filter(|rollups| rollups.are_for(scope))?;
        let counts_alone = self.distinct.is_empty() && self.quantities.is_empty();
        rollups.tables.iter().find(|rollup| {
            counts_alone
                && self.filter.as_ref().is_none_or(|filter| rollup.decides(self.noun, filter))
                && self.dimensions.iter().all(|dimension| match dimension.at {
                    Place::Own(column) => rollup.keeps(column) && !rollup.is_month(column),
                    Place::Period(column, _) => rollup.keeps(column),
                    Place::Behind(edge, _) | Place::Row(edge) => rollup.leads(edge),
                })
        })
    }

    fn count_behind(&mut self, edge: &'static Edge) -> usize {
        self.distinct.iter().position(|held| std::ptr::eq(*held, edge)).unwrap_or_else(|| {
            self.distinct.push(edge);
            self.distinct.len() - 1
        })
    }

    fn measure_column(&mut self, column: &'static Column, measure: Measure) -> usize {
        let found = self.quantities.iter().position(|(held, _)| std::ptr::eq(*held, column)).unwrap_or_else(|| {
            self.quantities.push((column, false));
            self.quantities.len() - 1
        });
        self.quantities[found].1 |= measure == Measure::Median;
        found
    }
}
