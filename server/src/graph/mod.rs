//! The schema's roots, and what holds every query.

pub mod errors;
pub mod limits;

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};

use crate::app::App;

/// Everything that can be read.
#[derive(Debug)]
pub struct Query;

#[Object]
impl Query {
    /// Whether somebody is signed in.
    async fn viewer(&self) -> Option<bool> {
        None
    }
}

/// The schema over a running application.
pub fn schema(app: App) -> Schema<Query, EmptyMutation, EmptySubscription> {
    Schema::build(Query, EmptyMutation, EmptySubscription).data(app).finish()
}
