//! What the columns are, as the W3C's Metadata Vocabulary for Tabular Data has it.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{About, Spool, Writer};
use crate::graph::tree::{Cell, Heading, Holds, Kind, Noun};

pub struct Dictionary(Spool);

impl Dictionary {
    pub fn begin(mut spool: Spool, noun: &Noun, headings: &[Heading], about: &About) -> io::Result<Self> {
        let [(_, query), (_, at), (_, scope)] = about.said();
        let name = noun.plural.unwrap_or(noun.name);
        let table = json!({
            "@context": "http://www.w3.org/ns/csvw",
            "url": format!("{name}.csv"),
            "dc:title": name,
            "dc:description": noun.doc,
            "dc:source": query,
            "dc:created": at,
            "dc:audience": scope,
            "dialect": { "lineTerminators": "\r\n" },
            "tableSchema": { "columns": headings.iter().map(column).collect::<Vec<_>>() },
        });
        serde_json::to_writer_pretty(&mut spool, &table)?;
        spool.write_all(b"\n")?;
        Ok(Self(spool))
    }
}

fn column(heading: &Heading) -> Value {
    let datatype = match heading.holds {
        Holds::Number => json!("double"),
        Holds::Value(kind) => datatype(kind),
    };
    let mut column = json!({
        "name": heading.name,
        "titles": heading.name,
        "dc:source": heading.field,
        "dc:description": heading.doc,
        "datatype": datatype,
    });
    if let Holds::Value(Kind::Code(list)) = heading.holds {
        let meaning = |(code, doc): (&str, &str)| json!({ "code": code.to_ascii_uppercase(), "meaning": doc });
        column["notes"] = list.values().into_iter().map(meaning).collect();
    }
    column
}

fn datatype(kind: Kind) -> Value {
    match kind {
        Kind::Id | Kind::Text => json!("string"),
        Kind::Link(_) => json!("anyURI"),
        Kind::Int => json!("int"),
        Kind::BigInt => json!("long"),
        Kind::Boolean => json!("boolean"),
        Kind::Date => json!("date"),
        Kind::Instant => json!("dateTime"),
        Kind::Money => json!({ "base": "decimal", "dc:description": "pounds sterling" }),
        Kind::Json => json!("json"),
        Kind::Code(list) => {
            let codes: Vec<_> = list.values().iter().map(|(code, _)| code.to_ascii_uppercase()).collect();
            json!({ "base": "string", "format": codes.join("|") })
        }
    }
}

impl Writer for Dictionary {
    fn row(&mut self, _: &[Cell]) -> io::Result<()> {
        Ok(())
    }

    fn end(self: Box<Self>) -> io::Result<Spool> {
        Ok(self.0)
    }
}
