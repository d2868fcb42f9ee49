//! What uploads answer: where an upload stands, or why a request is refused.

use chrono::{DateTime, Utc};
use entity::upload;
use poem::Response;
use poem::http::{StatusCode, header};
use sea_orm::DbErr;

use super::receive::ReceiveError;
use crate::graph::errors::Code;
use crate::http::caller;
use crate::objects::ObjectError;

/// The version of tus.
pub const VERSION: &str = "1.0.0";
/// tus: the bytes are not those of the checksum.
const CHECKSUM_MISMATCH: u16 = 460;
/// Seconds after which a store that failed may be asked again.
const RETRY_AFTER: &str = "5";

/// Why a request is refused: a status and a sentence.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    text: String,
    /// Whether the phone is to remove what it holds.
    is_revoked: bool,
}

impl Refusal {
    /// A refusal.
    pub fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), is_revoked: false }
    }

    /// The request makes no sense.
    pub fn bad(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    /// There is none, or none of the caller's.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no such upload.")
    }
}

impl From<caller::Refusal> for Refusal {
    fn from(refusal: caller::Refusal) -> Self {
        let is_revoked = refusal.code == Code::DeviceRevoked;
        Self { is_revoked, ..Self::new(refusal.status, refusal.message) }
    }
}

impl From<DbErr> for Refusal {
    fn from(error: DbErr) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "an upload's row could not be read or written");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "The server cannot take this now. Try again soon.")
    }
}

impl From<ReceiveError> for Refusal {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Moved => Self::new(StatusCode::CONFLICT, "The upload stands elsewhere. Ask for its offset."),
            ReceiveError::TooMany => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "More bytes came than were announced."),
            ReceiveError::Checksum => Self::new(checksum_mismatch(), "The bytes are not those of the checksum."),
            ReceiveError::Cut => Self::new(StatusCode::REQUEST_TIMEOUT, "The request broke off. Ask for the offset."),
            ReceiveError::Objects(ObjectError::Full(_)) => {
                tracing::error!("the object store is full");
                Self::new(StatusCode::INSUFFICIENT_STORAGE, "There is no room left on the server. Try again later.")
            }
            ReceiveError::Objects(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "an upload's bytes could not be stored");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "The server cannot store this now. Try again soon.")
            }
            ReceiveError::Rows(error) => error.into(),
        }
    }
}

fn checksum_mismatch() -> StatusCode {
    StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::BAD_REQUEST)
}

/// Where an upload stands.
pub fn standing(upload: &upload::Model) -> Response {
    let mut answer = Response::builder()
        .header("upload-offset", upload.received)
        .header("upload-length", upload.length)
        .header("upload-expires", http_date(upload.expires_at));
    if let Some(metadata) = &upload.metadata {
        answer = answer.header("upload-metadata", metadata);
    }
    answer.finish()
}

/// What was asked is done; `created` is where a new upload is.
pub fn arrived(upload: &upload::Model, created: Option<String>) -> Response {
    let answer = Response::builder()
        .header("upload-offset", upload.received)
        .header("upload-expires", http_date(upload.expires_at));
    match created {
        Some(location) => answer.status(StatusCode::CREATED).header(header::LOCATION, location).finish(),
        None => answer.status(StatusCode::NO_CONTENT).finish(),
    }
}

/// Nothing was done.
pub fn refused(refusal: Refusal) -> Response {
    let Refusal { status, text, is_revoked } = refusal;
    let mut answer = Response::builder().status(status).content_type("text/plain; charset=utf-8");
    if status == StatusCode::PRECONDITION_FAILED {
        answer = answer.header("tus-version", VERSION);
    }
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::INSUFFICIENT_STORAGE) {
        answer = answer.header(header::RETRY_AFTER, RETRY_AFTER);
    }
    if is_revoked {
        let (name, value) = caller::REVOKED_HEADER;
        answer = answer.header(name, value);
    }
    answer.body(text)
}

fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
