//! A column's value on its way in (arguments, cursors) and on its way out (answers, cursors).

use async_graphql::Value as GraphValue;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sqlx::{Decode, Postgres, Row as _, Sqlite, Type};
use sea_orm::{DbErr, QueryResult, RuntimeErr, Value};
use uuid::Uuid;

use super::TreeError;
use super::noun::{Kind, Noun};
use crate::graph::answer::json;
use crate::graph::ids;
use crate::graph::scalars;

/// Makes links to stored files; the caller's account is part of each.
pub trait Linker: Send + Sync {
    /// The path of a short-lived link to a file in a variant.
    fn link(&self, file_id: Uuid, variant: &str) -> String;
}

/// What an argument means as a value of the column, or why it means nothing.
pub fn from_graph(noun: &Noun, kind: Kind, given: &GraphValue) -> Result<Value, String> {
    let text = || match given {
        GraphValue::String(text) => Ok(text.as_str()),
        GraphValue::Enum(name) => Ok(name.as_str()),
        _ => Err("expected text".to_owned()),
    };
    let number = || match given {
        GraphValue::Number(number) => number.as_i64().ok_or_else(|| "expected a whole number".to_owned()),
        _ => Err("expected a whole number".to_owned()),
    };
    Ok(match kind {
        Kind::Id => ids::parse(text()?, noun.prefix)
            .ok_or_else(|| format!("expected an id that starts with `{}:`", noun.prefix))?
            .into(),
        Kind::Text => text()?.into(),
        Kind::Int => i32::try_from(number()?).map_err(|_| "that number is too large".to_owned())?.into(),
        Kind::BigInt => number()?.into(),
        Kind::Boolean => match given {
            GraphValue::Boolean(yes) => (*yes).into(),
            _ => return Err("expected true or false".to_owned()),
        },
        Kind::Date => NaiveDate::parse_from_str(text()?, "%Y-%m-%d")
            .map_err(|_| "expected a date like 2026-09-01".to_owned())?
            .into(),
        Kind::Instant => DateTime::parse_from_rfc3339(text()?)
            .map_err(|_| "expected an instant like 2026-09-01T08:30:00Z".to_owned())?
            .to_utc()
            .into(),
        Kind::Money => {
            scalars::parse_pounds(text()?).ok_or_else(|| "expected an amount like \"125.00\"".to_owned())?.into()
        }
        Kind::Code(list) => {
            let name = text()?;
            let found = list.values().into_iter().find(|(stored, _)| stored.eq_ignore_ascii_case(name));
            found.map(|(stored, _)| Value::from(stored)).ok_or_else(|| format!("expected a {}", list.name))?
        }
        Kind::Json | Kind::Link(_) => return Err("this cannot be compared".to_owned()),
    })
}

/// What a cursor holds, as a value of the column; `None` where it was missing.
pub fn from_cursor(kind: Kind, held: &serde_json::Value) -> Result<Option<Value>, TreeError> {
    let broken = || TreeError::input("after", "this is no cursor of this list");
    if held.is_null() {
        return Ok(None);
    }
    let text = || held.as_str().ok_or_else(broken);
    let number = || held.as_i64().ok_or_else(broken);
    Ok(Some(match kind {
        Kind::Id => Uuid::parse_str(text()?).map_err(|_| broken())?.into(),
        Kind::Text | Kind::Code(_) => text()?.into(),
        Kind::Int => i32::try_from(number()?).map_err(|_| broken())?.into(),
        Kind::BigInt | Kind::Money => number()?.into(),
        Kind::Boolean => held.as_bool().ok_or_else(broken)?.into(),
        Kind::Date => text()?.parse::<NaiveDate>().map_err(|_| broken())?.into(),
        Kind::Instant => text()?.parse::<DateTime<Utc>>().map_err(|_| broken())?.into(),
        Kind::Json | Kind::Link(_) => return Err(broken()),
    }))
}

/// What either database brings.
pub trait Stored<'r>: Decode<'r, Postgres> + Type<Postgres> + Decode<'r, Sqlite> + Type<Sqlite> {}
impl<'r, T: Decode<'r, Postgres> + Type<Postgres> + Decode<'r, Sqlite> + Type<Sqlite>> Stored<'r> for T {}

/// A row, and in which of its columns each slot's value stands.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub values: &'a QueryResult,
    pub at: &'a [usize],
}

/// A row's value, without a copy where it is text; `None` where it is missing.
pub fn held<'r, T: Stored<'r>>(row: Row<'r>, slot: usize) -> Result<Option<T>, DbErr> {
    let column = row.at[slot];
    let held = match (row.values.try_as_pg_row(), row.values.try_as_sqlite_row()) {
        // What kind a column holds is the schema's: it is not asked of each value.
        (Some(row), _) => row.try_get_unchecked(column),
        (None, Some(row)) => row.try_get(column),
        (None, None) => unreachable!("rows come from PostgreSQL or SQLite"),
    };
    held.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))
}

