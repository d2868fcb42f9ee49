//! What rows can be grouped by: codes, periods of dates, the rows behind an edge and their codes.

use domain::Code;
use domain::calendar::Period;

use super::Part;
use crate::graph::tree::catalog::Catalog;
use crate::graph::tree::noun::{Coded, Column, Edge, EdgeKind, Kind, Noun};
use crate::graph::tree::types::order_name;

/// Something that rows can be grouped by.
#[derive(Debug)]
pub struct Dimension {
    /// Its name: that of the field, after that of the edge if it lies behind one.
    pub name: String,
    /// What it is.
    pub doc: String,
    /// Where its value stands.
    pub at: Place,
}

/// Where a dimension's value stands.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// In a column of the row itself.
    Own(&'static Column),
    /// The period that a date of the row falls in.
    Period(&'static Column, Period),
    /// In a column of the row behind an edge.
    Behind(&'static Edge, &'static Column),
    /// It is the row behind an edge.
    Row(&'static Edge),
}

/// Everything that rows of a noun can be grouped by, in the order of its fields.
pub fn dimensions(catalog: &'static Catalog, noun: &'static Noun) -> Vec<Dimension> {
    let own = noun.columns.iter().flat_map(of_column);
    own.chain(noun.edges.iter().flat_map(|edge| of_edge(catalog, edge))).collect()
}

/// The dimension of this name.
pub fn named(catalog: &'static Catalog, noun: &'static Noun, name: &str) -> Option<Dimension> {
    dimensions(catalog, noun).into_iter().find(|dimension| dimension.name == name)
}

fn of_column(column: &'static Column) -> Vec<Dimension> {
    let name = order_name(column.name);
    match column.kind {
        _ if column.is_coded() => vec![Dimension { name, doc: column.doc.to_owned(), at: Place::Own(column) }],
        Kind::Date | Kind::Instant => Period::ALL
            .iter()
            .map(|period| Dimension {
                name: format!("{name}_{}", order_name(period.as_str())),
                doc: format!("{} {}", column.doc, period.doc()),
                at: Place::Period(column, *period),
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn of_edge(catalog: &'static Catalog, edge: &'static Edge) -> Vec<Dimension> {
    let name = order_name(edge.name);
    let targets: Vec<&'static Noun> = edge.ones().iter().map(|(_, target)| catalog.noun(target)).collect();
    let mut found = Vec::new();
    // A record whose reading is audited is no group: its reading would leave no trace.
    if !targets.is_empty() && !targets.iter().any(|target| target.audited) {
        found.push(Dimension { name: name.clone(), doc: edge.doc.to_owned(), at: Place::Row(edge) });
    }
    if let (EdgeKind::One { .. }, [target]) = (&edge.kind, &targets[..]) {
        found.extend(target.columns.iter().filter(|column| column.is_coded()).map(|column| Dimension {
            name: format!("{name}_{}", order_name(column.name)),
            doc: format!("{} {}", edge.doc, column.doc),
            at: Place::Behind(edge, column),
        }));
    }
    found
}

/// The column by which a row behind an edge is known to people.
pub fn label(noun: &'static Noun) -> Option<&'static Column> {
    ["name", "title", "code"].iter().find_map(|name| noun.column_named(name)).filter(|column| column.kind == Kind::Text)
}

impl Place {
    /// The edge that it lies behind.
    pub fn edge(self) -> Option<&'static Edge> {
        match self {
            Self::Own(_) | Self::Period(..) => None,
            Self::Behind(edge, _) | Self::Row(edge) => Some(edge),
        }
    }

    /// The column that holds it, if it is not a row.
    pub fn column(self) -> Option<&'static Column> {
        match self {
            Self::Own(column) | Self::Period(column, _) | Self::Behind(_, column) => Some(column),
            Self::Row(_) => None,
        }
    }

    /// The kind of its values, where they are of a coded list.
    pub fn codes(self) -> Option<Kind> {
        match self {
            Self::Own(column) | Self::Behind(_, column) => {
                Some(column.kind).filter(|kind| matches!(kind, Kind::Code(_)))
            }
            Self::Period(..) | Self::Row(_) => None,
        }
    }

    /// Every value that it may have, if these can be told beforehand. Of terms the nine up to `term`.
    pub fn values(self, term: i64) -> Option<Vec<Part>> {
        let column = self.column()?;
        let mut values: Vec<Part> = match (self, column.kind, &column.coded) {
            (Self::Period(_, Period::Term), ..) => {
                return Some((term - 8..=term).map(|term| Part::period(Period::Term, Some(term))).collect());
            }
            (_, Kind::Code(list), _) => {
                list.values().iter().map(|(stored, _)| Part::code(column, Some((*stored).to_owned()))).collect()
            }
            (_, Kind::Boolean, _) => [false, true].map(|yes| Part::truth(Some(yes))).into(),
            (_, _, Coded::Numbers(range)) => range.clone().map(|number| Part::number(Some(number.into()))).collect(),
            _ => return None,
        };
        if column.may_be_missing() {
            values.push(Part::missing());
        }
        Some(values)
    }
}

impl Part {
    /// There is no value.
    pub fn missing() -> Self {
        Self { order: (true, 0, String::new()), value: None, label: None }
    }

    /// A code, as it is stored: in the order of its list.
    pub fn code(column: &Column, stored: Option<String>) -> Self {
        let Some(stored) = stored else { return Self::missing() };
        let Kind::Code(list) = column.kind else {
            return Self { order: (false, 0, stored.clone()), value: Some(stored), label: None };
        };
        let place = list.values().iter().position(|(code, _)| *code == stored);
        let order = place.and_then(|place| i64::try_from(place).ok()).unwrap_or(i64::MAX);
        Self { order: (false, order, String::new()), value: Some(stored.to_ascii_uppercase()), label: None }
    }

    /// A number.
    pub fn number(number: Option<i64>) -> Self {
        number.map_or_else(Self::missing, |number| Self {
            order: (false, number, String::new()),
            value: Some(number.to_string()),
            label: None,
        })
    }

    /// Yes or no.
    pub fn truth(yes: Option<bool>) -> Self {
        yes.map_or_else(Self::missing, |yes| Self {
            order: (false, yes.into(), String::new()),
            value: Some(yes.to_string()),
            label: None,
        })
    }

    /// A period.
    pub fn period(period: Period, number: Option<i64>) -> Self {
        let text = number.map(|number| period.text(number));
        Self { value: text, ..Self::number(number) }
    }

    /// A row, by its id and what people call it.
    pub fn row(id: Option<String>, label: Option<String>) -> Self {
        let Some(id) = id else { return Self::missing() };
        let name = label.clone().unwrap_or_default();
        Self { order: (false, 0, format!("{name} {id}")), value: Some(id), label }
    }
}
