//! `/session`: signing in and out of a browser.
//!
//! A phone or a tool signs in through the graph and gets a bearer token. A page must not hold a token that its scripts
//! can read, so a browser signs in here and gets a cookie that they cannot. Where a second factor is wanted, the sign-in
//! ends at `/session/second-factor`.

use chrono::{DateTime, Utc};
use domain::access::SessionKind;
use entity::account;
use poem::{
    Endpoint, Request, Response, Result,
    endpoint::make,
    http::{Method, StatusCode, header},
};
use sea_orm::DbErr;
use serde::{Deserialize, de::DeserializeOwned};
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
        link::{self, NotChosen},
        second_factor::{self, Begun, NotConfirmed, Wanted},
        secrets::Token,
        session::{self, Lifetime, NotSignedIn, Opened, cookie},
    },
    app::App,
    graph::{
        errors::{Code, describe_database_error},
        scalars::instant,
    },
};

/// The largest body taken here, in bytes.
const MAX_BODY: usize = 4 * 1024;

#[derive(Deserialize)]
struct SignIn {
    email: String,
    password: String,
}

#[derive(Deserialize)]
struct Confirmation {
    pending: String,
    code: String,
}

#[derive(Deserialize)]
struct Choice {
    token: String,
    password: String,
}

/// `/session`: `GET` says whether somebody is signed in, `POST` signs in, `DELETE` signs out.
pub fn endpoint(app: App) -> impl Endpoint<Output = Response> {
    make(move |mut request| {
        let app = app.clone();
        async move {
            let outcome = match *request.method() {
                Method::GET => state(&app, &request).await,
                Method::POST => sign_in(&app, &mut request).await,
                Method::DELETE => sign_out(&app, &request).await,
                _ => Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, "GET, POST or DELETE.")),
            };
            Ok::<_, poem::Error>(settle(outcome, &request))
        }
    })
}

/// `/session/password`: `POST` chooses a password by a one-time link, and signs in.
pub fn password_endpoint(app: App) -> impl Endpoint<Output = Response> {
    make(move |mut request| {
        let app = app.clone();
        async move {
            let outcome = choose(&app, &mut request).await;
            Ok::<_, poem::Error>(settle(outcome, &request))
        }
    })
}

/// `/session/second-factor`: `POST` ends a sign-in by a code.
pub fn second_factor_endpoint(app: App) -> impl Endpoint<Output = Response> {
    make(move |mut request| {
        let app = app.clone();
        async move {
            let outcome = confirm(&app, &mut request).await;
            Ok::<_, poem::Error>(settle(outcome, &request))
        }
    })
}

fn settle(outcome: Result<Response, Refusal>, request: &Request) -> Response {
    match outcome {
        Ok(response) => response,
        Err(refusal) => {
            let id = RequestId::of_request(request);
            let error = json!({ "code": refusal.code.as_str(), "message": refusal.message, "requestId": id.as_str() });
            let mut response = answer(refusal.status, &error);
            if let Some(seconds) = refusal.retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            response
        }
    }
}

async fn state(app: &App, request: &Request) -> Result<Response, Refusal> {
    let session = caller::session(app, request).await?;
    Ok(answer(StatusCode::OK, &json!({ "signedIn": session.is_some() })))
}

async fn sign_in(app: &App, request: &mut Request) -> Result<Response, Refusal> {
    let before = caller::session(app, request).await?;
    let form: SignIn = form(app, request).await?;
    let origin = caller::origin(app, request);
    let account = session::authenticate(app, &form.email, form.password, &origin).await;
    let account = account.map_err(|reason| not_signed_in(app, reason))?;
    if let Some(before) = before {
        session::end(&app.db, before.id, app.clock.now()).await.map_err(|error| failed(&error))?;
    }
    go_on(app, &account, request).await
}

