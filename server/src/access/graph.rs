//! Who am I: the viewer's own account, as the graph shows it.

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::ids::AccountId;

use crate::graph::errors;
use crate::graph::tree::Node;
use crate::ledger::Actor;

/// Reads about the viewer.
#[derive(Debug, Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// The account that is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Node<AccountId>>> {
        let actor = ctx.data_opt::<Arc<Actor>>().ok_or_else(errors::sign_in_first)?;
        Ok(Some(Node::new(actor.scope.account_id)))
    }
}
