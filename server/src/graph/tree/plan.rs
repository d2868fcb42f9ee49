//! From a selection to a plan: what to fetch, level by level, and what to write, field by field.
//!
//! Which fields a selection asks for, [`selections`](crate::graph::selections) say.

use async_graphql::Value;
use async_graphql::parser::types::Field;
use sea_orm::sea_query::DynIden;

use super::catalog::Catalog;
use super::noun::{Column, Edge, EdgeKind, Kind, Noun};
use super::page::Page;
use super::{TreeError, filter};
use crate::access::scope::{Scope, Table};
use crate::graph::selections::{Selections, json_key};

/// Rows of one kind: a noun, the columns asked for, and what hangs below each row.
#[derive(Debug)]
pub struct Level {
    pub noun: &'static Noun,
    /// What each row brings, in this order; the id is always first.
    pub slots: Vec<Slot>,
    pub children: Vec<Child>,
}

/// A value that a row brings.
#[derive(Debug)]
pub enum Slot {
    /// A column of the noun, as the viewer may read it.
    Column(&'static Column),
    /// The id of another row, that a column of this edge holds.
    Key(&'static Edge, DynIden),
}

/// Rows that hang below the rows of a level.
#[derive(Debug)]
pub struct Child {
    pub link: Link,
    pub level: Level,
}

/// How a child's rows are found from its parents.
#[derive(Debug)]
pub enum Link {
    /// The row whose id is in this slot of the parent.
    One { slot: usize, shape: Shape },
    /// The rows whose column holds the parent's id.
    Many { column: DynIden, connection: Connection },
}

/// A page of a connection, and what is written of it.
#[derive(Debug)]
pub struct Connection {
    pub page: Page,
    pub filter: Option<Value>,
    pub total: bool,
    pub fields: Vec<(String, ConnectionField)>,
}

/// A field of a connection.
#[derive(Debug)]
pub enum ConnectionField {
    TypeName,
    Edges(Vec<(String, EdgeField)>),
    PageInfo(Vec<(String, PageField)>),
    Total,
}

/// A field of an edge.
#[derive(Debug)]
pub enum EdgeField {
    TypeName,
    Cursor,
    Node(Shape),
}

/// A field of a page's place.
#[derive(Debug, Clone, Copy)]
pub enum PageField {
    TypeName,
    HasNext,
    HasPrevious,
    Start,
    End,
}

/// The fields to write of a row, by response key.
pub type Shape = Vec<(String, Write)>;

/// A field of a row.
#[derive(Debug)]
pub enum Write {
    TypeName,
    /// The value in this slot.
    Slot(usize),
    /// A link to the file in one slot, in the variant in the other.
    Link {
        file: usize,
        variant: usize,
    },
    /// The one row that this child found, or null.
    One(usize),
    /// The first of these children that found a row, or null.
    AnyOf(Vec<usize>),
    /// The page of rows that this child found.
    Many(usize),
}

/// What planning needs to know of the request.
#[derive(Debug)]
pub struct Planner<'a> {
    pub catalog: &'static Catalog,
    pub scope: &'a Scope,
    pub selections: Selections<'a>,
}

impl<'a> Planner<'a> {
    /// Plans a connection at the root.
    pub fn root_connection(&self, noun: &'static Noun, fields: &[&'a Field]) -> Result<(Level, Connection), TreeError> {
        let mut level = Level::new(noun);
        let connection = self.connection(&mut level, fields, noun.plural.unwrap_or(noun.name))?;
        Ok((level, connection))
    }

