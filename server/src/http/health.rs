//! Whether the server lives, and whether it can work: for a load balancer, which may not know more.

use std::time::Duration;

use poem::{Endpoint, Response, endpoint::make_sync, http::StatusCode};

use crate::app::App;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /health/live`: 200 while the process answers at all.
pub fn live() -> impl Endpoint {
    make_sync(|_| answer(StatusCode::OK, "live"))
}

/// `GET /health/ready`: 200 while the database answers, else 503.
pub fn ready(app: App) -> impl Endpoint {
    poem::endpoint::make(move |_| {
        let app = app.clone();
        async move {
            match tokio::time::timeout(PATIENCE, app.db.ping()).await {
                Ok(Ok(())) => answer(StatusCode::OK, "ready"),
                Ok(Err(_)) | Err(_) => answer(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
            }
        }
    })
}

fn answer(status: StatusCode, state: &str) -> Response {
    let body = format!("{{\"state\":\"{state}\"}}");
    Response::builder().status(status).content_type("application/json").body(body)
}
