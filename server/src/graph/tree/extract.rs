//! A query as rows: one connection, or one below another, read to its end in one snapshot.
//!
//! A [`Path`] is what a query asks for, seen as a table: the connection that the rows come from is the deepest; what is asked
//! of it, and of the rows that it lies below, are the columns. A row of a connection above that has nothing below it gives
//! no row. What is held at once is bounded: a page of each connection of the path.

use async_graphql::parser::types::Field;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::DynIden;
use uuid::Uuid;

use super::TreeError;
use super::fetch::{Fetched, Found, ROOT, Reader};
use super::noun::{Column, Kind, Noun};
use super::page::{Cursor, Page};
use super::plan::{Connection, ConnectionField, EdgeField, Level, Link, Planner, Shape, Slot, Write};
use super::value::{self, Cell, Linker, Row, held};

/// Rows of the deepest connection that are read at a time.
const PAGE: usize = 500;
/// Rows whose children are read together.
const PARENTS: usize = 50;
/// Children of one such row that are read with those of the others.
const CHILDREN: usize = 100;

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The response keys that lead to it, joined by `_`.
    pub name: String,
    /// The field, as in `Placement.startsOn`.
    pub field: String,
    /// What the field says of itself.
    pub doc: String,
    /// What it holds.
    pub holds: Holds,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Values of this kind.
    Value(Kind),
    /// Numbers that are not whole: means, medians.
    Number,
}

/// Takes the rows, one by one.
pub trait Sink: Send {
    /// Takes a row: a cell for each heading.
    ///
    /// # Errors
    /// Where no more rows are taken.
    fn row(&mut self, cells: &[Cell]) -> Result<(), TreeError>;
}

/// One connection of the path.
#[derive(Debug)]
pub struct Step<'a> {
    level: &'a Level,
    connection: &'a Connection,
    /// The column that holds the id of the row above.
    above: Option<&'a DynIden>,
    own: Vec<(Heading, Vec<Source>)>,
    below: Option<Box<Step<'a>>>,
}

/// Where a cell's value stands: behind edges to one row, in a slot.
#[derive(Debug, Clone)]
struct Source {
    through: Vec<usize>,
    take: Take,
}

#[derive(Debug, Clone, Copy)]
enum Take {
    TypeName,
    Slot(usize),
    Link { file: usize, variant: usize },
}

impl<'a> Planner<'a> {
    /// The connection that a query asks for, ready to be read to its end. It must be all that is asked for.
    pub fn whole(&self, noun: &'static Noun, key: &str) -> Result<(Level, Connection), TreeError> {
        let (mut level, mut connection) = self.root_connection(noun, &self.only_field(key)?)?;
        is_whole(&connection.page, key)?;
        connection.page.bring_cursor(&mut level);
        prepare(&mut level)?;
        Ok((level, connection))
    }

    /// The root field of this key. It must be the only one.
    pub fn only_field(&self, key: &str) -> Result<Vec<&'a Field>, TreeError> {
        match self.selections.root_keys("Query").into_iter().find(|other| *other != key) {
            Some(other) => Err(TreeError::input(other, "rows come of one list: ask for this in a query of its own")),
            None => Ok(self.selections.root_fields(key, "Query")),
        }
    }
}

/// Makes the lists below these rows bring cursors, and nothing by themselves: they are read page by page.
fn prepare(level: &mut Level) -> Result<(), TreeError> {
    for child in &mut level.children {
        if let Link::Many { connection, .. } = &mut child.link {
            is_whole(&connection.page, child.level.noun.name)?;
            connection.page.bring_cursor(&mut child.level);
            connection.page.rows = false;
            connection.total = false;
        }
        prepare(&mut child.level)?;
    }
    Ok(())
}

fn is_whole(page: &Page, path: &str) -> Result<(), TreeError> {
    if page.after.is_some() || page.before.is_some() || page.from_end {
        return Err(TreeError::input(path, "all rows are given: leave out `last`, `after` and `before`"));
    }
    Ok(())
}

impl<'a> Step<'a> {
    /// The path that begins with this connection.
    pub fn first(level: &'a Level, connection: &'a Connection) -> Result<Self, TreeError> {
        let first = Self::new(level, connection, None, "")?;
        check(&first.headings().iter().collect::<Vec<_>>())?;
        Ok(first)
    }

    fn new(
        level: &'a Level,
        connection: &'a Connection,
        above: Option<&'a DynIden>,
        prefix: &str,
    ) -> Result<Self, TreeError> {
        let mut table = Table { own: Vec::new(), lists: Vec::new() };
        for shape in shapes(connection) {
            table.take(level, shape, prefix, &mut Vec::new())?;
        }
        let below = match table.lists[..] {
            [] => None,
            [(ref name, child)] => {
                let Link::Many { column, connection } = &level.children[child].link else {
                    unreachable!("it is a list")
                };
                Some(Box::new(Step::new(&level.children[child].level, connection, Some(column), name)?))
            }
            [_, (ref second, _), ..] => {
                return Err(TreeError::input(
                    second,
                    "a second list beside the first would multiply its rows: ask for it in a query of its own",
                ));
            }
        };
        Ok(Self { level, connection, above, own: table.own, below })
    }

