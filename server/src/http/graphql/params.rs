//! The parameters of a request: `query`, `operationName`, `variables`, `extensions`.

use async_graphql::Variables;
use poem::{Request, http::StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{graph::errors::Code, http::caller::Refusal};

/// What a request asks for.
#[derive(Debug)]
pub(super) struct Params {
    pub query: String,
    pub operation_name: Option<String>,
    pub variables: Variables,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Posted {
    query: String,
    operation_name: Option<String>,
    variables: Option<Map<String, Value>>,
    /// Read for its shape only: there are none that we know.
    #[serde(rename = "extensions")]
    _extensions: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Addressed {
    query: String,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

impl Params {
    /// Out of a body. It must be one JSON object: a list would be a batch.
    pub(super) fn from_json(body: &[u8]) -> Result<Self, Refusal> {
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err(wrong("One operation a request: there are no batches here."));
        }
        let posted: Posted = serde_json::from_slice(body).map_err(|error| {
            wrong(if error.is_data() {
                "query must be a text, operationName a text or null, variables and extensions an object or null."
            } else {
                "The body is not JSON."
            })
        })?;
        Ok(Self::new(posted.query, posted.operation_name, posted.variables))
    }

    /// Out of an address, where variables are JSON within the text.
    pub(super) fn from_address(request: &Request) -> Result<Self, Refusal> {
        let addressed: Addressed = request.params().map_err(|_| wrong("The address needs a query, once."))?;
        let object = |text: Option<String>| match text.as_deref() {
            None | Some("") => Ok(None),
            Some(text) => serde_json::from_str::<Option<Map<String, Value>>>(text)
                .map_err(|_| wrong("variables and extensions must be JSON objects.")),
        };
        object(addressed.extensions)?;
        Ok(Self::new(addressed.query, addressed.operation_name, object(addressed.variables)?))
    }

    fn new(query: String, operation_name: Option<String>, variables: Option<Map<String, Value>>) -> Self {
        Self {
            query,
            operation_name: operation_name.filter(|name| !name.is_empty()),
            variables: Variables::from_json(Value::Object(variables.unwrap_or_default())),
        }
    }
}

fn wrong(message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, Code::BadRequest, message)
}
