//! What surrounds every request: an id to quote, a span to log under, headers that keep a browser careful, a plain
//! answer when something breaks, and the patience to hear a sender out before it is refused.
//!
//! A span holds the method, the route's first part and the id. It never holds a query, a token, an address or a name.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use poem::{
    Endpoint, IntoResponse, Middleware, Request, Response, Result,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use tracing::Instrument;

use super::body::Rest;
use crate::app::{App, metrics};

/// The request's id: the caller's own where it is fit to be logged, else one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// The header that carries it, both ways.
    pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id that the frame gave a request.
    pub fn of_request(request: &Request) -> Self {
        request.data::<Self>().cloned().unwrap_or_else(|| Self("unframed".to_owned()))
    }

    fn choose(request: &Request, app: &App) -> Self {
        let fit = |id: &&str| {
            (8..=64).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        match request.header(Self::HEADER).filter(fit) {
            Some(id) => Self(id.to_owned()),
            None => Self(app.ids.next(app.clock.now()).simple().to_string()),
        }
    }
}

/// Puts the frame around an endpoint.
#[derive(Clone, Debug)]
pub struct Frame(pub App);

impl<E: Endpoint> Middleware<E> for Frame {
    type Output = Framed<E>;

    fn transform(&self, endpoint: E) -> Self::Output {
        Framed { endpoint, app: self.0.clone() }
    }
}

/// An endpoint in its frame.
#[derive(Debug)]
pub struct Framed<E> {
    endpoint: E,
    app: App,
}

impl<E: Endpoint> Endpoint for Framed<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let id = RequestId::choose(&request, &self.app);
        let path_area = metrics::known(area(request.uri().path()));
        let span = tracing::info_span!(
            "request",
            id = id.as_str(),
            method = %request.method(),
            area = area(request.uri().path()),
        );
        let began = self.app.clock.now();
        request.set_data(id.clone());
        let rest = Rest::of(&mut request);
        let mut response = self.answer(request).instrument(span.clone()).await;
        rest.drain().await;
        let milliseconds = (self.app.clock.now() - began).num_milliseconds();
        self.app.metrics.answered(path_area, response.status().as_u16(), milliseconds);
        tracing::info!(parent: &span, status = response.status().as_u16(), milliseconds, "answered");
        self.set_headers(&mut response, &id);
        Ok(response)
    }
}

impl<E: Endpoint> Framed<E> {
    async fn answer(&self, request: Request) -> Response {
        match AssertUnwindSafe(self.endpoint.call(request)).catch_unwind().await {
            Ok(Ok(output)) => output.into_response(),
            Ok(Err(error)) => {
                let status = error.status();
                if status.is_server_error() {
                    tracing::error!(cause = %error, "an endpoint failed");
                }
                plain(status)
            }
            Err(_) => {
                tracing::error!("an endpoint panicked");
                plain(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    fn set_headers(&self, response: &mut Response, id: &RequestId) {
        const ALWAYS: [(&str, &str); 5] = [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ];
        /// What an answer that is no page may do in a browser: nothing.
        const CLOSED: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

        let headers = response.headers_mut();
        for (name, value) in ALWAYS {
            headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
        }
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(CLOSED));
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        if self.app.config.is_https() {
            let year = HeaderValue::from_static("max-age=31536000");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
        }
        if let Ok(value) = HeaderValue::from_str(id.as_str()) {
            headers.insert(RequestId::HEADER, value);
        }
    }
}

/// The first part of a path: enough to tell the areas apart, too little to hold an id.
fn area(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}

fn plain(status: StatusCode) -> Response {
    let words = match status {
        StatusCode::NOT_FOUND => "There is nothing at this address.\n",
        StatusCode::METHOD_NOT_ALLOWED => "This address does not take that method.\n",
        status if status.is_client_error() => "The request cannot be taken.\n",
        _ => "Something went wrong on our side.\n",
    };
    Response::builder().status(status).content_type("text/plain; charset=utf-8").body(words)
}
