//! Rows of ProviderDocument, within a scope.

use domain::access::Role;
use domain::quality::DocumentState;
use entity::document::{ActiveModel, Column, Entity, Model};
use entity::document_proof;
use entity::ids::{DocumentId, Key};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

use crate::access::find;
use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun, Rollup};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "ProviderDocument",
        DocumentId::PREFIX,
        "A document that a provider sent in. The authority's staff see it, and the provider.",
    )
    .listed_as("documents")
    .column("title", Column::Title, "Title.")
    .column("issuedOn", Column::IssuedOn, "Date of issue.")
    .column("startsOn", Column::StartsOn, "First day it covers.")
    .column("expiresOn", Column::ExpiresOn, "Last day it covers; null where it does not expire.")
    .money("cover", Column::CoverPence, "Amount of cover, in pounds.")
    .code::<DocumentState>("state", Column::State, "State.")
    .column("reviewedAt", Column::ReviewedAt, "When it was reviewed.")
    .column("reviewReason", Column::ReviewReason, "Why it was refused, and what to send instead.")
    .stamped()
    .one("provider", "Provider", Column::ProviderId, "The provider.")
    .one("file", "File", Column::FileId, "Its file.")
    .one("replaces", "ProviderDocument", Column::ReplacesId, "The document it replaces.")
    .many("replacedBy", "ProviderDocument", Column::ReplacesId, "Documents that replace it.")
    .one("reviewedBy", "Account", Column::ReviewedById, "Who reviewed it.")
    .many("proofs", "DocumentProof", document_proof::Column::DocumentId, "What it proves.")
    .ordered_by("expiresOn", Direction::Ascending)
    .seen_by(may_see)
    .rolled_up(
        |role| role != Role::Provider,
        &[Rollup { table: "document_by_state", columns: &["state"], month: None }],
    )
}

/// Who sees it: the authority's staff, and the provider's people.
fn may_see(scope: &Scope, table: &Table) -> Sight {
    crate::organisation::staff_or_own(scope, table, Column::ProviderId)
}

/// The document with this id, if the viewer may see it.
pub async fn find(write: &Write<'_>, id: DocumentId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// Whether a document has this id, seen or not.
pub async fn is_taken(write: &Write<'_>, id: DocumentId) -> Result<bool, DbErr> {
    find::taken::<Entity>(&write.tx, id).await
}

/// Writes a new document.
pub async fn insert(write: &Write<'_>, document: Model) -> Result<(), DbErr> {
    Entity::insert(document.into_active_model()).exec_without_returning(&write.tx).await.map(drop)
}

/// Writes a review down, unless the document changed since it was read.
pub async fn review(
    write: &Write<'_>,
    read: &Model,
    state: DocumentState,
    reason: Option<&str>,
) -> Result<bool, DbErr> {
    let reviewed = ActiveModel {
        state: Set(state.into()),
        reviewed_by_id: Set(Some(write.account_id())),
        reviewed_at: Set(Some(write.now)),
        review_reason: Set(reason.map(str::to_owned)),
        ..Default::default()
    };
    change(write, read, reviewed).await
}

/// Moves a document to another state, unless it changed since it was read.
pub async fn set_state(write: &Write<'_>, read: &Model, state: DocumentState) -> Result<bool, DbErr> {
    change(write, read, ActiveModel { state: Set(state.into()), ..Default::default() }).await
}

async fn change(write: &Write<'_>, read: &Model, to: ActiveModel) -> Result<bool, DbErr> {
    let changed = Entity::update_many()
        .set(ActiveModel { updated_at: Set(write.now), version: Set(read.version + 1), ..to })
        .filter(Column::Id.eq(read.id))
        .filter(Column::Version.eq(read.version))
        .exec(&write.tx)
        .await?;
    Ok(changed.rows_affected == 1)
}
