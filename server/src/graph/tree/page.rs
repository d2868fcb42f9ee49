//! Pages: how many rows, in which order, from where. Cursors are keyset cursors.
//!
//! A cursor holds the values of the ordering at a row, and the row's id. "After" compares with those values, so a page
//! costs the same however deep it lies, and rows added or removed meanwhile neither repeat nor hide others.
//!
//! Rows that are equal by the ordering stand in the order of their ids, which runs the way of the last ordering: an index on
//! a column and the id serves both directions, read forward or backward.

use std::collections::HashMap;

use async_graphql::Value as GraphValue;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::DbErr;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, NullOrdering, Order, SelectStatement};
use uuid::Uuid;

use super::TreeError;
use super::noun::{Column, Direction, Noun};
use super::plan::Level;
use super::types::{DEFAULT_PAGE, MAX_PAGE, order_name};
use super::value::{self, Row};
use crate::access::scope::{Scope, Table};

/// Orderings that one list may ask for.
const MAX_ORDERINGS: usize = 3;

/// Which rows of a connection, in which order.
#[derive(Debug, Clone)]
pub struct Page {
    /// At most so many rows.
    pub limit: usize,
    /// Counted from the end instead of the start.
    pub from_end: bool,
    /// The ordering, without the id.
    pub order: Vec<(&'static Column, Direction)>,
    /// Which way the id runs, which comes last.
    pub ids: Direction,
    pub after: Option<Cursor>,
    pub before: Option<Cursor>,
    /// Whether rows are asked for at all, and not only their number.
    pub rows: bool,
    /// Whether it is asked if more would follow, in the direction of the page.
    pub more: bool,
    /// Slots of the ordering's columns, once a cursor is asked for.
    pub cursor_slots: Option<Vec<usize>>,
}

/// A place in an ordering.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    values: Vec<serde_json::Value>,
    id: Uuid,
}

impl Page {
    /// Reads `first`, `after`, `last`, `before` and `orderBy`.
    pub fn read(noun: &'static Noun, arguments: &HashMap<String, GraphValue>, path: &str) -> Result<Self, TreeError> {
        let first = size(arguments, "first", path)?;
        let last = size(arguments, "last", path)?;
        if first.is_some() && last.is_some() {
            return Err(TreeError::input(path, "ask for `first` or for `last`, not for both"));
        }
        let (order, ids) = order(noun, arguments.get("orderBy"), path)?;
        let signature = signature(noun, &order, ids);
        let cursor = |name| match arguments.get(name) {
            None | Some(GraphValue::Null) => Ok(None),
            Some(GraphValue::String(text)) => Cursor::read(text, &signature, order.len())
                .map(Some)
                .ok_or_else(|| TreeError::input(path, &format!("`{name}` is no cursor of this list in this order"))),
            Some(_) => Err(TreeError::input(path, &format!("`{name}` must be a cursor"))),
        };
        Ok(Self {
            limit: first.or(last).unwrap_or(DEFAULT_PAGE),
            from_end: last.is_some(),
            after: cursor("after")?,
            before: cursor("before")?,
            order,
            ids,
            rows: false,
            more: false,
            cursor_slots: None,
        })
    }

    /// Makes the level bring what cursors are made of.
    pub fn bring_cursor(&mut self, level: &mut Level) {
        self.cursor_slots = Some(self.order.iter().map(|(column, _)| level.column(column)).collect());
    }

    /// A cursor's text.
    pub fn text(&self, noun: &Noun, cursor: &Cursor) -> String {
        let parts = (signature(noun, &self.order, self.ids), &cursor.values, cursor.id);
        let json = serde_json::to_vec(&parts).expect("text, numbers and a UUID are always JSON");
        URL_SAFE_NO_PAD.encode(json)
    }

