//! Errors as a client sees them.
//!
//! A refusal is data, in the mutation's payload. What comes through here is the rest: a query that cannot be read, a
//! request that nobody may make, a surprise on our side. Each has a message of our own, `extensions.code` to match on
//! and `extensions.requestId` to quote. Nothing of the query or of an internal text goes out: a literal in a query is
//! often a child's name, and an internal text tells an attacker how we are built.

use async_graphql::{
    Error, ErrorExtensionValues, ErrorExtensions, PathSegment, Pos, ServerError, parser::Error as ParseError,
};
use poem::http::StatusCode;
use sea_orm::{DbErr, RuntimeErr};

use super::limits::Exceeded;

/// The most errors in one answer; with more, the first ones tell enough.
const MOST_ERRORS: usize = 5;

/// What is said when nothing is wrong but the moment.
pub const UNAVAILABLE: &str = "The server cannot reach its records now. Try again soon.";

/// The codes that are not a limit's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The request is not GraphQL over HTTP: its headers, its JSON, its parameters.
    BadRequest,
    /// The query's text cannot be parsed.
    ParseFailed,
    /// The query does not fit the schema.
    ValidationFailed,
    /// A value cannot be read as its type.
    BadInput,
    /// Nobody is signed in, or the session has ended.
    Unauthenticated,
    /// The session was ended by somebody in charge: the device is to remove what it holds.
    DeviceRevoked,
    /// Somebody is signed in, and may not do this.
    Forbidden,
    /// The request comes from another site, or may do.
    Forged,
    /// There is no such thing, or none that the viewer may see.
    NotFound,
    /// The body is larger than is taken.
    TooLarge,
    /// Too many attempts of late.
    Throttled,
    /// The answer took longer than is allowed; nothing was changed.
    TimedOut,
    /// The records or the files cannot be reached now; the same request may succeed soon.
    Unavailable,
    /// A surprise on our side.
    Internal,
}

impl Code {
    /// The code as it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::ParseFailed => "PARSE_FAILED",
            Self::ValidationFailed => "VALIDATION_FAILED",
            Self::BadInput => "BAD_INPUT",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::DeviceRevoked => "DEVICE_REVOKED",
            Self::Forbidden => "FORBIDDEN",
            Self::Forged => "FORGED_REQUEST",
            Self::NotFound => "NOT_FOUND",
            Self::TooLarge => "TOO_LARGE",
            Self::Throttled => "THROTTLED",
            Self::TimedOut => "TIMED_OUT",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }
}

/// An error for a resolver to return, whose message is fit for the client.
pub fn refuse(code: Code, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code.as_str()))
}

/// The status, code and words for a request that failed because the database did.
pub fn database(error: &DbErr) -> (StatusCode, Code, &'static str) {
    if is_unavailable(error) {
        (StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, UNAVAILABLE)
    } else {
        (StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, "Something went wrong on our side.")
    }
}

/// The error for whoever must sign in first.
pub fn sign_in_first() -> Error {
    refuse(Code::Unauthenticated, "Sign in first.")
}

/// A request error with our own words.
pub fn request_error(code: Code, message: impl Into<String>, at: Option<Pos>) -> ServerError {
    coded(code.as_str(), message, at)
}

/// A query beyond its limits.
pub fn excess((excess, at): Exceeded) -> ServerError {
    coded(excess.code(), excess.to_string(), at)
}

/// A query that cannot be parsed: where, and for the mistakes that are about whole documents, what.
pub fn parse(error: &ParseError) -> ServerError {
    let message = match error {
        ParseError::MultipleOperations { .. } => "A document with an operation without a name may have no other.",
        ParseError::OperationDuplicated { .. } => "Two operations have one name.",
        ParseError::FragmentDuplicated { .. } => "Two fragments have one name.",
        ParseError::MissingOperation => "The document has no operation.",
        _ => "The query cannot be read: there is a syntax error.",
    };
    let mut masked = coded(Code::ParseFailed.as_str(), message, None);
    masked.locations = error.positions().collect();
    masked
}

fn coded(code: &str, message: impl Into<String>, at: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(message, at);
    set(&mut error, "code", code);
    error
}

fn set(error: &mut ServerError, name: &str, value: &str) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(name, value);
}

