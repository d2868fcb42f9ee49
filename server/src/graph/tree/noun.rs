//! What a noun declares: columns and edges, each with a name, a sentence and where it is stored.
//!
//! Types and nullability come from the entity's own column definitions. Schema types, filters, orderings, statements and
//! answers are made from these declarations by the rest of this module; a noun has no code of its own for reading.

use domain::Code;
use domain::access::Role;
use domain::disclosure::Census;
use sea_orm::sea_query::{DynIden, Expr, IntoIden};
use sea_orm::{ColumnTrait, ColumnType, EntityName, EntityTrait, IdenStatic};

pub use super::column::{CodeList, Coded, Column, Kind};
use super::column::{Source, behind};
use super::rollup::{Rollup, Rollups};
use crate::access::scope::{Rule, Scope, Sight, Table};

/// A thing of the graph: a table that viewers read through their scope.
#[derive(Debug)]
pub struct Noun {
    /// Name of its type.
    pub name: &'static str,
    /// Name of its root connection, e.g. `providers`; none if it is reached by edges alone.
    pub plural: Option<&'static str>,
    /// Prefix of its ids.
    pub prefix: &'static str,
    /// Its table.
    pub table: &'static str,
    /// What it is, and who may see it.
    pub doc: &'static str,
    /// Its columns; the first is `id`.
    pub columns: Vec<Column>,
    /// Its edges.
    pub edges: Vec<Edge>,
    /// Which rows may be seen.
    pub may_see: Rule,
    /// Which rows may be counted.
    pub may_count: Rule,
    /// What is told to who may count and not see, and the column that names the child that a row is about.
    pub census: Option<(&'static Census, DynIden)>,
    /// Counts of its rows that are kept.
    pub rollups: Option<Rollups>,
    /// The order of lists for which none is asked, before the id.
    pub order: Vec<(&'static str, Direction)>,
    /// Whether reading it is audited.
    pub audited: bool,
}

/// Direction of an ordering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first, missing last.
    Ascending,
    /// Largest first, missing first.
    Descending,
}

/// A field that leads to other rows.
#[derive(Debug)]
pub struct Edge {
    /// Name in the graph.
    pub name: &'static str,
    /// What it leads to.
    pub doc: &'static str,
    /// How it is followed.
    pub kind: EdgeKind,
    pub(super) guard: Option<Rule>,
}

/// How an edge is followed.
#[derive(Debug)]
pub enum EdgeKind {
    /// To the one row whose id this column holds.
    One {
        /// The noun led to.
        target: &'static str,
        /// The column with its id.
        column: DynIden,
    },
    /// To the one row that one of several columns names: whichever is not empty.
    AnyOf {
        /// The interface that the nouns led to share.
        interface: &'static str,
        /// Column and noun of each possibility.
        options: Vec<(DynIden, &'static str)>,
    },
    /// To the rows whose column holds this row's id.
    Many {
        /// The noun led to.
        target: &'static str,
        /// The column of the target.
        column: DynIden,
    },
}

impl Noun {
    /// A noun over an entity; nobody sees it until [`Noun::may_see`] says who.
    pub fn new<E: EntityTrait + EntityName>(name: &'static str, prefix: &'static str, doc: &'static str) -> Self {
        let id = Column {
            name: "id",
            doc: "Its id, with the prefix of its type.",
            kind: Kind::Id,
            null: false,
            coded: Coded::ByKind,
            source: Source::Stored("id".into_iden()),
            guard: None,
        };
        Self {
            name,
            plural: None,
            prefix,
            table: E::default().table_name(),
            doc,
            columns: vec![id],
            edges: Vec::new(),
            may_see: |_, _| Sight::Nothing,
            may_count: |_, _| Sight::Nothing,
            census: None,
            rollups: None,
            order: Vec::new(),
            audited: false,
        }
    }

    /// Gives it a connection at the root of the graph.
    #[must_use]
    pub fn listed_as(mut self, plural: &'static str) -> Self {
        self.plural = Some(plural);
        self
    }

    /// Says who may see which rows; they may count the same.
    #[must_use]
    pub fn seen_by(mut self, rule: Rule) -> Self {
        self.may_see = rule;
        self.may_count = rule;
        self
    }

    /// Says who may count which rows, where that is more than may be seen.
    #[must_use]
    pub fn counted_by(mut self, rule: Rule) -> Self {
        self.may_count = rule;
        self
    }

    /// Says in which tables they may be counted by who may not see them, each child once.
    #[must_use]
    pub fn counted_in(mut self, census: &'static Census, child: impl IntoIden) -> Self {
        self.census = Some((census, child.into_iden()));
        self
    }

    /// Names the counts of its rows that are kept, and the roles whose holders see every row of their authorities.
    #[must_use]
    pub fn rolled_up(mut self, whole: fn(Role) -> bool, tables: &'static [Rollup]) -> Self {
        self.rollups = Some(Rollups { whole, tables });
        self
    }

    /// Makes every read of a row an entry of the audit.
    #[must_use]
    pub fn audited(mut self) -> Self {
        self.audited = true;
        self
    }

    /// The order of lists for which none is asked.
    #[must_use]
    pub fn ordered_by(mut self, column: &'static str, direction: Direction) -> Self {
        self.order.push((column, direction));
        self
    }

