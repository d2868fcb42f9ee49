//! Saved queries in the graph: what can be asked to change.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::bench::saved_query::{
    RenameQueryRefusal, RetireQueryRefusal, SaveQueryRefusal, SaveQueryVersionRefusal, ShareQueryRefusal, SharedWith,
};
use entity::ids::{AuthorityId, PartnershipId, SavedQueryId};

use super::service;
use crate::graph::estimate::QueryProblem;
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::graph::tree::Node;
use crate::ledger::{Outcome, Write};
use crate::payload;

/// A query to keep.
#[derive(Debug, InputObject)]
pub struct SaveQueryInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The authority that it belongs to; one in which the caller holds a role.
    pub authority_id: IdOf<AuthorityId>,
    /// Its name, 2 to 120 characters.
    pub name: String,
    /// The query, 20,000 characters at most, of one operation that reads. Whoever it is shared with reads it: no child is
    /// named in it.
    pub text: String,
    /// Its variables: an object of JSON as text, 20,000 characters at most. Those that it must have may be left to whoever
    /// runs it.
    pub variables: Option<String>,
    /// What it is for, 2000 characters at most.
    pub note: Option<String>,
}

/// What a saved query says from now on.
#[derive(Debug, InputObject)]
pub struct SaveQueryVersionInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The saved query.
    pub saved_query_id: IdOf<SavedQueryId>,
    /// The version of the saved query that was read.
    pub version: i32,
    /// The query, 20,000 characters at most, of one operation that reads. Whoever it is shared with reads it: no child is
    /// named in it.
    pub text: String,
    /// Its variables: an object of JSON as text, 20,000 characters at most.
    pub variables: Option<String>,
    /// What changed, 2000 characters at most.
    pub note: Option<String>,
}

/// Another name for a saved query.
#[derive(Debug, InputObject)]
pub struct RenameQueryInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The saved query.
    pub saved_query_id: IdOf<SavedQueryId>,
    /// The version of the saved query that was read.
    pub version: i32,
    /// Its name, 2 to 120 characters.
    pub name: String,
}

/// Who reads a saved query from now on.
#[derive(Debug, InputObject)]
pub struct ShareQueryInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The saved query.
    pub saved_query_id: IdOf<SavedQueryId>,
    /// The version of the saved query that was read.
    pub version: i32,
    /// Who reads it beside its owner.
    pub shared_with: CodeOf<SharedWith>,
    /// Where that is a partnership: which. The caller coordinates it.
    pub partnership_id: Option<IdOf<PartnershipId>>,
}

/// A saved query to take out of use.
#[derive(Debug, InputObject)]
pub struct RetireQueryInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The saved query.
    pub saved_query_id: IdOf<SavedQueryId>,
    /// The version of the saved query that was read.
    pub version: i32,
}

