//! Aggregates for somebody who may count rows and not see them: through the engine alone (F52, N7; ADR 28).
//!
//! Questions are cut from the tables that the census lists. A table is disturbed as a whole, kept, and told to everybody
//! of the authority until the term ends; what is grouped and filtered by only chooses among its cells.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Value;
use domain::access::Role;
use domain::calendar::Period;
use domain::disclosure::{self, Cell, Census, Key};
use entity::ids::AuthorityId;
use sea_orm::sea_query::DynIden;

use super::dimension::{self, Dimension};
use super::plan::{Aggregate, AnswerField, Figure};
use super::{Group, Part, Told};
use crate::graph::tree::noun::{Edge, EdgeKind, Noun};
use crate::graph::tree::types::order_name;
use crate::graph::tree::{Reading, TreeError, catalog, reader};
use crate::ledger::disclosed::{self, Standing};

/// What is asked of a census.
struct Question {
    noun: &'static Noun,
    census: &'static Census,
    child: &'static DynIden,
    /// The dimensions of the table, and the values that each may have.
    table: Vec<(Dimension, Vec<Part>)>,
    /// Values that are wanted, by dimension.
    wanted: BTreeMap<String, Vec<Option<String>>>,
    term: i64,
}

/// Answers an aggregate to somebody who may only count.
pub async fn tell(reading: &Reading, asked: &Aggregate, path: &str) -> Result<Told, TreeError> {
    let question = Question::read(asked, Period::Term.of(reading.scope.today), path)?;
    let mut cells: BTreeMap<Key, i64> = BTreeMap::new();
    let mut as_at = reading.now;
    for authority in reading.scope.authorities(&[Role::Analyst]) {
        let standing = question.standing(reading, authority).await?;
        as_at = as_at.min(standing.at);
        for cell in standing.cells {
            *cells.entry(cell.key).or_default() += cell.count;
        }
    }
    Ok(Told { groups: question.groups(asked, &cells), exact: false, as_at })
}

impl Question {
    fn read(asked: &Aggregate, term: i64, path: &str) -> Result<Self, TreeError> {
        let noun = asked.noun;
        let Some((census, child)) = &noun.census else { return Err(TreeError::count_only(noun, path)) };
        refuse_figures(asked, child, path)?;
        let wanted = wanted(noun, asked.filter.as_ref(), path)?;
        let grouped = asked.dimensions.iter().map(|dimension| dimension.name.as_str());
        let names: BTreeSet<&str> = grouped.clone().chain(wanted.keys().map(String::as_str)).collect();
        let Some(table) = census.table(&names) else {
            return Err(refused(path, &format!("these are not told together. There are: {}", census.menu())));
        };
        let several =
            wanted.iter().find(|(name, values)| values.len() != 1 && !grouped.clone().any(|one| one == **name));
        if let Some((name, _)) = several {
            return Err(refused(path, &format!("`{name}` in several values is told one by one: group by it as well")));
        }
        let table = table.iter().filter_map(|name| {
            let dimension = dimension::named(catalog(), noun, name)?;
            let values = dimension.at.values(term)?;
            Some((dimension, values))
        });
        Ok(Self { noun, census, child, table: table.collect(), wanted, term })
    }

    /// The table as it stands for an authority this term, counted now if nobody asked before.
    async fn standing(&self, reading: &Reading, authority_id: AuthorityId) -> Result<Standing, TreeError> {
        let names: Vec<_> = self.table.iter().map(|(dimension, _)| dimension.name.as_str()).collect();
        let question = format!("{} by {}", self.census.name, names.join(", "));
        let told = disclosed::Told { authority_id, term: self.term, question: &question };
        if let Some(standing) = disclosed::find(&reading.db, told).await? {
            return Ok(standing);
        }
        let mut cells = self.count(reading, authority_id).await?;
        disclosure::disturb(&reading.secret, &format!("{authority_id} {question}"), &mut cells);
        Ok(disclosed::keep(&reading.db, told, Standing { cells, at: reading.now }).await?)
    }

    /// Every cell of the table as it truly is, the empty ones too.
    async fn count(&self, reading: &Reading, authority_id: AuthorityId) -> Result<Vec<Cell>, TreeError> {
        let dimensions: Vec<&Dimension> = self.table.iter().map(|(dimension, _)| dimension).collect();
        let found = reader(reading, &reading.db).cells(self.noun, &dimensions, self.child, authority_id).await?;
        let found: BTreeMap<Key, i64> = found
            .into_iter()
            .map(|(parts, count)| (parts.into_iter().map(|part| part.value).collect(), count))
            .collect();
        let cell = |parts: Vec<&Part>| {
            let key: Key = parts.iter().map(|part| part.value.clone()).collect();
            let count = found.get(&key).copied().unwrap_or(0);
            Cell { key, count }
        };
        Ok(self.places().into_iter().map(cell).collect())
    }

    /// The place of each cell, in the order of the dimensions' values.
    fn places(&self) -> Vec<Vec<&Part>> {
        self.table.iter().fold(vec![Vec::new()], |places, (_, values)| {
            let grown = |place: Vec<_>| values.iter().map(move |value| [&place[..], &[value]].concat());
            places.into_iter().flat_map(grown).collect()
        })
    }

