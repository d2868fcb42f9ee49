//! What can be done with a document.

use domain::access::Role;
use domain::quality::DocumentState;
use domain::quality::document::{
    self as rule, ReviewDocumentRefusal as NotReviewed, SubmitDocumentRefusal as NotSubmitted,
    WithdrawDocumentRefusal as NotWithdrawn,
};
use entity::ids::{AuthorityId, DocumentId, DocumentTypeId, FileId};
use entity::{document, document_proof, document_type};
use sea_orm::DbErr;

use super::graph::{ReviewDocumentInput, SubmitDocumentInput, WithdrawDocumentInput};
use super::store;
use crate::access::scope::Scope;
use crate::graph::ids::IdOf;
use crate::ledger::{Refusal, Refused, Write};
use crate::organisation::provider;
use crate::quality::file::graph::DocumentFileInput;
use crate::quality::{document_proof::store as proofs, document_type::store as types, file};

/// How many requirements one document may prove.
const MAX_TYPES: usize = 5;

/// Submits a document of a provider, with the file that it is made of.
pub async fn submit(write: &mut Write<'_>, input: SubmitDocumentInput) -> Result<DocumentId, Refused<NotSubmitted>> {
    let provider = provider::store::seen(write, input.provider_id.0).await?;
    let provider = provider.ok_or_else(|| Refused::field(NotSubmitted::ProviderNotFound, "providerId"))?;
    let authority_id = provider.authority_id;
    if !reviews(write.scope(), authority_id) && !write.scope().works_for(provider.id) {
        return Err(Refused::field(NotSubmitted::NotAllowed, "providerId"));
    }
    let types = types_of(write, &input.document_type_ids).await?;
    let claims = rule::Claims {
        title: &input.title,
        issued_on: input.issued_on.0,
        starts_on: input.starts_on.map(|day| day.0),
        expires_on: input.expires_on.map(|day| day.0),
        cover_pence: input.cover.map(|cover| cover.0),
        asks_expiry: types.iter().any(|asked| asked.asks_expiry),
        asks_cover: types.iter().any(|asked| asked.asks_cover),
    };
    let starts_on = rule::submit(&claims, write.today()).map_err(|(code, field)| Refused::field(code, field))?;
    if let Some(IdOf(replaces)) = input.replaces_id {
        let replaced = store::find(write, replaces).await?.filter(|replaced| replaced.provider_id == provider.id);
        replaced.ok_or_else(|| Refused::field(NotSubmitted::ReplacesNotFound, "replacesId"))?;
    }
    let id = match input.id {
        Some(IdOf(id)) if store::is_taken(write, id).await? => return Err(Refused::current(NotSubmitted::IdTaken, id)),
        Some(IdOf(id)) => id,
        None => write.id(),
    };
    let file_id = file_of(write, authority_id, &input.file).await?;
    let document = document::Model {
        id,
        authority_id,
        provider_id: provider.id,
        file_id,
        title: input.title.trim().to_owned(),
        issued_on: claims.issued_on,
        starts_on,
        expires_on: claims.expires_on,
        cover_pence: claims.cover_pence,
        state: DocumentState::Submitted.into(),
        replaces_id: input.replaces_id.map(|id| id.0),
        reviewed_by_id: None,
        reviewed_at: None,
        review_reason: None,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    prove(write, &document, &types).await?;
    Ok(id)
}

/// Writes the document, and what it proves.
async fn prove(write: &mut Write<'_>, document: &document::Model, types: &[document_type::Model]) -> Result<(), DbErr> {
    store::insert(write, document.clone()).await?;
    write.created(document.authority_id, document.id);
    for asked in types {
        let proof = document_proof::Model {
            id: write.id(),
            authority_id: document.authority_id,
            document_id: document.id,
            provider_id: document.provider_id,
            document_type_id: asked.id,
            created_at: write.now,
            updated_at: write.now,
            version: 1,
        };
        write.created(proof.authority_id, proof.id);
        proofs::insert(write, proof).await?;
    }
    Ok(())
}

/// Who reviews documents, and may send them in for a provider.
fn reviews(scope: &Scope, authority_id: AuthorityId) -> bool {
    [Role::Officer, Role::Coordinator].iter().any(|role| scope.holds(*role, authority_id))
}

async fn types_of(
    write: &Write<'_>,
    ids: &[IdOf<DocumentTypeId>],
) -> Result<Vec<document_type::Model>, Refused<NotSubmitted>> {
    let mut ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    if !(1..=MAX_TYPES).contains(&ids.len()) {
        return Err(Refused::field(NotSubmitted::TypeCount, "documentTypeIds"));
    }
    let types = types::find(write, &ids).await?;
    if types.len() < ids.len() {
        return Err(Refused::field(NotSubmitted::TypeNotFound, "documentTypeIds"));
    }
    Ok(types)
}

async fn file_of(
    write: &mut Write<'_>,
    authority_id: AuthorityId,
    input: &DocumentFileInput,
) -> Result<FileId, Refused<NotSubmitted>> {
    let wrong = |code| Refused::field(code, "file");
    match input {
        DocumentFileInput::Announce(announcement) => {
            let announced = announcement.check().map_err(|fault| wrong(fault.into()))?;
            Ok(file::service::announce(write, authority_id, &announced).await?)
        }
        DocumentFileInput::FileId(IdOf(id)) => {
            let found = file::store::find_own(write, *id).await?;
            let found = found.ok_or_else(|| wrong(NotSubmitted::FileNotFound))?;
            rule::claim_file(found.state.0, found.unclaimed_until.is_none()).map_err(wrong)?;
            if !file::service::claim(write, authority_id, &found).await? {
                return Err(wrong(NotSubmitted::FileClaimed));
            }
            Ok(*id)
        }
    }
}

/// Accepts or refuses a document.
pub async fn review(write: &mut Write<'_>, input: ReviewDocumentInput) -> Result<DocumentId, Refused<NotReviewed>> {
    let found = store::find(write, input.document_id.0).await?;
    let document = found.ok_or_else(|| Refused::field(NotReviewed::NotFound, "documentId"))?;
    if !reviews(write.scope(), document.authority_id) {
        return Err(Refused::because(NotReviewed::NotAllowed));
    }
    let file = file::store::find(write, document.file_id).await?;
    let file = file.ok_or_else(|| Refused::field(NotReviewed::NotFound, "documentId"))?;
    if input.version != document.version {
        return Err(Refused::current(NotReviewed::Stale, document.id));
    }
    let reason = input.reason.as_deref().map(str::trim);
    let state = rule::review(document.state.0, file.state.0, input.decision.0, reason)
        .map_err(|(code, field)| Refused::Rule(Refusal { code, field, current: Some(document.id.into()) }))?;
    if !store::review(write, &document, state, reason).await? {
        return Err(Refused::current(NotReviewed::Stale, document.id));
    }
    write.updated(document.authority_id, document.id);
    Ok(document.id)
}

/// Takes a document back before it is reviewed.
pub async fn withdraw(
    write: &mut Write<'_>,
    input: WithdrawDocumentInput,
) -> Result<DocumentId, Refused<NotWithdrawn>> {
    let found = store::find(write, input.document_id.0).await?;
    let document = found.ok_or_else(|| Refused::field(NotWithdrawn::NotFound, "documentId"))?;
    if !write.scope().works_for(document.provider_id) {
        return Err(Refused::because(NotWithdrawn::NotAllowed));
    }
    let state = rule::withdraw(document.state.0).map_err(|code| Refused::current(code, document.id))?;
    if !store::set_state(write, &document, state).await? {
        return Err(Refused::current(NotWithdrawn::NotSubmitted, document.id));
    }
    write.updated(document.authority_id, document.id);
    Ok(document.id)
}