/// Declares the payload of a mutation that checks a query: its refusal says where the query is wrong.
macro_rules! checked_payload {
    ($(#[doc = $doc:literal])+ $payload:ident, $refused:ident, $code:ty) => {
        $(#[doc = $doc])+
        #[derive(Debug, SimpleObject)]
        pub struct $payload {
            /// The saved query as it now is; null where the mutation was refused.
            pub saved_query: Option<Node<SavedQueryId>>,
            /// Why nothing was done; null where it was.
            pub refusal: Option<$refused>,
        }

        /// Why nothing was done.
        #[derive(Debug, SimpleObject)]
        pub struct $refused {
            /// The exact reason.
            pub code: CodeOf<$code>,
            /// The reason in words, and what to do.
            pub message: String,
            /// The field of the input that it is about.
            pub field: Option<String>,
            /// The saved query as it is, where the viewer may see it.
            pub current: Option<Node<SavedQueryId>>,
            /// Why the server would not run the query, and where in its text; empty where that is not the reason.
            pub problems: Vec<QueryProblem>,
        }

        impl From<Outcome<SavedQueryId, $code>> for $payload {
            fn from(outcome: Outcome<SavedQueryId, $code>) -> Self {
                match outcome {
                    Ok(id) => Self { saved_query: Some(Node::new(id)), refusal: None },
                    Err(refusal) => Self {
                        saved_query: None,
                        refusal: Some($refused {
                            code: CodeOf(refusal.code),
                            message: domain::Code::doc(refusal.code).to_owned(),
                            field: refusal.field.map(str::to_owned),
                            current: refusal.current.map(|id| Node::new(id.into())),
                            problems: Vec::new(),
                        }),
                    },
                }
            }
        }
    };
}

checked_payload!(
    /// What came of saving a query.
    SaveQueryPayload, SaveQueryRefused, SaveQueryRefusal
);
checked_payload!(
    /// What came of saving a new version of a query.
    SaveQueryVersionPayload, SaveQueryVersionRefused, SaveQueryVersionRefusal
);
payload!(
    /// What came of renaming a saved query.
    RenameQueryPayload, RenameQueryRefused, saved_query: SavedQueryId, RenameQueryRefusal
);
payload!(
    /// What came of sharing a saved query.
    ShareQueryPayload, ShareQueryRefused, saved_query: SavedQueryId, ShareQueryRefusal
);
payload!(
    /// What came of retiring a saved query.
    RetireQueryPayload, RetireQueryRefused, saved_query: SavedQueryId, RetireQueryRefusal
);

/// Changes to saved queries.
#[derive(Debug, Default)]
pub struct SavedQueryMutation;

#[Object]
impl SavedQueryMutation {
    /// Keeps a query under a name, for oneself; `shareQuery` shows it to others. A query that the server would not run is
    /// refused with the reasons and their places. What only rows can tell, such as a date in a filter that is no date, shows
    /// when it runs. For whoever holds a role in the authority.
    async fn save_query(&self, ctx: &Context<'_>, input: SaveQueryInput) -> async_graphql::Result<SaveQueryPayload> {
        let mut problems = Vec::new();
        let save = async |write: &mut Write<'_>| service::save(write, input, &mut problems).await;
        let mut payload: SaveQueryPayload = mutate(ctx, "saveQuery", save).await?;
        if let Some(refusal) = &mut payload.refusal {
            refusal.problems = problems;
        }
        Ok(payload)
    }

    /// Saves a new version of a query; the earlier ones stay readable. For its owner.
    async fn save_query_version(
        &self,
        ctx: &Context<'_>,
        input: SaveQueryVersionInput,
    ) -> async_graphql::Result<SaveQueryVersionPayload> {
        let mut problems = Vec::new();
        let save = async |write: &mut Write<'_>| service::save_version(write, input, &mut problems).await;
        let mut payload: SaveQueryVersionPayload = mutate(ctx, "saveQueryVersion", save).await?;
        if let Some(refusal) = &mut payload.refusal {
            refusal.problems = problems;
        }
        Ok(payload)
    }

    /// Gives a saved query another name. For its owner.
    async fn rename_query(
        &self,
        ctx: &Context<'_>,
        input: RenameQueryInput,
    ) -> async_graphql::Result<RenameQueryPayload> {
        mutate(ctx, "renameQuery", async |write| service::rename(write, input).await).await
    }

    /// Says who reads a saved query beside its owner: nobody, the coordinators of a partnership that the owner coordinates,
    /// or the authority's officers, coordinators, visitors and analysts. For its owner.
    async fn share_query(&self, ctx: &Context<'_>, input: ShareQueryInput) -> async_graphql::Result<ShareQueryPayload> {
        mutate(ctx, "shareQuery", async |write| service::share(write, input).await).await
    }

    /// Takes a saved query out of use. Nothing of it is deleted: it stays readable by those who read it now. For its owner,
    /// and for officers of the authority.
    async fn retire_query(
        &self,
        ctx: &Context<'_>,
        input: RetireQueryInput,
    ) -> async_graphql::Result<RetireQueryPayload> {
        mutate(ctx, "retireQuery", async |write| service::retire(write, input).await).await
    }
}
