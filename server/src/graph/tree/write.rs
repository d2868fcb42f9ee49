//! Writing the answer: fields straight from rows into bytes, with no future and no value per field.

use sea_orm::DbErr;
use uuid::Uuid;

use super::fetch::{Bunch, Fetched, Found, ROOT};
use super::noun::Noun;
use super::page::Page;
use super::plan::{Connection, ConnectionField, EdgeField, Level, Link, PageField, Shape, Slot, Write};
use super::value::{self, Linker, Row};

/// Writes rows of a plan.
pub struct Writer<'a> {
    pub out: Vec<u8>,
    pub linker: &'a dyn Linker,
}

impl Writer<'_> {
    /// A page of a connection.
    pub fn connection(
        &mut self,
        level: &Level,
        connection: &Connection,
        found: &Found,
        parent: Uuid,
    ) -> Result<(), DbErr> {
        let empty = Bunch::default();
        let bunch = found.by_parent.get(&parent).unwrap_or(&empty);
        self.out.push(b'{');
        for (index, (key, field)) in connection.fields.iter().enumerate() {
            self.key(index, key);
            match field {
                ConnectionField::TypeName => self.type_name(level.noun, "Connection"),
                ConnectionField::Total => self.text(&bunch.total.to_string()),
                ConnectionField::PageInfo(fields) => {
                    self.page_info(fields, level, &connection.page, bunch, &found.below)?;
                }
                ConnectionField::Edges(fields) => {
                    self.out.push(b'[');
                    for (index, row) in bunch.rows.iter().enumerate() {
                        self.comma(index);
                        self.edge(fields, level, &connection.page, &found.below, *row)?;
                    }
                    self.out.push(b']');
                }
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    fn edge(
        &mut self,
        fields: &[(String, EdgeField)],
        level: &Level,
        page: &Page,
        fetched: &Fetched,
        row: usize,
    ) -> Result<(), DbErr> {
        self.out.push(b'{');
        for (index, (key, field)) in fields.iter().enumerate() {
            self.key(index, key);
            match field {
                EdgeField::TypeName => self.type_name(level.noun, "Edge"),
                EdgeField::Cursor => self.cursor(level, page, fetched.row(row))?,
                EdgeField::Node(shape) => self.row(level, shape, fetched, row)?,
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    fn page_info(
        &mut self,
        fields: &[(String, PageField)],
        level: &Level,
        page: &Page,
        bunch: &Bunch,
        fetched: &Fetched,
    ) -> Result<(), DbErr> {
        let (next, previous) =
            if page.from_end { (page.before.is_some(), bunch.more) } else { (bunch.more, page.after.is_some()) };
        self.out.push(b'{');
        for (index, (key, field)) in fields.iter().enumerate() {
            self.key(index, key);
            let place = match field {
                PageField::TypeName => {
                    self.text("\"PageInfo\"");
                    continue;
                }
                PageField::HasNext => {
                    self.text(if next { "true" } else { "false" });
                    continue;
                }
                PageField::HasPrevious => {
                    self.text(if previous { "true" } else { "false" });
                    continue;
                }
                PageField::Start => bunch.rows.first(),
                PageField::End => bunch.rows.last(),
            };
            match place {
                Some(row) => self.cursor(level, page, fetched.row(*row))?,
                None => self.text("null"),
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    /// The fields of one row.
    pub fn row(&mut self, level: &Level, shape: &Shape, fetched: &Fetched, row: usize) -> Result<(), DbErr> {
        let values = fetched.row(row);
        self.out.push(b'{');
        for (index, (key, write)) in shape.iter().enumerate() {
            self.key(index, key);
            match write {
                Write::TypeName => self.type_name(level.noun, ""),
                Write::Slot(slot) => {
                    if let Slot::Column(column) = &level.slots[*slot] {
                        value::write(&mut self.out, values, *slot, level.noun, column.kind, self.linker)?;
                    }
                }
                Write::Link { file, variant } => {
                    let file = value::held::<Uuid>(values, *file)?;
                    let variant = value::held::<&str>(values, *variant)?;
                    match file.zip(variant) {
                        Some((file, variant)) => value::string(&mut self.out, &self.linker.link(file, variant)),
                        None => self.text("null"),
                    }
                }
                Write::One(child) => self.first_of(level, &[*child], fetched, values)?,
                Write::AnyOf(children) => self.first_of(level, children, fetched, values)?,
                Write::Many(child) => {
                    if let Link::Many { connection, .. } = &level.children[*child].link {
                        let id = value::held(values, 0)?.unwrap_or(ROOT);
                        self.connection(&level.children[*child].level, connection, &fetched.children[*child], id)?;
                    }
                }
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    fn first_of(&mut self, level: &Level, children: &[usize], fetched: &Fetched, values: Row<'_>) -> Result<(), DbErr> {
        for child in children {
            let Link::One { slot, shape } = &level.children[*child].link else { continue };
            let Some(id) = value::held::<Uuid>(values, *slot)? else { continue };
            let found = &fetched.children[*child];
            if let Some(row) = found.by_parent.get(&id).and_then(|bunch| bunch.rows.first()) {
                return self.row(&level.children[*child].level, shape, &found.below, *row);
            }
        }
        self.text("null");
        Ok(())
    }

    fn cursor(&mut self, level: &Level, page: &Page, row: Row<'_>) -> Result<(), DbErr> {
        value::string(&mut self.out, &page.text(level.noun, &page.cursor_at(row)?));
        Ok(())
    }

    fn type_name(&mut self, noun: &Noun, suffix: &str) {
        self.text("\"");
        self.text(noun.name);
        self.text(suffix);
        self.text("\"");
    }

    fn key(&mut self, index: usize, key: &str) {
        self.comma(index);
        self.text(key);
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.out.push(b',');
        }
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}
