//! The server's addresses, and what surrounds a request on its way in and out.

pub mod body;
pub mod caller;
pub mod files;
pub mod frame;
pub mod gate;
pub mod graphql;
pub mod health;
pub mod metrics;
pub mod negotiate;
pub mod page;
pub mod screens;
pub mod session;

use std::sync::Arc;

use async_graphql::Executor;
use poem::{Endpoint, EndpointExt, Response, Route, endpoint::make_sync, get, post};

use self::{frame::Frame, gate::Gate, graphql::GraphQl, screens::Screens};
use crate::uploads::{Files, tus};

/// Every address of the server, in its frame.
pub fn routes<E: Executor>(files: Arc<Files>, executor: E) -> impl Endpoint<Output = Response> {
    let app = files.app.clone();
    Route::new()
        .at("/graphql", GraphQl::new(app.clone(), executor).with(Gate::new(&app, "graphql", app.config.max_requests)))
        .at("/assets/:file", get(page::Assets::new(app.clone())))
        .at("/session", session::endpoint(app.clone()))
        .at("/session/second-factor", post(session::second_factor_endpoint(app.clone())))
        .at("/session/password", post(session::password_endpoint(app.clone())))
        .at("/welcome", get(make_sync(|_| page::welcome())))
        .at("/health/live", get(health::live()))
        .at("/health/ready", get(health::ready(app.clone())))
        .nest("/uploads", tus::routes(Arc::clone(&files)).with(Gate::new(&app, "uploads", app.config.max_uploads)))
        .nest("/files", files::routes(files))
        .at("/", Screens::new(&app))
        .at("/*path", Screens::new(&app))
        .with(Frame(app))
}