    /// A column whose kind and nullability follow from the entity.
    #[must_use]
    pub fn column<C: ColumnTrait + IdenStatic>(self, name: &'static str, column: C, doc: &'static str) -> Self {
        let kind = match column.def().get_column_type() {
            ColumnType::Integer => Kind::Int,
            ColumnType::BigInteger => Kind::BigInt,
            ColumnType::Boolean => Kind::Boolean,
            ColumnType::Date => Kind::Date,
            ColumnType::TimestampWithTimeZone => Kind::Instant,
            ColumnType::Json | ColumnType::JsonBinary => Kind::Json,
            _ => Kind::Text,
        };
        self.stored(name, column, kind, doc)
    }

    /// A column that holds a value of a coded list.
    #[must_use]
    pub fn code<L: Code>(self, name: &'static str, column: impl ColumnTrait, doc: &'static str) -> Self {
        self.stored(name, column, Kind::Code(CodeList::of::<L>()), doc)
    }

    /// A column that holds pence.
    #[must_use]
    pub fn money(self, name: &'static str, column: impl ColumnTrait, doc: &'static str) -> Self {
        self.stored(name, column, Kind::Money, doc)
    }

    fn stored(mut self, name: &'static str, column: impl ColumnTrait, kind: Kind, doc: &'static str) -> Self {
        let null = column.def().is_null();
        let source = Source::Stored(column.into_iden());
        self.columns.push(Column { name, doc, kind, null, coded: Coded::ByKind, source, guard: None });
        self
    }

    /// A column computed by the database from the row.
    #[must_use]
    pub fn derived(mut self, name: &'static str, kind: Kind, doc: &'static str, expr: fn(&Table) -> Expr) -> Self {
        let source = Source::Derived(expr);
        self.columns.push(Column { name, doc, kind, null: true, coded: Coded::ByKind, source, guard: None });
        self
    }

    /// Narrows the column just declared to the rows for which the rule holds; elsewhere it reads as missing, in
    /// answers, filters and orderings alike.
    #[must_use]
    pub fn guarded(mut self, rule: Rule) -> Self {
        if let Some(column) = self.columns.last_mut() {
            column.guard = Some(rule);
            column.null = true;
        }
        self
    }

    /// Says that the column just declared holds codes, though it is stored as text or a number.
    #[must_use]
    pub fn coded(mut self, coded: Coded) -> Self {
        if let Some(column) = self.columns.last_mut() {
            column.coded = coded;
        }
        self
    }

    /// `createdAt`, `updatedAt` and `version`, which every node carries.
    #[must_use]
    pub fn stamped(mut self) -> Self {
        for (name, stored, kind, doc) in [
            ("createdAt", "created_at", Kind::Instant, "When it was made."),
            ("updatedAt", "updated_at", Kind::Instant, "When it last changed."),
            ("version", "version", Kind::Int, "Counts changes; a change names the version it was made from."),
        ] {
            let source = Source::Stored(stored.into_iden());
            self.columns.push(Column { name, doc, kind, null: false, coded: Coded::ByKind, source, guard: None });
        }
        self
    }

    /// An edge to the one row whose id the column holds.
    #[must_use]
    pub fn one(mut self, name: &'static str, target: &'static str, column: impl IntoIden, doc: &'static str) -> Self {
        self.edges.push(Edge { name, doc, kind: EdgeKind::One { target, column: column.into_iden() }, guard: None });
        self
    }

    /// Narrows the edge just declared to the rows for which the rule holds; elsewhere it leads nowhere.
    #[must_use]
    pub fn followed_by(mut self, rule: Rule) -> Self {
        if let Some(edge) = self.edges.last_mut() {
            edge.guard = Some(rule);
        }
        self
    }

    /// An edge to the rows whose column holds this row's id.
    #[must_use]
    pub fn many(mut self, name: &'static str, target: &'static str, column: impl IntoIden, doc: &'static str) -> Self {
        self.edges.push(Edge { name, doc, kind: EdgeKind::Many { target, column: column.into_iden() }, guard: None });
        self
    }

    /// An edge to the one row that one of several columns names.
    #[must_use]
    pub fn any_of(
        mut self,
        name: &'static str,
        interface: &'static str,
        options: Vec<(DynIden, &'static str)>,
        doc: &'static str,
    ) -> Self {
        self.edges.push(Edge { name, doc, kind: EdgeKind::AnyOf { interface, options }, guard: None });
        self
    }

    /// The column of this name.
    #[must_use]
    pub fn column_named(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The edge of this name.
    #[must_use]
    pub fn edge_named(&self, name: &str) -> Option<&Edge> {
        self.edges.iter().find(|edge| edge.name == name)
    }
}

impl Edge {
    /// The nouns of which it leads to one row, each with the column that holds the row's id.
    #[must_use]
    pub fn ones(&self) -> Vec<(&DynIden, &'static str)> {
        match &self.kind {
            EdgeKind::One { target, column } => vec![(column, *target)],
            EdgeKind::AnyOf { options, .. } => options.iter().map(|(column, target)| (column, *target)).collect(),
            EdgeKind::Many { .. } => Vec::new(),
        }
    }

    /// The id that a column of the edge holds, as far as this viewer may follow it.
    #[must_use]
    pub fn read(&self, column: &DynIden, scope: &Scope, table: &Table) -> Expr {
        behind(self.guard, scope, table, table.col(column.clone()))
    }
}
