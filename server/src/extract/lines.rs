//! JSON, an object a line, each value as the graph writes it.

use std::io::{self, Write};

use serde::Serializer;
use serde::ser::SerializeMap;

use super::{Spool, Writer};
use crate::graph::scalars;
use crate::graph::tree::{Cell, Heading};

pub struct Lines {
    spool: Spool,
    names: Vec<String>,
}

impl Lines {
    pub fn begin(spool: Spool, headings: &[Heading]) -> Self {
        Self { spool, names: headings.iter().map(|heading| heading.name.clone()).collect() }
    }
}

impl Writer for Lines {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let mut json = serde_json::Serializer::new(&mut self.spool);
        let mut object = json.serialize_map(Some(cells.len()))?;
        for (name, cell) in self.names.iter().zip(cells) {
            match cell {
                Cell::Missing => object.serialize_entry(name, &())?,
                Cell::Text(text) => object.serialize_entry(name, text)?,
                Cell::Whole(number) => object.serialize_entry(name, number)?,
                Cell::Number(number) => object.serialize_entry(name, number)?,
                Cell::Boolean(yes) => object.serialize_entry(name, yes)?,
                Cell::Date(date) => object.serialize_entry(name, date)?,
                Cell::Instant(at) => object.serialize_entry(name, &scalars::instant(*at))?,
                Cell::Money(pence) => object.serialize_entry(name, &scalars::pounds(*pence))?,
                Cell::Json(value) => object.serialize_entry(name, value)?,
            }
        }
        object.end()?;
        self.spool.write_all(b"\n")
    }

    fn end(self: Box<Self>) -> io::Result<Spool> {
        Ok(self.spool)
    }
}
