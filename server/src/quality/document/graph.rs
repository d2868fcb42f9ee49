//! Provider documents in the graph: what can be asked to change.

use async_graphql::{Context, InputObject, Object};
use domain::quality::document::{
    DocumentDecision, ReviewDocumentRefusal, SubmitDocumentRefusal, WithdrawDocumentRefusal,
};
use entity::ids::{DocumentId, DocumentTypeId, ProviderId};

use super::service;
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::graph::scalars::{Date, Money};
use crate::payload;
use crate::quality::file::graph::DocumentFileInput;

/// A document to submit.
#[derive(Debug, InputObject)]
pub struct SubmitDocumentInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The document's id, where the client makes it; new.
    pub id: Option<IdOf<DocumentId>>,
    /// The provider whose document it is.
    pub provider_id: IdOf<ProviderId>,
    /// What it proves: one to five types of document.
    pub document_type_ids: Vec<IdOf<DocumentTypeId>>,
    /// Its title, 2 to 200 characters.
    pub title: String,
    /// The date of issue that it bears.
    pub issued_on: Date,
    /// First day it covers; left out, the date of issue. Next year's certificate starts later.
    pub starts_on: Option<Date>,
    /// Last day it covers, where its type asks for it.
    pub expires_on: Option<Date>,
    /// Amount of cover in pounds, where its type asks for it.
    pub cover: Option<Money>,
    /// The document of the same provider that it replaces.
    pub replaces_id: Option<IdOf<DocumentId>>,
    /// Its file.
    pub file: DocumentFileInput,
}

payload!(
    /// What came of submitting a document. Its file's id is what the bytes are sent to.
    SubmitDocumentPayload, SubmitDocumentRefused, document: DocumentId, SubmitDocumentRefusal
);

/// A review of a document.
#[derive(Debug, InputObject)]
pub struct ReviewDocumentInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The document.
    pub document_id: IdOf<DocumentId>,
    /// The version that was read: nobody decides on what they have not seen.
    pub version: i32,
    /// Accept or refuse.
    pub decision: CodeOf<DocumentDecision>,
    /// Why it is refused and what to send instead, 2 to 2000 characters.
    pub reason: Option<String>,
}

payload!(
    /// What came of reviewing a document.
    ReviewDocumentPayload, ReviewDocumentRefused, document: DocumentId, ReviewDocumentRefusal
);

/// A document to take back.
#[derive(Debug, InputObject)]
pub struct WithdrawDocumentInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The document.
    pub document_id: IdOf<DocumentId>,
}

payload!(
    /// What came of taking a document back.
    WithdrawDocumentPayload, WithdrawDocumentRefused, document: DocumentId, WithdrawDocumentRefusal
);

/// Changes to provider documents.
#[derive(Debug, Default)]
pub struct DocumentMutation;

#[Object]
impl DocumentMutation {
    /// Submits a document of a provider, for review. For its own people, and the authority's officers and coordinators.
    /// The bytes are sent to the `file` that the answer shows.
    async fn submit_document(
        &self,
        ctx: &Context<'_>,
        input: SubmitDocumentInput,
    ) -> async_graphql::Result<SubmitDocumentPayload> {
        mutate(ctx, "submitDocument", async |write| service::submit(write, input).await).await
    }

    /// Accepts a document whose file is verified, or refuses one with a reason. For officers and coordinators.
    async fn review_document(
        &self,
        ctx: &Context<'_>,
        input: ReviewDocumentInput,
    ) -> async_graphql::Result<ReviewDocumentPayload> {
        mutate(ctx, "reviewDocument", async |write| service::review(write, input).await).await
    }

    /// Takes a document back that was not yet reviewed. For the provider's people.
    async fn withdraw_document(
        &self,
        ctx: &Context<'_>,
        input: WithdrawDocumentInput,
    ) -> async_graphql::Result<WithdrawDocumentPayload> {
        mutate(ctx, "withdrawDocument", async |write| service::withdraw(write, input).await).await
    }
}