    /// The place of a row that brought what cursors are made of.
    pub fn cursor_at(&self, row: Row<'_>) -> Result<Cursor, DbErr> {
        let slots = self.cursor_slots.as_deref().unwrap_or_default();
        let values = self.order.iter().zip(slots).map(|((column, _), slot)| value::to_cursor(row, *slot, column.kind));
        Ok(Cursor { values: values.collect::<Result<_, _>>()?, id: value::held(row, 0)?.unwrap_or_default() })
    }

    /// The condition that keeps the rows between the cursors.
    pub fn between(&self, scope: &Scope, table: &Table) -> Result<Condition, TreeError> {
        let mut condition = Condition::all();
        for (cursor, forward) in [(&self.after, true), (&self.before, false)] {
            if let Some(cursor) = cursor {
                condition = condition.add(self.beyond(cursor, forward, scope, table)?);
            }
        }
        Ok(condition)
    }

    /// Rows that come after the cursor (or before it): by the first ordering; where that is equal by the next; by the id last.
    fn beyond(&self, cursor: &Cursor, forward: bool, scope: &Scope, table: &Table) -> Result<Condition, TreeError> {
        let ways =
            self.order.iter().map(|(column, direction)| (column, (*direction == Direction::Ascending) == forward));
        let held =
            self.order.iter().zip(&cursor.values).map(|((column, _), held)| value::from_cursor(column.kind, held));
        let held = held.collect::<Result<Vec<_>, _>>()?;
        let ids_ascend = (self.ids == Direction::Ascending) == forward;
        let id = table.col("id");

        // Where all run the same way, and nothing that is missing comes after the cursor, they are compared as one: so a database
        // begins to read an index at the cursor.
        let is_one_way = ways.clone().all(|(column, ascends)| ascends == ids_ascend && !(ascends && column.null));
        if let Some(values) = held.iter().cloned().collect::<Option<Vec<_>>>().filter(|_| is_one_way) {
            let columns = self.order.iter().map(|(column, _)| column.read(scope, table)).chain([id]);
            let place = values.into_iter().map(Expr::val).chain([Expr::val(cursor.id)]);
            let (columns, place) = (Expr::tuple(columns), Expr::tuple(place));
            return Ok(Condition::all().add(if ids_ascend { columns.gt(place) } else { columns.lt(place) }));
        }

        let mut any = Condition::any();
        let mut equal = Condition::all();
        for ((column, ascends), held) in ways.zip(held) {
            let expr = column.read(scope, table);
            match held {
                Some(held) => {
                    let mut past = Condition::any();
                    past =
                        past.add(if ascends { expr.clone().gt(held.clone()) } else { expr.clone().lt(held.clone()) });
                    if ascends && column.null {
                        past = past.add(expr.clone().is_null());
                    }
                    any = any.add(equal.clone().add(past));
                    equal = equal.add(expr.eq(held));
                }
                None => {
                    if !ascends {
                        any = any.add(equal.clone().add(expr.clone().is_not_null()));
                    }
                    equal = equal.add(expr.is_null());
                }
            }
        }
        let past = if ids_ascend { id.gt(cursor.id) } else { id.lt(cursor.id) };
        Ok(any.add(equal.add(past)))
    }

    /// The terms of `order by`, the id last; turned round when the page is counted from the end.
    fn terms(&self, scope: &Scope, table: &Table) -> Vec<(Expr, Order, Option<NullOrdering>)> {
        let mut terms: Vec<_> = self
            .order
            .iter()
            .map(|(column, direction)| {
                let ascending = (*direction == Direction::Ascending) != self.from_end;
                let nulls = if ascending { NullOrdering::Last } else { NullOrdering::First };
                let order = if ascending { Order::Asc } else { Order::Desc };
                (column.read(scope, table), order, column.null.then_some(nulls))
            })
            .collect();
        let ascending = (self.ids == Direction::Ascending) != self.from_end;
        terms.push((table.col("id"), if ascending { Order::Asc } else { Order::Desc }, None));
        terms
    }

