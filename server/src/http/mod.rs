//! The server's addresses, and what surrounds a request on its way in and out.

pub mod body;
pub mod caller;
pub mod files;
pub mod frame;
pub mod graphiql;
pub mod graphql;
pub mod health;
pub mod negotiate;
pub mod session;

use async_graphql::Executor;
use poem::{Endpoint, EndpointExt, Response, Route, get};

use self::{frame::Frame, graphql::GraphQl};
use crate::app::App;

/// Every address of the server, in its frame.
pub fn routes<E: Executor>(app: App, executor: E) -> impl Endpoint<Output = Response> {
    Route::new()
        .at("/graphql", GraphQl::new(app.clone(), executor))
        .at("/graphql/assets/:file", get(graphiql::Assets::new(app.clone())))
        .at("/session", session::endpoint(app.clone()))
        .at("/health/live", get(health::live()))
        .at("/health/ready", get(health::ready(app.clone())))
        .with(Frame(app))
}
