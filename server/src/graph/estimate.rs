//! What a query would come to, found out without running it: whether the server would take it, what it may cost, which lists
//! it opens, and where it is wrong.
//!
//! It goes the way of a request up to the door: the text is scanned, parsed, measured against the limits and held against
//! the schema, by the same code. The schema that validates here is one of its own, whose execution does nothing, so that no
//! resolver and no statement can run. Who keeps queries (`bench/saved_query`) asks the same.

use std::sync::{Arc, LazyLock};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Context, Object, Request, Response, ServerError, SimpleObject, Value, Variables};

use super::errors::{self, Code};
use super::limits::{Excess, Limits, List, Measured};
use super::operation;
use super::scalars::{BigInt, Json};
use super::{Graph, builder};
use crate::app::App;
use crate::ledger::Actor;

/// A query that might be asked.
#[derive(Debug)]
pub struct Draft<'a> {
    /// Its text.
    pub text: &'a str,
    /// Which operation of it.
    pub operation_name: Option<&'a str>,
    /// Its variables, as far as they are known.
    pub variables: Variables,
    /// Whether a variable that must have a value may still be without one.
    pub is_open: bool,
}

/// What was found out about a query.
#[derive(Debug, Default)]
pub struct Found {
    /// What it asks for; none where its text cannot be read.
    pub measured: Option<Measured>,
    /// Its lists; none where it cannot be read, or is beyond a limit other than those of depth and cost.
    pub lists: Vec<List>,
    /// Whether it would change something.
    pub changes: bool,
    /// Why it would be refused, in our own words; empty where it would run.
    pub problems: Vec<QueryProblem>,
}

/// Looks at a query without running it.
pub async fn examine(limits: &Limits, draft: Draft<'_>) -> Found {
    let refused = |error: ServerError| Found { problems: problems(vec![error]), ..Found::default() };
    if let Err(excess) = limits.check_text(draft.text) {
        return refused(errors::excess((excess, None)));
    }
    let document = match parse_query(draft.text) {
        Ok(document) => document,
        Err(error) => return refused(errors::parse(&error)),
    };
    let measured = limits.measure(&document, &draft.variables);
    let mut wrong: Vec<_> = measured.excesses.iter().copied().map(errors::excess).collect();
    let mut found = Found::default();
    // A document that unfolds to too much is not read further: whoever validates it unfolds it too.
    let mut is_read_on = measured.excesses.iter().all(|(excess, _)| is_merely_dear(*excess));
    match operation::chosen(&document, draft.operation_name) {
        Ok(chosen) => {
            found.changes = chosen.ty == OperationType::Mutation;
            wrong.extend(operation::check_kind(chosen, false).err());
            if !draft.is_open {
                wrong.extend(operation::check_variables(chosen, &draft.variables).err());
            }
            if is_read_on {
                found.lists = limits.lists(&document, chosen, &draft.variables);
            }
        }
        Err(error) => {
            is_read_on = false;
            wrong.push(error);
        }
    }
    if is_read_on {
        wrong.extend(invalid(document, draft).await);
    }
    Found { measured: Some(measured), problems: problems(wrong), ..found }
}

/// Whether a limit is one of those of what a query costs.
fn is_merely_dear(excess: Excess) -> bool {
    matches!(excess, Excess::Complexity(_) | Excess::Depth(_))
}

/// A schema that parses and validates, and executes nothing.
static VALIDATING: LazyLock<Graph> = LazyLock::new(|| builder().extension(NeverExecuted).finish());

struct NeverExecuted;