async fn confirm(app: &App, request: &mut Request) -> Result<Response, Refusal> {
    let form: Confirmation = form(app, request).await?;
    let origin = caller::origin(app, request);
    let outcome = second_factor::confirm(app, &form.pending, SessionKind::Web, &form.code, &origin).await;
    let confirmed = outcome.map_err(|reason| not_confirmed(app, reason))?;
    let body = json!({ "signedIn": true, "recoveryCodes": confirmed.recovery_codes });
    Ok(signed_in(app, &confirmed.opened, &body))
}

async fn choose(app: &App, request: &mut Request) -> Result<Response, Refusal> {
    let form: Choice = form(app, request).await?;
    let token = Token::parse(&form.token).ok_or_else(|| not_chosen(app, NotChosen::Spent))?;
    let origin = caller::origin(app, request);
    let chosen = link::choose_password(app, &token, None, form.password, &origin).await;
    let account = chosen.map_err(|reason| not_chosen(app, reason))?;
    // What a sign-in is begun with is the account as it is now, with its new password.
    let account = session::account(app, account.id).await.map_err(|error| failed(&error))?;
    let account = account.ok_or_else(|| not_chosen(app, NotChosen::Spent))?;
    go_on(app, &account, request).await
}

async fn sign_out(app: &App, request: &Request) -> Result<Response, Refusal> {
    if let Some(session) = caller::session(app, request).await? {
        session::end(&app.db, session.id, app.clock.now()).await.map_err(|error| failed(&error))?;
    }
    Ok(with_cookie(&cookie::clear(app.config.is_https()), &json!({ "signedIn": false })))
}

/// Reads a form. As with a session, other sites are refused: nobody may be signed in, to an account of somebody else's
/// choosing, by a page that they happen to look at.
async fn form<T: DeserializeOwned>(app: &App, request: &mut Request) -> Result<T, Refusal> {
    if !negotiate::is_json(request.content_type()) {
        let words = "Requests here are application/json, in UTF-8.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadRequest, words));
    }
    csrf::check(request.headers(), &app.config.public_url, true)
        .map_err(|forged| Refusal::new(StatusCode::FORBIDDEN, Code::Forged, forged))?;
    let bytes = body::read(request, MAX_BODY).await.map_err(|unread| match unread {
        Unread::TooLarge(_) => Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge, unread),
        Unread::Broken => Refusal::new(StatusCode::BAD_REQUEST, Code::BadRequest, unread),
    })?;
    serde_json::from_slice(&bytes).map_err(|_| {
        Refusal::new(StatusCode::BAD_REQUEST, Code::BadRequest, "The body is not the form that is wanted.")
    })
}

/// After the right password: a session, or what it still needs.
async fn go_on(app: &App, account: &account::Model, request: &Request) -> Result<Response, Refusal> {
    let origin = caller::origin(app, request);
    match second_factor::begin(app, account, SessionKind::Web, None, &origin).await {
        Ok(Begun::Open(opened)) => Ok(signed_in(app, &opened, &json!({ "signedIn": true }))),
        Ok(Begun::Wanted(wanted)) => Ok(answer(StatusCode::OK, &wanted_body(&wanted))),
        Err(error) => Err(failed(&error)),
    }
}

fn wanted_body(wanted: &Wanted) -> Value {
    let enrolment = wanted.enrolment.as_ref().map(|new| json!({ "secret": new.secret, "uri": new.uri }));
    let second_factor = json!({
        "pending": wanted.pending, "expiresAt": instant(wanted.expires_at), "enrolment": enrolment,
    });
    json!({ "signedIn": false, "secondFactor": second_factor })
}

fn signed_in(app: &App, opened: &Opened, body: &Value) -> Response {
    let cookie = cookie::set(&opened.token, Lifetime::of(SessionKind::Web).whole, app.config.is_https());
    with_cookie(&cookie, body)
}

fn throttled(app: &App, reason: impl ToString, again: DateTime<Utc>) -> Refusal {
    let seconds = (again - app.clock.now()).num_seconds().max(0) + 1;
    let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, Code::Throttled, reason);
    Refusal { retry_after: Some(seconds), ..refusal }
}

