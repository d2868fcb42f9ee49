//! Rows as JSON, written as bytes in the order in which they are read.

use chrono::SecondsFormat::Millis;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sqlx::postgres::PgRow;
use sea_orm::sqlx::{Decode, Postgres, Row};
use serde::Serialize;
use uuid::Uuid;

/// What a column holds, and so how it is written.
pub enum As {
    /// An id, before which its type is named.
    Id(&'static str),
    Text,
    /// A word, which the graph spells in capitals.
    Code,
    Date,
    Instant,
    Int,
    Long,
    Flag,
}

/// A column as what it is known to be.
pub fn at<'row, T: Decode<'row, Postgres>>(row: &'row PgRow, column: usize) -> T {
    row.get_unchecked(column)
}

/// An answer as far as it is written.
pub struct Json(Vec<u8>);

impl Json {
    pub fn new() -> Self {
        let mut json = Self(Vec::with_capacity(1 << 17));
        json.raw(r#"{"data":{"#);
        json
    }

    pub fn end(mut self) -> Vec<u8> {
        self.raw("}}");
        self.0
    }

    pub fn plain(&mut self, name: &str, value: impl Serialize) {
        self.key(name);
        self.value(value);
    }

    pub fn open(&mut self, name: &str) {
        self.key(name);
        self.raw("{");
    }

    pub fn close(&mut self) {
        self.raw("}");
    }

    /// Columns from this one on, under these names.
    pub fn fields(&mut self, row: &PgRow, from: usize, names: &[(&str, As)]) {
        for (column, (name, kind)) in (from..).zip(names) {
            self.key(name);
            match kind {
                As::Id(of) => self.id(of, at(row, column)),
                As::Text => self.value(at::<Option<&str>>(row, column)),
                As::Code => self.code(at(row, column)),
                As::Date => self.value(at::<Option<NaiveDate>>(row, column)),
                As::Instant => self.value(at::<DateTime<Utc>>(row, column).to_rfc3339_opts(Millis, true)),
                As::Int => self.value(at::<Option<i32>>(row, column)),
                As::Long => self.value(at::<Option<i64>>(row, column)),
                As::Flag => self.value(at::<bool>(row, column)),
            }
        }
    }

    /// The same in braces.
    pub fn object(&mut self, name: &str, row: &PgRow, from: usize, names: &[(&str, As)]) {
        self.open(name);
        self.fields(row, from, names);
        self.close();
    }

    pub fn list(&mut self, name: &str, rows: &[PgRow], item: impl Fn(&mut Self, &PgRow)) {
        self.key(name);
        self.raw("[");
        for (place, row) in rows.iter().enumerate() {
            self.raw(if place > 0 { ",{" } else { "{" });
            item(self, row);
            self.raw("}");
        }
        self.raw("]");
    }

    /// A list as the graph has them.
    pub fn edges(&mut self, name: &str, rows: &[PgRow], node: impl Fn(&mut Self, &PgRow)) {
        self.open(name);
        self.list("edges", rows, |json, row| {
            json.open("node");
            node(json, row);
            json.close();
        });
        self.close();
    }

    fn id(&mut self, of: &str, id: Uuid) {
        self.raw("\"");
        self.raw(of);
        self.raw(":");
        self.raw(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        self.raw("\"");
    }

    fn code(&mut self, code: &str) {
        self.raw("\"");
        self.0.extend(code.bytes().map(|byte| byte.to_ascii_uppercase()));
        self.raw("\"");
    }

    /// What follows an opening brace follows no comma.
    fn key(&mut self, name: &str) {
        self.raw(if self.0.ends_with(b"{") { "\"" } else { ",\"" });
        self.raw(name);
        self.raw("\":");
    }

    fn value(&mut self, value: impl Serialize) {
        serde_json::to_writer(&mut self.0, &value).expect("memory takes it");
    }

    fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }
}
