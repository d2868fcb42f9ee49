//! Who sends a request: the holder of a bearer token, of a session cookie, or nobody yet.

use poem::{
    Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};

use sea_orm::DbErr;

use super::frame::RequestId;
use crate::{
    access::{
        csrf,
        origin::{self, Origin},
        secrets::Token,
        session::{self, Living, Presented, Session, Unsent, cookie},
    },
    app::App,
    database::in_time,
    graph::errors::{self, Code},
};

/// Tells a phone, whatever it asked, that it is to remove all that it holds.
pub const REVOKED_HEADER: (HeaderName, HeaderValue) =
    (HeaderName::from_static("waymark-revoked"), HeaderValue::from_static("true"));

/// Why a request goes no further.
#[derive(Debug)]
pub struct Refusal {
    /// The status to answer with.
    pub status: StatusCode,
    /// The code to match on.
    pub code: Code,
    /// The words for a person.
    pub message: String,
    /// In how many seconds to try again.
    pub retry_after: Option<i64>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: Code, message: impl ToString) -> Self {
        Self { status, code, message: message.to_string(), retry_after: None }
    }
}

/// The session of a request; `None` when nobody is signed in.
///
/// # Errors
/// See [`living`].
pub async fn session(app: &App, request: &Request) -> Result<Option<Session>, Refusal> {
    Ok(living(app, request).await?.map(|living| living.session))
}

/// The session of a request, and what its holder may see; `None` when nobody is signed in.
///
/// A bearer token that is not good is refused, so that a phone learns that it must sign in again. A cookie that is not
/// good counts as none, so that a browser can. A request that may be forged is refused, signed in or not: a forged
/// sign-in is a forgery too.
///
/// # Errors
/// 401, 403, or 500 when the database fails.
pub async fn living(app: &App, request: &Request) -> Result<Option<Living>, Refusal> {
    let headers = request.headers();
    if let Some(authorization) = headers.get(header::AUTHORIZATION) {
        let token = authorization.to_str().ok().and_then(bearer);
        let presented = match token {
            Some(token) => resolve(app, &token).await?,
            None => Presented::Over,
        };
        return match presented {
            Presented::Living(living) => Ok(Some(living)),
            Presented::Wiped => Err(revoked()),
            Presented::Over => Err(ended()),
        };
    }
    let token = cookie_token(app, headers);
    csrf::check(headers, &app.config.public_url, token.is_some())
        .map_err(|forged| Refusal::new(StatusCode::FORBIDDEN, Code::Forged, forged))?;
    match token {
        Some(token) => Ok(resolve(app, &token).await?.living()),
        None => Ok(None),
    }
}

/// Notes what a phone says, beside its request, that it still holds. What cannot be read is nothing that it says.
///
/// # Errors
/// 503 or 500 when the database fails.
pub async fn hear(app: &App, request: &Request, session: &Session) -> Result<(), Refusal> {
    let Some(unsent) = request.header(session::UNSENT_HEADER).and_then(Unsent::parse) else { return Ok(()) };
    in_time(session::hear(app, session, unsent)).await.map_err(|error| failed(&error))
}

/// Where a request comes from.
pub fn origin(app: &App, request: &Request) -> Origin {
    let connection = request.remote_addr().as_socket_addr().map(std::net::SocketAddr::ip);
    let forwarded = request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    Origin {
        request_id: RequestId::of_request(request).as_str().to_owned(),
        address: origin::sender(connection, forwarded, app.config.proxies),
    }
}

fn cookie_token(app: &App, headers: &HeaderMap) -> Option<Token> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookie::find(values, app.config.is_https())
}

async fn resolve(app: &App, token: &Token) -> Result<Presented, Refusal> {
    in_time(session::resolve(app, token)).await.map_err(|error| failed(&error))
}

fn failed(error: &DbErr) -> Refusal {
    tracing::error!(cause = errors::describe_database_error(error), "a session was not looked up");
    let (status, code, words) = errors::database(error);
    Refusal::new(status, code, words)
}

fn bearer(authorization: &str) -> Option<Token> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Token::parse(token.trim()))?
}

fn revoked() -> Refusal {
    let words = "This device was signed out by somebody in charge. What it holds of Waymark is to be removed.";
    Refusal::new(StatusCode::UNAUTHORIZED, Code::DeviceRevoked, words)
}

fn ended() -> Refusal {
    Refusal::new(
        StatusCode::UNAUTHORIZED,
        Code::Unauthenticated,
        "This token is not good, or not any more. Sign in again.",
    )
}