fn not_confirmed(app: &App, reason: NotConfirmed) -> Refusal {
    match reason {
        NotConfirmed::Spent | NotConfirmed::WrongCode => {
            Refusal::new(StatusCode::UNAUTHORIZED, Code::Unauthenticated, reason)
        }
        NotConfirmed::Throttled(again) => throttled(app, reason, again),
        NotConfirmed::Database(error) => failed(&error),
    }
}

fn not_signed_in(app: &App, reason: NotSignedIn) -> Refusal {
    match reason {
        NotSignedIn::Throttled(again) => throttled(app, reason, again),
        NotSignedIn::Wrong | NotSignedIn::Deactivated => {
            Refusal::new(StatusCode::UNAUTHORIZED, Code::Unauthenticated, reason)
        }
        NotSignedIn::Hashing(error) => surprise(&error.to_string()),
        NotSignedIn::Database(error) => failed(&error),
    }
}

fn not_chosen(app: &App, reason: NotChosen) -> Refusal {
    match reason {
        NotChosen::Throttled(again) => throttled(app, reason, again),
        NotChosen::Spent => Refusal::new(StatusCode::GONE, Code::NotFound, reason),
        NotChosen::Weak(_) => Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, Code::BadInput, reason),
        NotChosen::Hashing(error) => surprise(&error.to_string()),
        NotChosen::Database(error) => failed(&error),
    }
}

fn failed(error: &DbErr) -> Refusal {
    surprise(&describe_database_error(error))
}

fn surprise(cause: &str) -> Refusal {
    tracing::error!(cause, "a session could not be opened or ended");
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, "Something went wrong on our side.")
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

#[cfg(test)]
mod tests {
    use domain::access::{AccountState, LinkPurpose, Role};
    use poem::{
        EndpointExt,
        endpoint::BoxEndpoint,
        test::{TestClient, TestResponse},
    };

    use super::*;
    use crate::access::throttle::Limit;
    use crate::app::testing::{PASSWORD, World};

    type Client = TestClient<BoxEndpoint<'static, Response>>;

    async fn send(client: &Client, form: &Value, headers: &[(&str, &str)]) -> TestResponse {
        let request = client.post("/").content_type("application/json").body(form.to_string());
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await
    }

    fn credentials(password: &str) -> Value {
        json!({ "email": "ada@school.example", "password": password })
    }

