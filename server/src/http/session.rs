//! `/session`: signing in and out of a browser.
//!
//! A phone or a tool signs in through the graph and gets a bearer token. A page must not hold a token that its scripts
//! can read, so a browser signs in here and gets a cookie that they cannot.

use domain::access::SessionKind;
use poem::{
    Endpoint, Request, Response, Result,
    http::{Method, StatusCode, header},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    body::{self, Unread},
    caller::{self, Refusal},
    frame::RequestId,
    negotiate,
};
use crate::{
    access::{
        csrf,
        session::{self, Lifetime, NotSignedIn, Opened, cookie},
    },
    app::App,
    graph::errors::{Code, describe_database_error},
};

/// The largest body of a sign-in, in bytes.
const MAX_BODY: usize = 4 * 1024;

#[derive(Deserialize)]
struct SignIn {
    email: String,
    password: String,
}

/// `GET` says whether somebody is signed in, `POST` signs in, `DELETE` signs out.
pub fn endpoint(app: App) -> impl Endpoint<Output = Response> {
    poem::endpoint::make(move |mut request: Request| {
        let app = app.clone();
        async move {
            let outcome = match *request.method() {
                Method::GET => state(&app, &request).await,
                Method::POST => sign_in(&app, &mut request).await,
                Method::DELETE => sign_out(&app, &request).await,
                _ => Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, "GET, POST or DELETE.")),
            };
            match outcome {
                Ok(response) => Ok::<_, poem::Error>(response),
                Err(refusal) => {
                    body::refuse(&mut request).await;
                    let id = RequestId::of_request(&request);
                    let error = json!({
                        "code": refusal.code.as_str(), "message": refusal.message, "requestId": id.as_str(),
                    });
                    Ok(answer(refusal.status, &error))
                }
            }
        }
    })
}

async fn state(app: &App, request: &Request) -> Result<Response, Refusal> {
    let session = caller::session(app, request).await?;
    Ok(answer(StatusCode::OK, &json!({ "signedIn": session.is_some() })))
}

async fn sign_in(app: &App, request: &mut Request) -> Result<Response, Refusal> {
    if !negotiate::is_json(request.content_type()) {
        let words = "Requests here are application/json, in UTF-8.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadRequest, words));
    }
    // As with a session: nobody may be signed in, to an account of somebody else's choosing, by another site.
    csrf::check(request.headers(), &app.config.public_url, true)
        .map_err(|forged| Refusal::new(StatusCode::FORBIDDEN, Code::Forged, forged))?;
    let before = caller::session(app, request).await?;
    let bytes = body::read(request, MAX_BODY).await.map_err(|unread| match unread {
        Unread::TooLarge(_) => Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge, unread),
        Unread::Broken => Refusal::new(StatusCode::BAD_REQUEST, Code::BadRequest, unread),
    })?;
    let form: SignIn = serde_json::from_slice(&bytes)
        .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, Code::BadRequest, "email and password must be texts."))?;
    let opened = open(app, form).await.map_err(not_signed_in)?;
    if let Some(before) = before {
        session::end(&app.db, before.id, app.clock.now()).await.map_err(|error| not_signed_in(error.into()))?;
    }
    let cookie = cookie::set(&opened.token, Lifetime::of(SessionKind::Web).whole, app.config.is_https());
    Ok(with_cookie(&cookie, &json!({ "signedIn": true })))
}

async fn open(app: &App, form: SignIn) -> Result<Opened, NotSignedIn> {
    let account = session::authenticate(app, &form.email, form.password).await?;
    Ok(session::open(&app.db, app, account.id, SessionKind::Web, None).await?)
}

fn not_signed_in(reason: NotSignedIn) -> Refusal {
    match &reason {
        NotSignedIn::Wrong | NotSignedIn::Deactivated => {
            return Refusal::new(StatusCode::UNAUTHORIZED, Code::Unauthenticated, reason);
        }
        NotSignedIn::Hashing(error) => tracing::error!(cause = %error, "a sign-in failed"),
        NotSignedIn::Database(error) => tracing::error!(cause = describe_database_error(error), "a sign-in failed"),
    }
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, "Something went wrong on our side.")
}

async fn sign_out(app: &App, request: &Request) -> Result<Response, Refusal> {
    if let Some(session) = caller::session(app, request).await? {
        session::end(&app.db, session.id, app.clock.now()).await.map_err(|error| not_signed_in(error.into()))?;
    }
    Ok(with_cookie(&cookie::clear(app.config.is_https()), &json!({ "signedIn": false })))
}

fn with_cookie(cookie: &str, body: &Value) -> Response {
    let mut response = answer(StatusCode::OK, body);
    if let Ok(value) = cookie.parse() {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

fn answer(status: StatusCode, body: &Value) -> Response {
    Response::builder().status(status).content_type("application/json; charset=utf-8").body(body.to_string())
}
