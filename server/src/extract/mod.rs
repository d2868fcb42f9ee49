//! Any query as data (F53, S77): one list to its end, or the groups of an aggregate, as a file for a spreadsheet, a notebook
//! or a warehouse.
//!
//! The same query that `/graphql` answers in JSON, asked with another `Accept`. The graph reads the list in one snapshot and
//! gives its rows here, where they are written to a file without a name in the data directory; only when all of it stands and
//! the audit has its row does the first byte go out. So a file is whole or there is none, a slow reader holds no snapshot, and
//! memory does not grow with the rows. See `docs/adr/0027-rows-are-written-before-they-are-sent.md`.

mod csv;
mod dictionary;
mod lines;
mod parquet;

use std::fs::File;
use std::io::{self, BufWriter, Seek};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::access::scope::Scope;
use crate::graph::scalars;
use crate::graph::tree::{Cell, Heading, Noun, Sink, TreeError};

/// The form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `text/csv` (RFC 4180), as spreadsheets open it.
    Csv,
    /// `application/x-ndjson`: an object a line, its values as in the graph.
    Lines,
    /// `application/vnd.apache.parquet`: typed columns.
    Parquet,
    /// `application/csvm+json`: what the columns are, by the W3C's metadata for tables; no rows.
    Dictionary,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Lines, Self::Parquet, Self::Dictionary];

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Lines => "application/x-ndjson",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Dictionary => "application/csvm+json",
        }
    }

    /// The ending of a file of this form.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Lines => "ndjson",
            Self::Parquet => "parquet",
            Self::Dictionary => "csv-metadata.json",
        }
    }

    /// Whether it holds rows, and not only what they are.
    #[must_use]
    pub const fn has_rows(self) -> bool {
        !matches!(self, Self::Dictionary)
    }
}

/// Where rows come from, for whoever reads them later.
#[derive(Debug, Clone)]
pub struct About {
    /// The query's text.
    pub query: String,
    /// When it was asked.
    pub at: DateTime<Utc>,
    /// Whose sight it is: the roles that it was asked with.
    pub scope: String,
}

impl About {
    /// What is said of a query.
    #[must_use]
    pub fn new(query: String, at: DateTime<Utc>, scope: &Scope) -> Self {
        let roles = scope.grants().iter().map(|grant| match (grant.partnership_id, grant.provider_id) {
            (Some(partnership), _) => format!("{} of {partnership}", grant.role),
            (_, Some(provider)) => format!("{} of {provider}", grant.role),
            _ => format!("{} of {}", grant.role, grant.authority_id),
        });
        Self { query, at, scope: roles.collect::<Vec<_>>().join(", ") }
    }

    /// What is said, by name.
    fn said(&self) -> [(&'static str, String); 3] {
        [("query", self.query.clone()), ("extractedAt", scalars::instant(self.at)), ("scope", self.scope.clone())]
    }
}

/// A query that is to give its rows as a file.
#[derive(Debug)]
pub struct Extract {
    /// The form of the file.
    pub form: Form,
    about: About,
    most: u64,
    folder: PathBuf,
    made: Mutex<Option<Made>>,
}

/// A file that is written to its end.
#[derive(Debug)]
pub struct Made {
    /// What its rows are.
    pub noun: &'static Noun,
    /// The file, at its start.
    pub file: File,
    /// How many rows it has.
    pub rows: u64,
    /// How many bytes it has.
    pub size: u64,
    noted: serde_json::Value,
}

impl Made {
    /// What the audit keeps of it.
    #[must_use]
    pub fn noted(&self) -> serde_json::Value {
        self.noted.clone()
    }
}

/// Writes the rows of a file.
trait Writer: Send {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()>;
    /// Writes what comes last.
    fn end(self: Box<Self>) -> io::Result<Spool>;
}

/// The file on its way.
type Spool = BufWriter<File>;

/// Rows on their way into a file.
pub struct Rows {
    noun: &'static Noun,
    fields: Vec<String>,
    writer: Box<dyn Writer>,
    rows: u64,
    most: u64,
}

impl Extract {
    /// A query whose file is written in this folder, of so many rows at most.
    #[must_use]
    pub fn new(form: Form, about: About, most: u64, folder: PathBuf) -> Self {
        Self { form, about, most, folder, made: Mutex::new(None) }
    }

    /// Begins the file.
    ///
    /// # Errors
    /// Where the folder takes no file.
    pub fn begin(&self, noun: &'static Noun, headings: Vec<Heading>) -> Result<Rows, TreeError> {
        let fields = headings.iter().map(|heading| heading.field.clone()).collect();
        let writer = self.writer(noun, headings).map_err(|error| failed(&error))?;
        Ok(Rows { noun, fields, writer, rows: 0, most: self.most })
    }

    fn writer(&self, noun: &Noun, headings: Vec<Heading>) -> io::Result<Box<dyn Writer>> {
        let spool = BufWriter::new(tempfile::tempfile_in(&self.folder)?);
        Ok(match self.form {
            Form::Csv => Box::new(csv::Csv::begin(spool, &headings)?),
            Form::Lines => Box::new(lines::Lines::begin(spool, &headings)),
            Form::Parquet => Box::new(parquet::Parquet::begin(spool, &headings, &self.about)?),
            Form::Dictionary => Box::new(dictionary::Dictionary::begin(spool, noun, &headings, &self.about)?),
        })
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Where its last bytes are not taken.
    pub fn end(&self, rows: Rows) -> Result<(), TreeError> {
        let Rows { noun, fields, writer, rows, .. } = rows;
        let query = hex::encode(Sha256::digest(self.about.query.as_bytes()));
        let noted =
            serde_json::json!({ "form": self.form.ending(), "rows": rows, "fields": fields, "querySha256": query });
        let finish = || {
            let mut file = writer.end()?.into_inner().map_err(io::IntoInnerError::into_error)?;
            let size = file.stream_position()?;
            file.rewind()?;
            Ok((file, size))
        };
        let (file, size) = finish().map_err(|error| failed(&error))?;
        *self.made.lock().unwrap_or_else(PoisonError::into_inner) = Some(Made { noun, file, rows, size, noted });
        Ok(())
    }

    /// The file, once it is written; none where the query asked for no list.
    #[must_use]
    pub fn take(&self) -> Option<Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Sink for Rows {
    fn row(&mut self, cells: &[Cell]) -> Result<(), TreeError> {
        if self.rows == self.most {
            let message = format!(
                "this list has more than {} rows, and no more are given at once: narrow it by `where`",
                self.most
            );
            return Err(TreeError::Asked { message, code: "TOO_LARGE" });
        }
        self.rows += 1;
        self.writer.row(cells).map_err(|error| failed(&error))
    }
}

fn failed(error: &io::Error) -> TreeError {
    tracing::error!(%error, "rows could not be written");
    let message = "The server has no room to prepare this now. Try again later, or ask for less.".to_owned();
    TreeError::Asked { message, code: "UNAVAILABLE" }
}