    #[tokio::test]
    async fn signing_in_and_out_of_a_browser() {
        let world = World::new().await;
        world.account(AccountState::Active).await;
        let client = TestClient::new(endpoint(world.app.clone()).boxed());
        let marker = ("x-waymark-request", "page");
        let response = send(&client, &credentials(PASSWORD), &[marker]).await;
        let cookie = response.0.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let cookie = ("cookie", cookie.as_str());
        let state = |headers: [(&'static str, String); 2]| {
            let request =
                headers.into_iter().fold(client.get("/"), |request, (name, value)| request.header(name, value));
            async { request.send().await.0.into_body().into_string().await.unwrap() }
        };
        let ours = || [("cookie", cookie.1.to_owned()), ("x-waymark-request", "page".to_owned())];
        assert_eq!(state(ours()).await, "{\"signedIn\":true}");
        let again = send(&client, &credentials(PASSWORD), &[marker, cookie]).await;
        again.assert_status_is_ok();
        assert_eq!(state(ours()).await, "{\"signedIn\":false}", "a new sign-in ends the session before it");
        let fresh = again.0.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let out = client.delete("/").header("cookie", &fresh).header("x-waymark-request", "page").send().await;
        assert!(out.0.header("set-cookie").unwrap().contains("Max-Age=0"));
        let gone = [("cookie", fresh), ("x-waymark-request", "page".to_owned())];
        assert_eq!(state(gone).await, "{\"signedIn\":false}");
    }

    #[tokio::test]
    async fn nobody_is_signed_in_by_a_wrong_password_or_another_site() {
        let world = World::new().await;
        world.account(AccountState::Active).await;
        let client = TestClient::new(endpoint(world.app.clone()).boxed());
        let marker = ("x-waymark-request", "page");
        let cases: [(&str, &[(&str, &str)], StatusCode); 4] = [
            ("wrong", &[marker], StatusCode::UNAUTHORIZED),
            (PASSWORD, &[], StatusCode::FORBIDDEN),
            (PASSWORD, &[marker, ("origin", "https://evil.example")], StatusCode::FORBIDDEN),
            (&"x".repeat(5_000), &[marker], StatusCode::PAYLOAD_TOO_LARGE),
        ];
        for (password, headers, expected) in cases {
            let response = send(&client, &credentials(password), headers).await;
            assert_eq!((response.0.status(), response.0.header("set-cookie")), (expected, None));
        }
    }

    #[tokio::test]
    async fn a_link_chooses_a_password_and_signs_in() {
        let world = World::new().await;
        let account = world.account(AccountState::Invited).await;
        let token = link::create(&world.app.db, &world.app, account, LinkPurpose::Invitation).await.unwrap();
        let client = TestClient::new(password_endpoint(world.app.clone()).boxed());
        let choice = |password: &str| json!({ "token": token.reveal(), "password": password });
        let marker = [("x-waymark-request", "page")];
        let weak = send(&client, &choice("short"), &marker).await;
        assert_eq!(weak.0.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let chosen = send(&client, &choice("another long password"), &marker).await;
        assert!(chosen.0.header("set-cookie").unwrap().starts_with("waymark=wm_"));
        let again = send(&client, &choice("another long password"), &marker).await;
        assert_eq!(again.0.status(), StatusCode::GONE);
    }

    #[tokio::test]
    async fn who_guesses_is_told_when_to_come_back() {
        let world = World::new().await;
        world.account(AccountState::Active).await;
        let client = TestClient::new(endpoint(world.app.clone()).boxed());
        let marker = [("x-waymark-request", "page")];
        for _ in 0..Limit::ACCOUNT.burst {
            assert_eq!(send(&client, &credentials("wrong"), &marker).await.0.status(), StatusCode::UNAUTHORIZED);
        }
        let slowed = send(&client, &credentials(PASSWORD), &marker).await;
        assert_eq!(slowed.0.status(), StatusCode::TOO_MANY_REQUESTS);
        let seconds: i64 = slowed.0.header("retry-after").unwrap().parse().unwrap();
        assert_eq!(seconds, Limit::ACCOUNT.every.num_seconds() + 1);
    }

    #[tokio::test]
    async fn a_browser_of_whoever_sees_pupils_is_signed_in_by_a_code() {
        let world = World::new().await;
        let account = world.account(AccountState::Active).await;
        world.role(account, Role::Officer).await;
        let client = TestClient::new(endpoint(world.app.clone()).boxed());
        let second = TestClient::new(second_factor_endpoint(world.app.clone()).boxed());
        let marker = [("x-waymark-request", "page")];
        let begun = send(&client, &credentials(PASSWORD), &marker).await;
        assert_eq!(begun.0.header("set-cookie"), None);
        let begun: Value = begun.0.into_body().into_json().await.unwrap();
        assert_eq!(begun["signedIn"], false);
        let secret = begun["secondFactor"]["enrolment"]["secret"].as_str().unwrap();
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        let app = totp_rs::Builder::new().with_secret(secret).with_account_name("ada").build().unwrap();
        let code = app.generate(world.app.clock.now().timestamp().try_into().unwrap()).to_string();
        let form = |code: &str| json!({ "pending": begun["secondFactor"]["pending"], "code": code });
        assert_eq!(send(&second, &form("no code"), &marker).await.0.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(send(&second, &form(&code), &[]).await.0.status(), StatusCode::FORBIDDEN, "another site's");
        let done = send(&second, &form(&code), &marker).await;
        assert!(done.0.header("set-cookie").unwrap().starts_with("waymark=wm_"));
        let done: Value = done.0.into_body().into_json().await.unwrap();
        assert_eq!(
            (done["signedIn"].as_bool(), done["recoveryCodes"].as_array().map(Vec::len)),
            (Some(true), Some(10))
        );
    }
}
