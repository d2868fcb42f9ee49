//! What a query may ask for, checked before anything is executed.
//!
//! First the text is scanned for its number of tokens and its nesting, because the parser itself calls itself once a
//! level. Then the parsed document is measured once, every fragment a single time, so that a document which unfolds to
//! millions of fields is refused in the time it takes to read it.

mod lists;
mod measure;
mod scan;
mod values;

use async_graphql::{
    Pos, Variables,
    parser::types::{ExecutableDocument, OperationDefinition},
};
use thiserror::Error;

/// How many rows a connection gives when a query names no number.
pub const DEFAULT_PAGE: u64 = 20;
/// The most rows that a connection gives at once.
pub const MAX_PAGE: u64 = 100;
/// What an aggregate costs before its fields, each of which costs as much as on a full page: it reads every row.
pub const AGGREGATE: u64 = 1_000;

/// The limits of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Tokens of the query's text.
    pub tokens: usize,
    /// Brackets of any kind within brackets.
    pub nesting: usize,
    /// Levels of data. The edges and nodes of a connection count as one with it.
    pub depth: usize,
    /// One for each field, times the page sizes above it.
    pub complexity: u64,
    /// Fields once every fragment is unfolded.
    pub fields: u64,
    /// Renamed fields in the document.
    pub aliases: usize,
    /// Directives in the document.
    pub directives: usize,
    /// Fields of the query or mutation type in one operation.
    pub root_fields: u64,
    /// Operations in the document.
    pub operations: usize,
    /// Items of one list in an argument or a variable: the manifest of a long visit, and room.
    pub list: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tokens: 4_000,
            nesting: 50,
            depth: 8,
            complexity: 50_000,
            fields: 1_000,
            aliases: 15,
            directives: 20,
            root_fields: 20,
            operations: 10,
            list: 1_000,
        }
    }
}

/// A limit that a query goes beyond. The text names the limit and nothing of the query.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Excess {
    #[error("A query may have at most {0} tokens.")]
    Tokens(usize),
    #[error("Brackets may be nested at most {0} deep.")]
    Nesting(usize),
    #[error("A query may nest at most {0} levels of data.")]
    Depth(usize),
    #[error("This query may cost more than {0}. Ask for smaller pages or fewer fields.")]
    Complexity(u64),
    #[error("A query may have at most {0} fields once its fragments are unfolded.")]
    Fields(u64),
    #[error("A query may rename at most {0} fields.")]
    Aliases(usize),
    #[error("A query may use at most {0} directives.")]
    Directives(usize),
    #[error("An operation may have at most {0} fields at its root.")]
    RootFields(u64),
    #[error("A document may have at most {0} operations.")]
    Operations(usize),
    #[error("A list may have at most {0} items.")]
    List(usize),
    #[error("Fragments may not contain themselves.")]
    FragmentCycle,
    #[error("A question about the schema may list the fields of types at most twice over.")]
    Introspection,
}

impl Excess {
    /// The code by which a client tells one limit from another.
    pub fn code(self) -> &'static str {
        match self {
            Self::Tokens(_) => "LIMIT_TOKENS",
            Self::Nesting(_) => "LIMIT_NESTING",
            Self::Depth(_) => "LIMIT_DEPTH",
            Self::Complexity(_) => "LIMIT_COMPLEXITY",
            Self::Fields(_) => "LIMIT_FIELDS",
            Self::Aliases(_) => "LIMIT_ALIASES",
            Self::Directives(_) => "LIMIT_DIRECTIVES",
            Self::RootFields(_) => "LIMIT_ROOT_FIELDS",
            Self::Operations(_) => "LIMIT_OPERATIONS",
            Self::List(_) => "LIMIT_LIST",
            Self::FragmentCycle => "LIMIT_FRAGMENT_CYCLE",
            Self::Introspection => "LIMIT_INTROSPECTION",
        }
    }
}

/// An excess and, where one place is to blame, the place.
pub type Exceeded = (Excess, Option<Pos>);

/// What a document asks for; of several operations the most, since all of them are held to the limits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// One for each field, times the page sizes above it.
    pub cost: u64,
    /// Levels of data.
    pub depth: usize,
    /// Fields once every fragment is unfolded.
    pub fields: u64,
    /// The limits that it goes beyond, each once, the first first.
    pub excesses: Vec<Exceeded>,
}

/// A connection that an operation asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Response keys from the root, with points between them; what stands between a connection and its rows left out.
    pub path: String,
    /// Rows of one page.
    pub page: u64,
    /// Rows at most, over all the rows that it hangs below.
    pub rows: u64,
}

impl Limits {
    /// Whether the text is safe to give to the parser.
    ///
    /// # Errors
    /// The first excess.
    pub fn check_text(&self, query: &str) -> Result<(), Excess> {
        scan::check(self, query)
    }

    /// Whether the document, with these variables, asks for no more than it may.
    ///
    /// # Errors
    /// The first excess and its place.
    pub fn check_document(&self, document: &ExecutableDocument, variables: &Variables) -> Result<(), Exceeded> {
        match self.measure(document, variables).excesses.into_iter().next() {
            Some(exceeded) => Err(exceeded),
            None => Ok(()),
        }
    }

    /// What the document, with these variables, asks for, and the limits that it goes beyond.
    #[must_use]
    pub fn measure(&self, document: &ExecutableDocument, variables: &Variables) -> Measured {
        measure::measure(self, document, variables)
    }

    /// The connections that an operation asks for, in their order. Only for a document within the limit of its fields: it
    /// is unfolded here.
    #[must_use]
    pub fn lists(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Vec<List> {
        lists::of(document, operation, variables)
    }
}

#[cfg(test)]
mod tests;
