//! Asking the graph: one request, and what its answer stands for.

use std::fmt;

use domain::Code;
use graphql_client::{GraphQLQuery, Response};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::transport::{Answer, Method, Request, Transport};
use crate::environment::RemoteError;

/// Only the server answers in this type; a portal sends pages.
const GRAPH: &str = "application/graphql-response+json";

/// Asks the graph, as whoever holds the token.
pub async fn ask<Q: GraphQLQuery>(
    transport: &impl Transport,
    token: Option<&str>,
    headers: Vec<(&'static str, String)>,
    variables: Q::Variables,
) -> Result<Q::ResponseData, RemoteError> {
    let body = serde_json::to_vec(&Q::build_query(variables)).map_err(|error| refused(error.to_string()))?;
    let mut request = Request { method: Method::Post, path: "/graphql".to_owned(), headers, body };
    request.headers.push(("accept", GRAPH.to_owned()));
    request.headers.push(("content-type", "application/json".to_owned()));
    request.headers.extend(token.map(|token| ("authorization", format!("Bearer {token}"))));
    let answer = transport.call(request).await.map_err(|_| RemoteError::Unreachable)?;
    read(&answer)
}

/// What an answer says, if it is the server's.
fn read<D: for<'de> Deserialize<'de>>(answer: &Answer) -> Result<D, RemoteError> {
    let named = answer.header("content-type").and_then(|named| named.split(';').next());
    if named.map(str::trim) != Some(GRAPH) {
        return Err(RemoteError::Unreachable);
    }
    let response: Response<Box<RawValue>> =
        serde_json::from_slice(&answer.body).map_err(|_| RemoteError::Unreachable)?;
    if let Some(error) = response.errors.iter().flatten().next() {
        let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
        return Err(meant(code.and_then(|code| code.as_str()), &error.message));
    }
    let data = response.data.ok_or(RemoteError::Unreachable)?;
    serde_json::from_str(data.get()).map_err(|_| too_old())
}

/// What an error of the graph means for the phone.
fn meant(code: Option<&str>, message: &str) -> RemoteError {
    match code {
        Some("DEVICE_REVOKED") => RemoteError::Revoked,
        Some("UNAUTHENTICATED") => RemoteError::SignedOut,
        Some("UNAVAILABLE" | "TIMED_OUT" | "THROTTLED" | "INTERNAL") => RemoteError::Unavailable,
        _ => refused(message.to_owned()),
    }
}

pub fn refused(words: String) -> RemoteError {
    RemoteError::Refused(words)
}

/// The server says something that this program is too old to know.
pub fn too_old() -> RemoteError {
    refused("this app is older than the server and cannot read its answer: install the new one".to_owned())
}

/// The UUID of an id such as `visit:0190…`, whatever it is the id of.
pub fn uuid(id: &str) -> Result<Uuid, RemoteError> {
    id.split_once(':').and_then(|(_, uuid)| Uuid::try_parse(uuid).ok()).ok_or_else(too_old)
}

/// A coded value, which the graph writes in capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coded<T>(pub T);

impl<T: Code> Serialize for Coded<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Capitals(self.0.as_str()))
    }
}

impl<'de, T: Code> Deserialize<'de> for Coded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        code(&text).map(Self).ok_or_else(|| D::Error::custom(format_args!("not a {}", T::NAME)))
    }
}

/// The value of a code as the graph writes it.
pub fn code<T: Code>(text: &str) -> Option<T> {
    T::parse(&text.to_ascii_lowercase())
}

struct Capitals(&'static str);

impl fmt::Display for Capitals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_ascii_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use domain::quality::VisitState;

    use super::*;

    fn answer(named: &str, body: &str) -> Answer {
        Answer { status: 200, headers: vec![("content-type".to_owned(), named.to_owned())], body: body.into() }
    }

    fn read_number(named: &str, body: &str) -> Result<u8, RemoteError> {
        read(&answer(named, body))
    }

    fn error(code: &str) -> String {
        format!(r#"{{"errors":[{{"message":"No.","extensions":{{"code":"{code}"}}}}]}}"#)
    }

    #[test]
    fn only_the_servers_own_form_counts() {
        let unreachable = [
            ("text/html", "<h1>Welcome to our guest network</h1>".to_owned()),
            ("application/json", r#"{"data":7}"#.to_owned()),
            ("text/html", error("DEVICE_REVOKED")),
            ("application/json", error("DEVICE_REVOKED")),
            (GRAPH, r#"{"data":"#.to_owned()),
            (GRAPH, "{}".to_owned()),
            (GRAPH, String::new()),
        ];
        for (named, body) in unreachable {
            assert_eq!(read_number(named, &body), Err(RemoteError::Unreachable), "{named} {body}");
        }
        assert_eq!(read_number(GRAPH, r#"{"data":7}"#), Ok(7));
        assert_eq!(read_number("application/graphql-response+json; charset=utf-8", r#"{"data":7}"#), Ok(7));
    }

    #[test]
    fn the_servers_errors_mean_what_they_say() {
        let cases = [
            ("DEVICE_REVOKED", RemoteError::Revoked),
            ("UNAUTHENTICATED", RemoteError::SignedOut),
            ("UNAVAILABLE", RemoteError::Unavailable),
            ("TIMED_OUT", RemoteError::Unavailable),
            ("THROTTLED", RemoteError::Unavailable),
            ("INTERNAL", RemoteError::Unavailable),
            ("VALIDATION_FAILED", refused("No.".to_owned())),
            ("SOMETHING_NEW", refused("No.".to_owned())),
        ];
        for (code, expected) in cases {
            assert_eq!(read_number(GRAPH, &error(code)), Err(expected), "{code}");
        }
        assert_eq!(read_number(GRAPH, r#"{"data":"seven"}"#), Err(too_old()));
    }

    #[test]
    fn codes_are_written_in_capitals_and_ids_with_their_kind() {
        let state = Coded(VisitState::InProgress);
        assert_eq!(serde_json::to_string(&state).expect("text"), r#""IN_PROGRESS""#);
        assert_eq!(serde_json::from_str::<Coded<VisitState>>(r#""IN_PROGRESS""#).expect("a state"), state);
        assert!(serde_json::from_str::<Coded<VisitState>>(r#""LOST""#).is_err());
        let id = Uuid::from_u128(7);
        assert_eq!(uuid(&format!("visit:{id}")), Ok(id));
        assert_eq!(uuid("visit"), Err(too_old()));
    }
}