/// The errors of an executed request, fit to be sent: those with a code as they are, all others in our own words. A
/// surprise is logged here, once, under the request's id.
pub fn mask(errors: Vec<ServerError>, request_id: &str) -> Vec<ServerError> {
    errors
        .into_iter()
        .take(MOST_ERRORS)
        .map(|error| {
            let mut masked = mask_one(error);
            set(&mut masked, "requestId", request_id);
            masked
        })
        .collect()
}

fn mask_one(error: ServerError) -> ServerError {
    if error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some()) {
        return ServerError { source: None, ..error };
    }
    let (code, message) = if error.path.is_empty() && error.source.is_none() {
        (Code::ValidationFailed, validation(&error.message).to_owned())
    } else if error.source.is_none() && UNREADABLE.iter().any(|words| error.message.starts_with(words)) {
        (Code::BadInput, unreadable(&error.message))
    } else if error.source::<DbErr>().is_some_and(is_unavailable) {
        log(&error);
        (Code::Unavailable, UNAVAILABLE.to_owned())
    } else {
        log(&error);
        (Code::Internal, "Something went wrong on our side.".to_owned())
    };
    let mut masked = coded(code.as_str(), message, None);
    masked.locations = error.locations;
    masked.path = error.path;
    masked
}

/// What kind of mistake the library found, from the fixed words that its messages begin with.
fn validation(message: &str) -> &'static str {
    const KINDS: [(&str, &str); 13] = [
        ("Unknown field", "A field is asked for that its type does not have."),
        ("Unknown argument", "An argument is given that is not taken here."),
        ("Unknown fragment", "A fragment is used that the document does not have."),
        ("Unknown type", "A type is named that the schema does not have."),
        ("Unknown directive", "A directive is used that the schema does not have."),
        ("Unknown operation", "The document has no operation of the name that is asked for."),
        ("Operation name required", "The document has several operations: say which, by operationName."),
        ("Invalid value for argument", "An argument's value does not fit its type."),
        ("Invalid default value", "A variable's default value does not fit its type."),
        ("Variable", "A variable is missing, unused, or does not fit where it is used."),
        ("Fields \"", "Two fields under one name ask for different things: rename one of them."),
        ("Field \"", "A field needs a selection of its parts, or has none, or lacks an argument that it must have."),
        ("Fragment", "A fragment does not fit where it is used, or is never used."),
    ];
    KINDS
        .iter()
        .find(|(start, _)| message.starts_with(start))
        .map_or("The query does not fit the schema.", |(_, kind)| kind)
}

/// How the library begins to say that a value does not fit its type: its name follows, between quotation marks.
const UNREADABLE: [&str; 2] = ["Failed to parse ", "Expected input type "];

/// Names the type that a value did not fit, and not the value.
fn unreadable(message: &str) -> String {
    let is_type = |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_[]!".contains(&byte));
    match message.split('"').nth(1).filter(is_type) {
        Some(name) => format!("A value cannot be read as {name}."),
        None => "A value cannot be read as the type that is wanted here.".to_owned(),
    }
}

fn log(error: &ServerError) {
    let path: Vec<String> = error
        .path
        .iter()
        .map(|segment| match segment {
            PathSegment::Field(name) => name.clone(),
            PathSegment::Index(index) => index.to_string(),
        })
        .collect();
    let cause = error.source::<DbErr>().map_or_else(|| error.message.clone(), describe_database_error);
    tracing::error!(path = path.join("."), cause, "a resolver failed");
}

/// Whether the database cannot be reached, is stopping, is full or is too busy: nothing is wrong with the request.
pub fn is_unavailable(error: &DbErr) -> bool {
    let runtime = match error {
        DbErr::Conn(inner) | DbErr::Exec(inner) | DbErr::Query(inner) => inner,
        DbErr::ConnectionAcquire(_) => return true,
        _ => return false,
    };
    let RuntimeErr::SqlxError(sqlx) = runtime else { return false };
    match sqlx.as_database_error() {
        // PostgreSQL by class (connection, resources, operator's hand, lock not had), SQLite by primary code (busy,
        // locked, input or output, full).
        Some(fault) => fault.code().is_some_and(|code| match code.parse::<u32>() {
            Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 10 | 13),
            _ => ["08", "53", "57", "58", "55P03"].iter().any(|class| code.starts_with(class)),
        }),
        None => matches!(
            kind(&format!("{sqlx:?}")).as_str(),
            "Io" | "Tls" | "Protocol" | "PoolTimedOut" | "PoolClosed" | "WorkerCrashed"
        ),
    }
}