    /// The columns, those of the rows above first.
    pub fn headings(&self) -> Vec<Heading> {
        let own = self.own.iter().map(|(heading, _)| heading.clone());
        own.chain(self.below.iter().flat_map(|below| below.headings())).collect()
    }

    fn page(&self, limit: usize, after: Option<Cursor>) -> Connection {
        let page = Page { limit, after, rows: true, more: true, ..self.connection.page.clone() };
        Connection { page, filter: self.connection.filter.clone(), total: false, fields: Vec::new() }
    }
}

/// That there are columns, each with a name of its own.
pub fn check(headings: &[&Heading]) -> Result<(), TreeError> {
    let twice = headings.iter().enumerate().find(|(at, one)| headings[..*at].iter().any(|two| two.name == one.name));
    match twice {
        Some((_, heading)) => Err(TreeError::input(
            &heading.name,
            "two columns would be called so: give one another name, as in `other: name`",
        )),
        None if headings.is_empty() => Err(TreeError::input("node", "ask for the fields that become columns")),
        None => Ok(()),
    }
}

/// What is written of each row.
fn shapes(connection: &Connection) -> impl Iterator<Item = &Shape> {
    let edges = connection.fields.iter().filter_map(|(_, field)| match field {
        ConnectionField::Edges(fields) => Some(fields),
        _ => None,
    });
    edges.flatten().filter_map(|(_, field)| match field {
        EdgeField::Node(shape) => Some(shape),
        _ => None,
    })
}

/// The columns of a connection's rows, and the lists below them, as they are found.
struct Table {
    own: Vec<(Heading, Vec<Source>)>,
    lists: Vec<(String, usize)>,
}

impl Table {
    fn take(&mut self, level: &Level, shape: &Shape, prefix: &str, through: &mut Vec<usize>) -> Result<(), TreeError> {
        for (key, write) in shape {
            let key = key.trim_matches(['"', ':']);
            let name = if prefix.is_empty() { key.to_owned() } else { format!("{prefix}_{key}") };
            match write {
                Write::TypeName => self.add(name, level.noun, None, through, Take::TypeName)?,
                Write::Slot(slot) => self.add(name, level.noun, level.column_in(*slot), through, Take::Slot(*slot))?,
                Write::Link { file, variant } => {
                    let take = Take::Link { file: *file, variant: *variant };
                    self.add(name, level.noun, level.column_in(*file), through, take)?;
                }
                Write::One(child) => self.behind(level, &[*child], &name, through)?,
                Write::AnyOf(children) => self.behind(level, children, &name, through)?,
                Write::Many(child) if through.is_empty() => self.lists.push((name, *child)),
                Write::Many(_) => {
                    let words = "this list hangs on a single record beside the rows: begin the query with it";
                    return Err(TreeError::input(&name, words));
                }
            }
        }
        Ok(())
    }

    fn behind(
        &mut self,
        level: &Level,
        children: &[usize],
        name: &str,
        through: &mut Vec<usize>,
    ) -> Result<(), TreeError> {
        for child in children {
            let Link::One { shape, .. } = &level.children[*child].link else { continue };
            through.push(*child);
            self.take(&level.children[*child].level, shape, name, through)?;
            through.pop();
        }
        Ok(())
    }

    /// Adds a column; behind an edge to one of several nouns, another place of the same.
    fn add(
        &mut self,
        name: String,
        noun: &Noun,
        column: Option<&Column>,
        through: &[usize],
        take: Take,
    ) -> Result<(), TreeError> {
        let source = Source { through: through.to_vec(), take };
        let (field, doc, kind) = match column {
            Some(column) => (column.name, column.doc, column.kind),
            None => ("__typename", "The type of the record.", Kind::Text),
        };
        let holds = Holds::Value(kind);
        let heading = Heading { name, field: format!("{}.{field}", noun.name), doc: doc.to_owned(), holds };
        match self.own.iter_mut().find(|(held, _)| held.name == heading.name) {
            None => self.own.push((heading, vec![source])),
            Some((held, sources))
                if held.holds == holds && sources.iter().all(|other| other.through != source.through) =>
            {
                sources.push(source);
            }
            Some((held, _)) => {
                return Err(TreeError::input(
                    &held.name,
                    "different fields would share this column: give one another name",
                ));
            }
        }
        Ok(())
    }
}