impl ExtensionFactory for NeverExecuted {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for NeverExecuted {
    async fn execute(&self, _: &ExtensionContext<'_>, _: Option<&str>, _: NextExecute<'_>) -> Response {
        Response::default()
    }
}

/// Where the document does not fit the schema.
async fn invalid(document: ExecutableDocument, draft: Draft<'_>) -> Vec<ServerError> {
    let mut request = Request::new("").variables(draft.variables);
    request.operation_name = draft.operation_name.map(str::to_owned);
    request.set_parsed_query(document);
    VALIDATING.execute(request).await.errors
}

/// The errors as they would be sent. None of the words is the query's.
fn problems(wrong: Vec<ServerError>) -> Vec<QueryProblem> {
    let problem = |error: ServerError| {
        let place = error.locations.first();
        QueryProblem {
            code: match error.extensions.as_ref().and_then(|extensions| extensions.get("code")) {
                Some(Value::String(code)) => code.clone(),
                _ => Code::ValidationFailed.as_str().to_owned(),
            },
            message: error.message,
            line: place.and_then(|at| i32::try_from(at.line).ok()),
            column: place.and_then(|at| i32::try_from(at.column).ok()),
        }
    };
    errors::mask(wrong, "").into_iter().map(problem).collect()
}

/// Why a query would be refused.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject)]
pub struct QueryProblem {
    /// What a program can match on, as in the `extensions.code` of an error.
    pub code: String,
    /// The same in words.
    pub message: String,
    /// The line of the query's text, from 1; null where no one place is to blame.
    pub line: Option<i32>,
    /// The column in that line, from 1; null where no one place is to blame.
    pub column: Option<i32>,
}

/// A list that a query opens.
#[derive(Debug, SimpleObject)]
pub struct EstimatedList {
    /// Its place: response keys from the root, with points between them, e.g. `providers.visits`.
    pub path: String,
    /// Rows of one page: `first` or `last`, 20 where the query says nothing, 100 where it names a variable without a value.
    pub page: i32,
    /// Rows at most in the answer, over all the rows that it hangs below.
    pub rows: BigInt,
}

/// What a query would come to, found out without running it.
#[derive(Debug, SimpleObject)]
pub struct Estimate {
    /// Whether the server would run it as it is.
    pub runs: bool,
    /// What it may cost: one for each field, times the sizes of the pages above it. Null where its text cannot be read.
    pub cost: Option<BigInt>,
    /// The most that a query may cost.
    pub cost_limit: BigInt,
    /// Its levels of data; a connection, its edges and their nodes are one. Null where its text cannot be read.
    pub depth: Option<i32>,
    /// The most levels that a query may have.
    pub depth_limit: i32,
    /// Its fields, fragments unfolded. Null where its text cannot be read.
    pub fields: Option<BigInt>,
    /// The most fields that a query may have.
    pub fields_limit: BigInt,
    /// The lists that it opens, in their order. Empty where it goes beyond a limit other than those of cost and depth.
    pub lists: Vec<EstimatedList>,
    /// Why the server would refuse it, five reasons at most; empty where it would run. What is merely too dear says so here.
    pub problems: Vec<QueryProblem>,
}

impl Estimate {
    fn of(limits: &Limits, found: Found) -> Self {
        let measured = found.measured.as_ref();
        let list = |list: List| EstimatedList { path: list.path, page: int(list.page), rows: big(list.rows) };
        Self {
            runs: found.problems.is_empty(),
            cost: measured.map(|measured| big(measured.cost)),
            cost_limit: big(limits.complexity),
            depth: measured.map(|measured| int(measured.depth)),
            depth_limit: int(limits.depth),
            fields: measured.map(|measured| big(measured.fields)),
            fields_limit: big(limits.fields),
            lists: found.lists.into_iter().map(list).collect(),
            problems: found.problems,
        }
    }
}

fn big(number: u64) -> BigInt {
    BigInt(i64::try_from(number).unwrap_or(i64::MAX))
}

fn int(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

/// Estimates.
#[derive(Debug, Default)]
pub struct EstimateQuery;

#[Object]
impl EstimateQuery {
    /// What a query or mutation would come to, without running it: nothing of it is executed, and the database is not asked.
    /// What is too dear, too deep or wrong is no error here: the answer says so, and where. For whoever is signed in.
    async fn estimate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text, as it would be sent to this address.")] query: String,
        #[graphql(
            desc = "Its variables, an object. A page whose size is a variable without a value counts as 100 rows."
        )]
        variables: Option<Json>,
        #[graphql(desc = "Which operation, where the text has several.")] operation_name: Option<String>,
    ) -> async_graphql::Result<Estimate> {
        ctx.data_opt::<Arc<Actor>>().ok_or_else(errors::sign_in_first)?;
        let variables = match variables.map(|Json(variables)| variables) {
            None | Some(Value::Null) => Variables::default(),
            Some(object @ Value::Object(_)) => Variables::from_value(object),
            Some(_) => return Err(errors::refuse(Code::BadInput, "variables: an object is expected")),
        };
        let limits = &ctx.data::<App>()?.config.limits;
        let operation_name = operation_name.as_deref().filter(|name| !name.is_empty());
        let draft = Draft { text: &query, operation_name, variables, is_open: false };
        Ok(Estimate::of(limits, examine(limits, draft).await))
    }
}
