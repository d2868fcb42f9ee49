//! The gate: so many requests are worked on at once, and the next is told to come again soon.
//!
//! A server that takes every request slows down for all of them until clients give up and ask once more. One that turns
//! the next away at once goes on answering the others, and recovers by itself.

use std::sync::Arc;

use poem::http::{StatusCode, header};
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result};
use tokio::sync::Semaphore;

use crate::app::App;

/// Seconds after which the next attempt may be made.
const RETRY_AFTER: &str = "2";

/// A gate around an endpoint.
#[derive(Debug, Clone)]
pub struct Gate {
    app: App,
    area: &'static str,
    places: Arc<Semaphore>,
}

impl Gate {
    /// A gate that lets so many through at once; `area` is what its refusals are counted under.
    pub fn new(app: &App, area: &'static str, places: usize) -> Self {
        Self { app: app.clone(), area, places: Arc::new(Semaphore::new(places)) }
    }
}

impl<E: Endpoint> Middleware<E> for Gate {
    type Output = Gated<E>;

    fn transform(&self, endpoint: E) -> Self::Output {
        Gated { endpoint, gate: self.clone() }
    }
}

/// An endpoint behind its gate.
#[derive(Debug)]
pub struct Gated<E> {
    endpoint: E,
    gate: Gate,
}

impl<E: Endpoint> Endpoint for Gated<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let Ok(_place) = self.gate.places.try_acquire() else {
            self.gate.app.metrics.turned_away(self.gate.area);
            let answer = Response::builder().status(StatusCode::SERVICE_UNAVAILABLE);
            let words = "Too many requests are being worked on. Try again soon.\n";
            return Ok(answer
                .header(header::RETRY_AFTER, RETRY_AFTER)
                .content_type("text/plain; charset=utf-8")
                .body(words));
        };
        self.endpoint.call(request).await.map(IntoResponse::into_response)
    }
}