/// A row's value as a cursor holds it.
pub fn to_cursor(row: Row<'_>, slot: usize, kind: Kind) -> Result<serde_json::Value, DbErr> {
    use serde_json::json;
    Ok(match kind {
        Kind::Id => json!(held::<Uuid>(row, slot)?),
        Kind::Text | Kind::Code(_) => json!(held::<&str>(row, slot)?),
        Kind::Int => json!(held::<i32>(row, slot)?),
        Kind::BigInt | Kind::Money => json!(held::<i64>(row, slot)?),
        Kind::Boolean => json!(held::<bool>(row, slot)?),
        Kind::Date => json!(held::<NaiveDate>(row, slot)?),
        Kind::Instant => json!(held::<DateTime<Utc>>(row, slot)?),
        Kind::Json | Kind::Link(_) => serde_json::Value::Null,
    })
}

/// Appends a row's value to an answer, as JSON.
pub fn write(
    out: &mut Vec<u8>,
    row: Row<'_>,
    slot: usize,
    noun: &Noun,
    kind: Kind,
    linker: &dyn Linker,
) -> Result<(), DbErr> {
    match kind {
        Kind::Id => optional(out, held::<Uuid>(row, slot)?, |out, id| {
            let mut text = Uuid::encode_buffer();
            plain(out, &[noun.prefix, ":", id.hyphenated().encode_lower(&mut text)]);
        }),
        Kind::Text => optional(out, held::<&str>(row, slot)?, string),
        Kind::Int => optional(out, held::<i32>(row, slot)?, json),
        Kind::BigInt => optional(out, held::<i64>(row, slot)?, json),
        Kind::Boolean => optional(out, held::<bool>(row, slot)?, json),
        Kind::Date => optional(out, held::<NaiveDate>(row, slot)?, json),
        Kind::Instant => optional(out, held::<DateTime<Utc>>(row, slot)?, |out, at| {
            plain(out, &[&scalars::instant(at)]);
        }),
        Kind::Money => optional(out, held::<i64>(row, slot)?, |out, pence| plain(out, &[&scalars::pounds(pence)])),
        Kind::Code(_) => optional(out, held::<&str>(row, slot)?, |out, code| {
            let from = out.len();
            plain(out, &[code]);
            out[from..].make_ascii_uppercase();
        }),
        Kind::Json => optional(out, held::<serde_json::Value>(row, slot)?, json),
        Kind::Link(variant) => optional(out, held::<Uuid>(row, slot)?, |out, file| {
            string(out, &linker.link(file, variant.unwrap_or_default()));
        }),
    }
    Ok(())
}

/// A value of a row on its own.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// There is none.
    Missing,
    /// Text: an id with its prefix, a code in capitals, a link.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Any number.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// A calendar date.
    Date(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
    /// Pence.
    Money(i64),
    /// A JSON value.
    Json(serde_json::Value),
}

/// A row's value on its own.
pub fn cell(row: Row<'_>, slot: usize, noun: &Noun, kind: Kind, linker: &dyn Linker) -> Result<Cell, DbErr> {
    let found = match kind {
        Kind::Id => held::<Uuid>(row, slot)?.map(|id| Cell::Text(format!("{}:{id}", noun.prefix))),
        Kind::Text => held::<String>(row, slot)?.map(Cell::Text),
        Kind::Int => held::<i32>(row, slot)?.map(|number| Cell::Whole(number.into())),
        Kind::BigInt => held::<i64>(row, slot)?.map(Cell::Whole),
        Kind::Boolean => held::<bool>(row, slot)?.map(Cell::Boolean),
        Kind::Date => held::<NaiveDate>(row, slot)?.map(Cell::Date),
        Kind::Instant => held::<DateTime<Utc>>(row, slot)?.map(Cell::Instant),
        Kind::Money => held::<i64>(row, slot)?.map(Cell::Money),
        Kind::Code(_) => held::<&str>(row, slot)?.map(|code| Cell::Text(code.to_ascii_uppercase())),
        Kind::Json => held::<serde_json::Value>(row, slot)?.map(Cell::Json),
        Kind::Link(variant) => {
            held::<Uuid>(row, slot)?.map(|file| Cell::Text(linker.link(file, variant.unwrap_or_default())))
        }
    };
    Ok(found.unwrap_or(Cell::Missing))
}

fn optional<T>(out: &mut Vec<u8>, value: Option<T>, write: impl FnOnce(&mut Vec<u8>, T)) {
    match value {
        Some(value) => write(out, value),
        None => out.extend_from_slice(b"null"),
    }
}

/// Text that needs no escaping, in quotes.
fn plain(out: &mut Vec<u8>, parts: &[&str]) {
    out.push(b'"');
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

/// Text as a JSON string.
pub fn string(out: &mut Vec<u8>, text: &str) {
    json(out, text);
}
