//! Answers, in the two dialects that clients speak.

use async_graphql::{Response as GraphResponse, ServerError, Value};
use poem::{
    Response,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use sea_orm::DbErr;

use crate::{
    graph::{answer, errors},
    http::{
        caller::{self, Refusal},
        frame::RequestId,
        negotiate::Format,
    },
};

/// An answer before its dialect is known.
pub(super) struct Reply {
    /// The status in `application/graphql-response+json`.
    status: StatusCode,
    /// The status in `application/json`, where every well-formed request is a 200.
    legacy_status: StatusCode,
    body: Vec<u8>,
    headers: HeaderMap,
}

impl Reply {
    /// What came of an execution; or, when the schema found the query wanting, of none.
    pub(super) fn executed(response: GraphResponse, id: &RequestId) -> Self {
        let was_refused = response.data == Value::Null && response.errors.iter().any(|error| error.path.is_empty());
        if was_refused {
            return Self::unfit(response.errors, id);
        }
        let errors = errors::mask(response.errors, id.as_str());
        let headers = response.http_headers;
        Self { headers, ..Self::new(StatusCode::OK, StatusCode::OK, &errors, Some(&response.data)) }
    }

    /// A well-formed request whose query cannot be executed.
    pub(super) fn unfit(errors: Vec<ServerError>, id: &RequestId) -> Self {
        Self::new(StatusCode::BAD_REQUEST, StatusCode::OK, &errors::mask(errors, id.as_str()), None)
    }

    /// A query whose rows cannot be given: as its first error says.
    pub(super) fn not_extracted(errors: Vec<ServerError>, id: &RequestId) -> Self {
        let errors = errors::mask(errors, id.as_str());
        let code = errors.first().and_then(|error| error.extensions.as_ref()?.get("code")).cloned();
        let is = |wanted: errors::Code| code == Some(Value::from(wanted.as_str()));
        let status = if is(errors::Code::Internal) {
            StatusCode::INTERNAL_SERVER_ERROR
        } else if is(errors::Code::Unavailable) {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::BAD_REQUEST
        };
        Self::new(status, status, &errors, None)
    }

    /// A request that failed because the database did.
    pub(super) fn database(error: &DbErr, id: &RequestId) -> Self {
        tracing::error!(cause = errors::describe_database_error(error), "a graph request failed");
        let (status, code, words) = errors::database(error);
        Self::refused(Refusal::new(status, code, words), id)
    }

    /// A request that is not well-formed, or not allowed.
    pub(super) fn refused(refusal: Refusal, id: &RequestId) -> Self {
        let error = errors::request_error(refusal.code, refusal.message, None);
        let mut reply = Self::new(refusal.status, refusal.status, &errors::mask(vec![error], id.as_str()), None);
        if refusal.code == errors::Code::DeviceRevoked {
            let (name, value) = caller::REVOKED_HEADER;
            reply.headers.insert(name, value);
        }
        let hint = match refusal.status {
            StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "Bearer")),
            StatusCode::METHOD_NOT_ALLOWED => Some((header::ALLOW, "GET, POST")),
            StatusCode::SERVICE_UNAVAILABLE => Some((header::RETRY_AFTER, "5")),
            _ => None,
        };
        if let Some((name, value)) = hint {
            reply.headers.insert(name, HeaderValue::from_static(value));
        }
        reply
    }

    fn new(status: StatusCode, legacy_status: StatusCode, errors: &[ServerError], data: Option<&Value>) -> Self {
        match answer::write(errors, data) {
            Ok(body) => Self { status, legacy_status, body, headers: HeaderMap::new() },
            Err(error) => {
                tracing::error!(cause = %error, "an answer could not be written");
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                let body =
                    br#"{"errors":[{"message":"Something went wrong on our side.","extensions":{"code":"INTERNAL"}}]}"#;
                Self { status, legacy_status: status, body: body.to_vec(), headers: HeaderMap::new() }
            }
        }
    }

    /// Whether the request was well formed, whatever came of it.
    pub(super) fn is_well_formed(&self) -> bool {
        self.legacy_status == StatusCode::OK
    }

    /// Its JSON.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    pub(super) fn into_response(self, format: Format) -> Response {
        let status = if format == Format::Json { self.legacy_status } else { self.status };
        let mut response = Response::builder().status(status).content_type(format.content_type()).body(self.body);
        response.headers_mut().extend(self.headers);
        response
    }
}
