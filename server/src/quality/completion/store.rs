//! What a completion rests on: the evidence of a visit with its files, and the provider's documents.

use std::collections::{BTreeMap, BTreeSet};

use domain::manifest::Bytes;
use domain::quality::completion::Held;
use domain::quality::{DocumentState, EvidenceKind};
use domain::reference;
use entity::ids::{AccountId, ProviderId, StandardId, VisitId};
use entity::{account, document, document_proof, evidence, file, judgement};
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::ledger::Write;

/// A piece of evidence that is not withdrawn.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// The standard it is for.
    pub standard: Option<StandardId>,
    /// Its kind.
    pub kind: EvidenceKind,
    /// Where its file stands.
    pub held: Held,
}

/// The evidence of a visit that is not withdrawn; what came too late for it is none.
pub async fn evidence(write: &Write<'_>, visit: VisitId) -> Result<Vec<Piece>, DbErr> {
    let rows = evidence::Entity::find()
        .filter(evidence::Column::VisitId.eq(visit))
        .filter(evidence::Column::WithdrawnAt.is_null())
        .filter(evidence::Column::IsAddendum.eq(false))
        .all(&write.tx)
        .await?;
    let files =
        file::Entity::find().filter(file::Column::Id.is_in(rows.iter().map(|row| row.file_id))).all(&write.tx).await?;
    let files: BTreeMap<_, _> = files.into_iter().map(|file| (file.id, file)).collect();
    rows.iter()
        .map(|row| {
            let file = files.get(&row.file_id);
            let file = file.ok_or_else(|| DbErr::RecordNotFound("the file of a piece of evidence".to_owned()))?;
            let held = Held { evidence: row.id.into(), file: file.state.0, bytes: arrived(file) };
            Ok(Piece { standard: row.standard_id, kind: row.kind.0, held })
        })
        .collect()
}

/// What arrived of a file, where anything did.
fn arrived(file: &file::Model) -> Option<Bytes> {
    let sha256 = file.sha256.as_ref()?.parse().ok()?;
    Some(Bytes { sha256, size: file.byte_size?.try_into().ok()? })
}

/// Standards that the provider's accepted documents prove today, each as evidence of kind "document".
pub async fn proven_by_documents(
    write: &Write<'_>,
    provider: ProviderId,
) -> Result<Vec<(StandardId, EvidenceKind)>, DbErr> {
    let today = write.today();
    let mut in_force = Query::select();
    in_force
        .column(document::Column::Id)
        .from(document::Entity)
        .and_where(document::Column::ProviderId.eq(provider))
        .and_where(document::Column::State.eq(entity::Coded(DocumentState::Accepted)))
        .and_where(document::Column::StartsOn.lte(today))
        .and_where(document::Column::ExpiresOn.is_null().or(document::Column::ExpiresOn.gte(today)));
    let proofs = document_proof::Entity::find()
        .filter(document_proof::Column::DocumentId.in_subquery(in_force))
        .all(&write.tx)
        .await?;
    let types: BTreeSet<_> = proofs.into_iter().map(|proof| proof.document_type_id.0).collect();
    let proven = reference::document_types().iter().filter(|kind| types.contains(&kind.id));
    let standards = proven.flat_map(|kind| &kind.proves);
    Ok(standards.map(|proves| (StandardId(proves.standard_id), EvidenceKind::Document)).collect())
}

/// Names of those who judged.
pub async fn names(write: &Write<'_>, judged: &[judgement::Model]) -> Result<BTreeMap<AccountId, String>, DbErr> {
    let ids: BTreeSet<_> = judged.iter().map(|judgement| judgement.account_id).collect();
    let accounts = account::Entity::find().filter(account::Column::Id.is_in(ids)).all(&write.tx).await?;
    Ok(accounts.into_iter().map(|account| (account.id, account.name)).collect())
}