    /// Adds `order by` to a statement.
    pub fn order(&self, statement: &mut SelectStatement, scope: &Scope, table: &Table) {
        for (expr, order, nulls) in self.terms(scope, table) {
            match nulls {
                Some(nulls) => statement.order_by_expr_with_nulls(expr, order, nulls),
                None => statement.order_by_expr(expr, order),
            };
        }
    }
}

impl Cursor {
    fn read(text: &str, signature: &str, orderings: usize) -> Option<Self> {
        let json = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (made_for, values, id): (String, Vec<serde_json::Value>, Uuid) = serde_json::from_slice(&json).ok()?;
        (made_for == signature && values.len() == orderings).then_some(Self { values, id })
    }
}

/// What a cursor belongs to: the noun and its ordering.
fn signature(noun: &Noun, order: &[(&'static Column, Direction)], ids: Direction) -> String {
    let mut out = noun.prefix.to_owned();
    for (name, direction) in order.iter().map(|(column, direction)| (column.name, *direction)).chain([("id", ids)]) {
        out.push(if direction == Direction::Ascending { '+' } else { '-' });
        out.push_str(name);
    }
    out
}

fn size(arguments: &HashMap<String, GraphValue>, name: &str, path: &str) -> Result<Option<usize>, TreeError> {
    match arguments.get(name) {
        None | Some(GraphValue::Null) => Ok(None),
        Some(GraphValue::Number(number)) => number
            .as_u64()
            .and_then(|rows| usize::try_from(rows).ok())
            .filter(|rows| *rows <= MAX_PAGE)
            .map(Some)
            .ok_or_else(|| TreeError::input(path, &format!("`{name}` must be from 0 to {MAX_PAGE}"))),
        Some(_) => Err(TreeError::input(path, &format!("`{name}` must be a whole number"))),
    }
}

/// The ordering that is asked for, or the noun's own, and which way the id runs.
fn order(
    noun: &'static Noun,
    asked: Option<&GraphValue>,
    path: &str,
) -> Result<(Vec<(&'static Column, Direction)>, Direction), TreeError> {
    let asked: &[GraphValue] = match asked {
        None | Some(GraphValue::Null) => &[],
        Some(GraphValue::List(list)) => list,
        Some(single) => std::slice::from_ref(single),
    };
    if asked.len() > MAX_ORDERINGS {
        return Err(TreeError::input(path, &format!("order by {MAX_ORDERINGS} fields at most")));
    }
    let mut order: Vec<_> = if asked.is_empty() {
        noun.order.iter().filter_map(|(name, way)| Some((noun.column_named(name)?, *way))).collect()
    } else {
        asked.iter().map(|term| ordering(noun, term, path)).collect::<Result<_, _>>()?
    };
    let last = order.last().map_or(Direction::Ascending, |(_, direction)| *direction);
    // No two rows have the same id: what would come after it orders nothing.
    let id = order.iter().position(|(column, _)| column.name == "id");
    let ids = id.and_then(|at| order.drain(at..).next()).map_or(last, |(_, direction)| direction);
    Ok((order, ids))
}

fn ordering(noun: &'static Noun, term: &GraphValue, path: &str) -> Result<(&'static Column, Direction), TreeError> {
    let GraphValue::Object(term) = term else { return Err(TreeError::input(path, "an ordering has a field")) };
    let text = |name: &str| match term.get(name) {
        Some(GraphValue::Enum(name)) => name.as_str().to_owned(),
        Some(GraphValue::String(name)) => name.clone(),
        _ => String::new(),
    };
    let field = text("field");
    let column = noun.columns.iter().find(|column| column.is_comparable() && order_name(column.name) == field);
    let column = column.ok_or_else(|| TreeError::input(path, "this cannot be ordered by"))?;
    let direction = if text("direction") == "DESC" { Direction::Descending } else { Direction::Ascending };
    Ok((column, direction))
}