impl<C: ConnectionTrait> Reader<'_, C> {
    /// Gives every row of the path to the sink.
    pub async fn all(&self, step: &Step<'_>, linker: &dyn Linker, sink: &mut dyn Sink) -> Result<(), TreeError> {
        Walk { reader: self, linker, sink }.below(step, vec![(ROOT, Vec::new())]).await
    }

    async fn step(&self, step: &Step<'_>, parents: Vec<Uuid>, page: Connection) -> Result<Found, TreeError> {
        self.pages(step.level, &page, step.above.map(|column| (column, parents))).await
    }
}

struct Walk<'a, C> {
    reader: &'a Reader<'a, C>,
    linker: &'a dyn Linker,
    sink: &'a mut dyn Sink,
}

impl<C: ConnectionTrait> Walk<'_, C> {
    /// The rows of a connection below these rows, one row's after the other's.
    async fn below(&mut self, step: &Step<'_>, parents: Vec<(Uuid, Vec<Cell>)>) -> Result<(), TreeError> {
        let limit = if step.below.is_some() || parents.len() > 1 { CHILDREN } else { PAGE };
        let found = self.reader.step(step, parents.iter().map(|(id, _)| *id).collect(), step.page(limit, None)).await?;
        for (parent, above) in &parents {
            let mut next = self.give(step, &found, *parent, above).await?;
            while let Some(cursor) = next {
                let found = self.reader.step(step, vec![*parent], step.page(PAGE, Some(cursor))).await?;
                next = self.give(step, &found, *parent, above).await?;
            }
        }
        Ok(())
    }

    /// Gives a row's part of what was found, and says where to go on.
    async fn give(
        &mut self,
        step: &Step<'_>,
        found: &Found,
        parent: Uuid,
        above: &[Cell],
    ) -> Result<Option<Cursor>, TreeError> {
        let Some(bunch) = found.by_parent.get(&parent) else { return Ok(None) };
        for rows in bunch.rows.chunks(PARENTS) {
            let mut parents = Vec::new();
            for row in rows {
                let values = found.below.row(*row);
                let mut cells = above.to_vec();
                for (_, sources) in &step.own {
                    cells.push(self.cell(step.level, &found.below, values, sources)?);
                }
                match &step.below {
                    None => self.sink.row(&cells)?,
                    Some(_) => parents.push((held(values, 0)?.unwrap_or(ROOT), cells)),
                }
            }
            if let Some(below) = &step.below {
                Box::pin(self.below(below, parents)).await?;
            }
        }
        match bunch.rows.last().filter(|_| bunch.more) {
            Some(last) => Ok(Some(step.connection.page.cursor_at(found.below.row(*last))?)),
            None => Ok(None),
        }
    }

    /// The value at the first place where there is a row.
    fn cell(&self, level: &Level, fetched: &Fetched, row: Row<'_>, sources: &[Source]) -> Result<Cell, TreeError> {
        for source in sources {
            let mut at = Some((level, fetched, row));
            for child in &source.through {
                let Some((level, fetched, row)) = at else { break };
                at = follow(level, fetched, row, *child)?;
            }
            if let Some((level, _, row)) = at {
                return Ok(self.take(level, row, source.take)?);
            }
        }
        Ok(Cell::Missing)
    }

    fn take(&self, level: &Level, row: Row<'_>, take: Take) -> Result<Cell, sea_orm::DbErr> {
        match take {
            Take::TypeName => Ok(Cell::Text(level.noun.name.to_owned())),
            Take::Slot(slot) => match level.column_in(slot) {
                Some(column) => value::cell(row, slot, level.noun, column.kind, self.linker),
                None => Ok(Cell::Missing),
            },
            Take::Link { file, variant } => {
                let (file, variant) = (held::<Uuid>(row, file)?, held::<&str>(row, variant)?);
                Ok(file
                    .zip(variant)
                    .map_or(Cell::Missing, |(file, variant)| Cell::Text(self.linker.link(file, variant))))
            }
        }
    }
}

type At<'a> = (&'a Level, &'a Fetched, Row<'a>);

/// The one row behind an edge.
fn follow<'a>(level: &'a Level, fetched: &'a Fetched, row: Row<'a>, child: usize) -> Result<Option<At<'a>>, TreeError> {
    let Link::One { slot, .. } = &level.children[child].link else { return Ok(None) };
    let Some(id) = held::<Uuid>(row, *slot)? else { return Ok(None) };
    let found = &fetched.children[child];
    let index = found.by_parent.get(&id).and_then(|bunch| bunch.rows.first());
    Ok(index.map(|index| (&level.children[child].level, &found.below, found.below.row(*index))))
}

impl Level {
    fn column_in(&self, slot: usize) -> Option<&'static Column> {
        match &self.slots[slot] {
            Slot::Column(column) => Some(column),
            Slot::Key(..) => None,
        }
    }
}