/// A database's error for the log: its kind and code. The database's own text may quote the values of a row.
pub fn describe_database_error(error: &DbErr) -> String {
    let runtime = match error {
        DbErr::Conn(inner) | DbErr::Exec(inner) | DbErr::Query(inner) => inner,
        DbErr::ConnectionAcquire(_) => return "no connection to the database was free in time".into(),
        DbErr::RecordNotFound(_) => return "a row that must be there is not".into(),
        DbErr::RecordNotUpdated => return "a row that must be updated was not".into(),
        other => return format!("the database layer failed: {}", kind(&format!("{other:?}"))),
    };
    match runtime {
        RuntimeErr::SqlxError(sqlx) => match sqlx.as_database_error() {
            Some(fault) => format!(
                "the database refused a statement: code {}, constraint {}",
                fault.code().unwrap_or_default(),
                fault.constraint().unwrap_or("none"),
            ),
            None => format!("the database could not be asked: {}", kind(&format!("{sqlx:?}"))),
        },
        RuntimeErr::Internal(_) => "the database layer failed".into(),
    }
}

/// The first word of a debug text: the variant's name, without what it holds.
fn kind(debug: &str) -> String {
    debug.chars().take_while(|character| character.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use async_graphql::InputValueError;
    use serde_json::{Value, json};

    use super::*;
    use crate::graph::scalars::Date;

    fn masked(error: ServerError) -> Value {
        serde_json::to_value(&mask(vec![error], "r-1")[0]).unwrap()
    }

    #[test]
    fn our_own_words_pass() {
        let error = refuse(Code::NotFound, "There is no such visit.").into_server_error(Pos { line: 1, column: 2 });
        assert_eq!(
            masked(error),
            json!({
                "message": "There is no such visit.",
                "locations": [{"line": 1, "column": 2}],
                "extensions": {"code": "NOT_FOUND", "requestId": "r-1"},
            })
        );
    }

    #[test]
    fn validation_keeps_the_place_and_loses_the_text() {
        let error = ServerError::new("Unknown field \"JaneDoe\" on type \"Query\".", Some(Pos { line: 3, column: 4 }));
        let masked = masked(error);
        assert_eq!(masked["message"], "A field is asked for that its type does not have.");
        assert_eq!(masked["locations"][0]["line"], 3);
        assert_eq!(masked["extensions"]["code"], "VALIDATION_FAILED");
        assert!(!masked.to_string().contains("JaneDoe"));
    }

    #[test]
    fn surprises_lose_their_text() {
        let mut error = Error::new_with_source(DbErr::Custom("Jane Doe".into())).into_server_error(Pos::default());
        error.path = vec![PathSegment::Field("visit".into())];
        let masked = masked(error);
        assert_eq!(masked["message"], "Something went wrong on our side.");
        assert_eq!(masked["extensions"], json!({"code": "INTERNAL", "requestId": "r-1"}));
        assert!(!masked.to_string().contains("Jane"));
    }

    #[test]
    fn a_value_that_cannot_be_read_is_not_repeated() {
        for words in [
            InputValueError::<Date>::custom("found \"Jane Doe\"").into_server_error(Pos::default()),
            InputValueError::<Date>::expected_type("Jane Doe".into()).into_server_error(Pos::default()),
        ] {
            let masked = masked(ServerError { path: vec![PathSegment::Field("visit".into())], ..words });
            assert_eq!(masked["extensions"]["code"], "BAD_INPUT");
            assert_eq!(masked["message"], "A value cannot be read as Date.");
            assert!(!masked.to_string().contains("Jane"));
        }
    }

    #[test]
    fn database_errors_are_logged_without_their_values() {
        assert_eq!(describe_database_error(&DbErr::Custom("Jane".into())), "the database layer failed: Custom");
        assert_eq!(describe_database_error(&DbErr::RecordNotFound("Jane".into())), "a row that must be there is not");
    }

    #[test]
    fn many_errors_are_cut_to_a_few() {
        let errors = (0..100).map(|_| ServerError::new("Unknown field", None)).collect();
        assert_eq!(mask(errors, "r-1").len(), 5);
    }
}
