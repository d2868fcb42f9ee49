//! Columns: what a field holds, how it is read, and who may read it.

use std::ops::RangeInclusive;

use domain::Code;
use sea_orm::sea_query::{CaseStatement, DynIden, Expr};

use crate::access::scope::{Rule, Scope, Sight, Table};

/// A field that holds a value.
#[derive(Debug)]
pub struct Column {
    /// Name in the graph.
    pub name: &'static str,
    /// What it is, its unit, and who may see it if not everybody who sees the row.
    pub doc: &'static str,
    /// How it is read, written and compared.
    pub kind: Kind,
    /// Whether it may be missing.
    pub null: bool,
    /// Whether it is a code, though stored as text or a number.
    pub coded: Coded,
    pub(super) source: Source,
    pub(super) guard: Option<Rule>,
}

/// Whether a column that is stored as text or a number holds codes, by which rows can be grouped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coded {
    /// As its kind says.
    ByKind,
    /// Words of reference data.
    Words,
    /// Numbers between these.
    Numbers(RangeInclusive<i32>),
}

/// Where a column's value comes from.
#[derive(Debug)]
pub enum Source {
    /// It is stored.
    Stored(DynIden),
    /// The database computes it from the row.
    Derived(fn(&Table) -> Expr),
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The row's own id, written with the noun's prefix.
    Id,
    /// Text.
    Text,
    /// A 32-bit number.
    Int,
    /// A 64-bit number.
    BigInt,
    /// Yes or no.
    Boolean,
    /// A calendar date.
    Date,
    /// An instant, UTC, milliseconds.
    Instant,
    /// Pence, shown as pounds with two decimals.
    Money,
    /// A value of a coded list.
    Code(CodeList),
    /// A JSON value, passed through.
    Json,
    /// A short-lived link to a stored file, whose id the column holds: in this variant, or in that of the row's `kind`.
    Link(Option<&'static str>),
}

impl Kind {
    /// The type that PostgreSQL has for it, or brings what it has to by itself (`varchar` to `text`).
    pub(super) const fn sql_type(self) -> &'static str {
        match self {
            Self::Id | Self::Link(_) => "uuid",
            Self::Text | Self::Code(_) => "text",
            Self::Int => "integer",
            Self::BigInt | Self::Money => "bigint",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Instant => "timestamptz",
            Self::Json => "jsonb",
        }
    }
}

/// A coded list, seen without its Rust type.
#[derive(Debug, Clone, Copy)]
pub struct CodeList {
    /// Name of the enum in the graph.
    pub name: &'static str,
    /// What the list is.
    pub doc: &'static str,
    values: fn() -> Vec<(&'static str, &'static str)>,
}

impl PartialEq for CodeList {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
impl Eq for CodeList {}

impl CodeList {
    /// The list of a code type.
    #[must_use]
    pub fn of<C: Code>() -> Self {
        Self { name: C::NAME, doc: C::DOC, values: || C::ALL.iter().map(|code| (code.as_str(), code.doc())).collect() }
    }

    /// Stored text and sentence of each value.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, &'static str)> {
        (self.values)()
    }
}

impl Column {
    /// The column as this viewer may read it.
    #[must_use]
    pub fn read(&self, scope: &Scope, table: &Table) -> Expr {
        behind(self.guard, scope, table, self.counted(table))
    }

    /// The column as it is counted for who may not see it: whoever it is hidden from, a child is in one cell.
    #[must_use]
    pub fn counted(&self, table: &Table) -> Expr {
        match &self.source {
            Source::Stored(column) => table.col(column.clone()),
            Source::Derived(expr) => expr(table),
        }
    }

    /// Whether rows have it missing, and not only viewers to whom it is hidden.
    #[must_use]
    pub fn may_be_missing(&self) -> bool {
        self.null && self.guard.is_none()
    }

    /// Whether rows can be grouped by its values.
    #[must_use]
    pub fn is_coded(&self) -> bool {
        matches!(self.kind, Kind::Code(_) | Kind::Boolean) || self.coded != Coded::ByKind
    }

    /// Whether it is a quantity, which can be added up.
    #[must_use]
    pub fn is_quantity(&self) -> bool {
        matches!(self.kind, Kind::Int | Kind::BigInt | Kind::Money) && !self.is_coded() && self.name != "version"
    }

    /// Whether lists may be ordered and filtered by it.
    #[must_use]
    pub fn is_comparable(&self) -> bool {
        !matches!(self.kind, Kind::Json | Kind::Link(_))
    }
}

/// A value where the guard holds, and NULL elsewhere.
pub fn behind(guard: Option<Rule>, scope: &Scope, table: &Table, value: Expr) -> Expr {
    match guard.map(|guard| guard(scope, table)) {
        None | Some(Sight::All) => value,
        Some(Sight::Nothing) => CaseStatement::new().case(Expr::cust("1 = 0"), value).into(),
        Some(Sight::Where(holds)) => CaseStatement::new().case(holds, value).into(),
    }
}