    /// The cells that are wanted, as groups in the order of `groupBy`.
    fn groups(&self, asked: &Aggregate, cells: &BTreeMap<Key, i64>) -> Vec<Group> {
        let at = |name: &str| self.table.iter().position(|(dimension, _)| dimension.name == name);
        let order: Vec<usize> = asked.dimensions.iter().filter_map(|dimension| at(&dimension.name)).collect();
        let is_wanted = |place: &[&Part]| {
            self.table.iter().zip(place).all(|((dimension, _), part)| {
                self.wanted.get(&dimension.name).is_none_or(|values| values.contains(&part.value))
            })
        };
        let mut groups: Vec<Group> = self
            .places()
            .into_iter()
            .filter(|place| is_wanted(place))
            .map(|place| {
                let key: Key = place.iter().map(|part| part.value.clone()).collect();
                let figure = disclosure::figure(cells.get(&key).copied().unwrap_or(0));
                Group {
                    key: order.iter().map(|at| place[*at].clone()).collect(),
                    count: figure,
                    distinct: vec![figure; asked.distinct.len()],
                    quantities: Vec::new(),
                }
            })
            .collect();
        groups.sort_by(|one, two| one.order().cmp(two.order()));
        groups
    }
}

/// Only how many children there are is told.
fn refuse_figures(asked: &Aggregate, child: &DynIden, path: &str) -> Result<(), TreeError> {
    if let Some((column, _)) = asked.quantities.first() {
        return Err(refused(path, &format!("`{}` is not added up or averaged for who may only count", column.name)));
    }
    let is_child = |edge: &Edge| matches!(&edge.kind, EdgeKind::One { column, .. } if column == child);
    if let Some(edge) = asked.distinct.iter().find(|edge| !is_child(edge)) {
        return Err(refused(
            path,
            &format!("different rows of `{}` are not counted for who may only count", edge.name),
        ));
    }
    let mut figures = asked.fields.iter().flat_map(|(_, field)| match field {
        AnswerField::Rows(figures) => figures.as_slice(),
        _ => &[],
    });
    let counts_rows = figures.any(|(_, figure)| matches!(figure, Figure::Count));
    match asked.noun.edges.iter().find(|edge| is_child(edge)) {
        Some(edge) if counts_rows => Err(refused(
            path,
            &format!("`count`: one pupil may have several rows; ask for `distinct {{ {} }}`", edge.name),
        )),
        _ => Ok(()),
    }
}

/// The values that a filter wants of each dimension.
fn wanted(
    noun: &'static Noun,
    filter: Option<&Value>,
    path: &str,
) -> Result<BTreeMap<String, Vec<Option<String>>>, TreeError> {
    let mut found = BTreeMap::new();
    let Some(Value::Object(fields)) = filter else { return Ok(found) };
    for (name, given) in fields.iter().filter(|(_, given)| !matches!(given, Value::Null)) {
        let own = order_name(name);
        match (noun.edge_named(name), given) {
            (Some(_), Value::Object(fields)) => {
                for (inner, given) in fields {
                    found.insert(format!("{own}_{}", order_name(inner)), values(given, path)?);
                }
            }
            (None, given) if noun.column_named(name).is_some() => {
                found.insert(own, values(given, path)?);
            }
            _ => return Err(refused(path, &format!("`{name}` is no filter for who may only count"))),
        }
    }
    Ok(found)
}

/// The values that a comparison lets through.
fn values(comparison: &Value, path: &str) -> Result<Vec<Option<String>>, TreeError> {
    let only = || refused(path, "who may only count filters by one of `eq`, `in` and `isNull: true`");
    let Value::Object(operators) = comparison else { return Err(only()) };
    let mut given = operators.iter().filter(|(_, value)| !matches!(value, Value::Null));
    let (Some((operator, value)), None) = (given.next(), given.next()) else { return Err(only()) };
    let text = |value: &Value| match value {
        Value::String(text) => Ok(Some(text.to_ascii_uppercase())),
        Value::Enum(name) => Ok(Some(name.as_str().to_owned())),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Boolean(yes) => Ok(Some(yes.to_string())),
        _ => Err(only()),
    };
    match (operator.as_str(), value) {
        ("in", Value::List(list)) => list.iter().map(text).collect(),
        ("eq" | "in", value) => Ok(vec![text(value)?]),
        ("isNull", Value::Boolean(true)) => Ok(vec![None]),
        _ => Err(only()),
    }
}

fn refused(path: &str, message: &str) -> TreeError {
    TreeError::Asked { message: format!("{path}: {message}"), code: "COUNT_ONLY" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_a_census_is_of_dimensions_whose_values_are_known() {
        let term = Period::Term.of_month(2026 * 12);
        let mut tables = 0;
        for noun in catalog().nouns() {
            let Some((census, _)) = &noun.census else { continue };
            for name in census.tables.iter().copied().flatten() {
                let dimension = dimension::named(catalog(), noun, name);
                let values = dimension.as_ref().and_then(|dimension| dimension.at.values(term));
                assert!(values.is_some_and(|values| values.len() > 1), "{}: {name}", census.name);
            }
            tables += census.tables.len();
        }
        assert!(tables > 10);
    }

    #[test]
    fn dimensions_have_names_of_their_own() {
        for noun in catalog().nouns() {
            let names: Vec<_> =
                dimension::dimensions(catalog(), noun).into_iter().map(|dimension| dimension.name).collect();
            let different: BTreeSet<_> = names.iter().collect();
            assert_eq!(different.len(), names.len(), "{}: {names:?}", noun.name);
        }
    }
}