    /// Plans a single row of a noun.
    pub fn node(&self, noun: &'static Noun, fields: &[&'a Field]) -> Result<(Level, Shape), TreeError> {
        let mut level = Level::new(noun);
        let shape = self.shape(&mut level, fields)?;
        Ok((level, shape))
    }

    fn shape(&self, level: &mut Level, fields: &[&'a Field]) -> Result<Shape, TreeError> {
        let noun = level.noun;
        let collected = self.selections.children_of(fields, &|condition| self.catalog.applies(condition, noun));
        let mut shape = Vec::with_capacity(collected.len());
        for (key, fields) in collected {
            let name = fields[0].name.node.as_str();
            let write = if name == "__typename" {
                Write::TypeName
            } else if let Some(column) = noun.column_named(name) {
                level.write(column)
            } else if let Some(edge) = noun.edge_named(name) {
                self.edge(level, edge, key, &fields)?
            } else {
                return Err(TreeError::unknown_field(noun.name, name));
            };
            shape.push((json_key(key), write));
        }
        Ok(shape)
    }

    fn edge(
        &self,
        level: &mut Level,
        edge: &'static Edge,
        key: &str,
        fields: &[&'a Field],
    ) -> Result<Write, TreeError> {
        Ok(match &edge.kind {
            EdgeKind::One { target, column } => {
                Write::One(self.one(level, edge, (self.catalog.noun(target), column), key, fields)?)
            }
            EdgeKind::AnyOf { options, .. } => {
                let children = options
                    .iter()
                    .map(|(column, target)| self.one(level, edge, (self.catalog.noun(target), column), key, fields))
                    .collect::<Result<_, _>>()?;
                Write::AnyOf(children)
            }
            EdgeKind::Many { target, column } => {
                let mut child = Level::new(self.reach(self.catalog.noun(target), key)?);
                let connection = self.connection(&mut child, fields, key)?;
                let link = Link::Many { column: column.clone(), connection };
                Write::Many(level.child(Child { link, level: child }))
            }
        })
    }

    fn one(
        &self,
        level: &mut Level,
        edge: &'static Edge,
        (target, column): (&'static Noun, &DynIden),
        key: &str,
        fields: &[&'a Field],
    ) -> Result<usize, TreeError> {
        let slot = level.key(edge, column);
        let mut child = Level::new(self.reach(target, key)?);
        let shape = self.shape(&mut child, fields)?;
        Ok(level.child(Child { link: Link::One { slot, shape }, level: child }))
    }

    /// Refuses a noun that the viewer may count but not see.
    pub fn reach(&self, noun: &'static Noun, path: &str) -> Result<&'static Noun, TreeError> {
        if self.counts_only(noun) { Err(TreeError::count_only(noun, path)) } else { Ok(noun) }
    }

    /// Whether the viewer may count rows of a noun, and see none.
    pub fn counts_only(&self, noun: &Noun) -> bool {
        let table = Table::named("t");
        (noun.may_see)(self.scope, &table).is_nothing() && !(noun.may_count)(self.scope, &table).is_nothing()
    }

    fn connection(&self, level: &mut Level, fields: &[&'a Field], path: &str) -> Result<Connection, TreeError> {
        let noun = level.noun;
        let arguments = self.selections.arguments(fields[0]);
        let page = Page::read(noun, &arguments, path)?;
        let filter = arguments.get("where").filter(|value| !matches!(value, Value::Null)).cloned();
        if let Some(filter) = &filter {
            filter::check(self.catalog, self.scope, noun, filter, path)?;
        }
        let mut connection = Connection { page, filter, total: false, fields: Vec::new() };
        let type_name = format!("{}Connection", noun.name);
        for (key, fields) in self.selections.children_of(fields, &|condition| condition == type_name) {
            let field = match fields[0].name.node.as_str() {
                "__typename" => ConnectionField::TypeName,
                "totalCount" => {
                    connection.total = true;
                    ConnectionField::Total
                }
                "pageInfo" => self.page_info(level, &mut connection.page, &fields)?,
                "edges" => self.edges(level, &mut connection.page, &fields)?,
                name => return Err(TreeError::unknown_field(&type_name, name)),
            };
            connection.fields.push((json_key(key), field));
        }
        Ok(connection)
    }

    fn page_info(
        &self,
        level: &mut Level,
        page: &mut Page,
        fields: &[&'a Field],
    ) -> Result<ConnectionField, TreeError> {
        let mut out = Vec::new();
        page.rows = true;
        for (key, fields) in self.selections.children_of(fields, &|condition| condition == "PageInfo") {
            let field = match fields[0].name.node.as_str() {
                "__typename" => PageField::TypeName,
                "hasNextPage" => PageField::HasNext,
                "hasPreviousPage" => PageField::HasPrevious,
                "startCursor" => PageField::Start,
                "endCursor" => PageField::End,
                name => return Err(TreeError::unknown_field("PageInfo", name)),
            };
            match field {
                PageField::Start | PageField::End => page.bring_cursor(level),
                PageField::HasNext => page.more |= !page.from_end,
                PageField::HasPrevious => page.more |= page.from_end,
                PageField::TypeName => {}
            }
            out.push((json_key(key), field));
        }
        Ok(ConnectionField::PageInfo(out))
    }

    fn edges(&self, level: &mut Level, page: &mut Page, fields: &[&'a Field]) -> Result<ConnectionField, TreeError> {
        let type_name = format!("{}Edge", level.noun.name);
        let mut out = Vec::new();
        page.rows = true;
        for (key, fields) in self.selections.children_of(fields, &|condition| condition == type_name) {
            let field = match fields[0].name.node.as_str() {
                "__typename" => EdgeField::TypeName,
                "cursor" => {
                    page.bring_cursor(level);
                    EdgeField::Cursor
                }
                "node" => EdgeField::Node(self.shape(level, &fields)?),
                name => return Err(TreeError::unknown_field(&type_name, name)),
            };
            out.push((json_key(key), field));
        }
        Ok(ConnectionField::Edges(out))
    }
}

impl Level {
    fn new(noun: &'static Noun) -> Self {
        Self { noun, slots: vec![Slot::Column(&noun.columns[0])], children: Vec::new() }
    }

    /// The slot of a column, added if it is not there.
    pub fn column(&mut self, column: &'static Column) -> usize {
        let found =
            self.slots.iter().position(|slot| matches!(slot, Slot::Column(held) if std::ptr::eq(*held, column)));
        found.unwrap_or_else(|| self.push(Slot::Column(column)))
    }

    fn write(&mut self, column: &'static Column) -> Write {
        let slot = self.column(column);
        match (column.kind, self.noun.column_named("kind")) {
            (Kind::Link(None), Some(kind)) => Write::Link { file: slot, variant: self.column(kind) },
            _ => Write::Slot(slot),
        }
    }

    fn key(&mut self, edge: &'static Edge, key: &DynIden) -> usize {
        let same = |slot: &Slot| matches!(slot, Slot::Key(held, column) if std::ptr::eq(*held, edge) && column == key);
        self.slots.iter().position(same).unwrap_or_else(|| self.push(Slot::Key(edge, key.clone())))
    }

    fn push(&mut self, slot: Slot) -> usize {
        self.slots.push(slot);
        self.slots.len() - 1
    }

    fn child(&mut self, child: Child) -> usize {
        self.children.push(child);
        self.children.len() - 1
    }
}
