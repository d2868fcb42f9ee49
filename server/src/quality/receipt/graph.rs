//! The keys of receipts, in the graph.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::store;
use crate::app::App;
use crate::graph::errors;
use crate::graph::scalars::DateTime;
use crate::ledger::Actor;

/// A public key that receipts of completed visits are checked with.
#[derive(Debug, SimpleObject)]
pub struct ReceiptKey {
    /// The first 16 hexadecimal digits of the key's SHA-256; a receipt names it.
    pub id: String,
    /// Ed25519 (RFC 8032): 32 bytes in Base64.
    pub public_key: String,
    /// When it first signed.
    pub since: DateTime,
}

/// Reads about receipts.
#[derive(Debug, Default)]
pub struct ReceiptQuery;

#[Object]
impl ReceiptQuery {
    /// Every key that a receipt was ever signed with, the oldest first. Everybody who is signed in reads them.
    async fn receipt_keys(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReceiptKey>> {
        ctx.data_opt::<Arc<Actor>>().ok_or_else(errors::sign_in_first)?;
        let keys = store::keys(&ctx.data::<App>()?.db).await?;
        let shown = keys.into_iter().map(|key| ReceiptKey {
            id: key.id,
            public_key: key.public_key,
            since: DateTime(key.created_at),
        });
        Ok(shown.collect())
    }
}
