//! Rows of Evidence, within a scope.

use domain::manifest::Sha256Sum;
use domain::quality::EvidenceKind;
use entity::evidence::{ActiveModel, Column, Entity, Model};
use entity::file;
use entity::ids::{ActionId, AuthorityId, EvidenceId, Key, ProviderId, StandardId, VisitId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Condition, ExprTrait, Query};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, Value};

use crate::access::find;
use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Evidence", EvidenceId::PREFIX, "One captured photo, document, note or signature. The QA team sees it, and the provider from when it may read the report; what answers an improvement action, both at once.")
        .listed_as("evidence")
        .code::<EvidenceKind>("kind", Column::Kind, "Kind.")
        .column("caption", Column::Caption, "Caption.")
        .column("capturedAt", Column::CapturedAt, "When, by the device.")
        .column("deviceName", Column::DeviceName, "Which device.")
        .column("isAddendum", Column::IsAddendum, "Whether it came when its visit was over: it stands beside the manifest, and an addendum says what was decided.")
        .column("withdrawnAt", Column::WithdrawnAt, "When it was withdrawn; null while it stands.")
        .column("withdrawnReason", Column::WithdrawnReason, "Why it was withdrawn.")
        .stamped()
        .one("provider", "Provider", Column::ProviderId, "The provider.")
        .one("visit", "Visit", Column::VisitId, "The visit it was captured at.")
        .one("file", "File", Column::FileId, "Its file.")
        .one("standard", "Standard", Column::StandardId, "The standard it proves.")
        .one("improvementAction", "ImprovementAction", Column::ImprovementActionId, "The action it answers.")
        .one("capturedBy", "Account", Column::CapturedById, "Who captured it.")
        .ordered_by("capturedAt", Direction::Ascending)
        .seen_by(may_see)
}

/// The QA team; the provider where no visit is concerned, or its report may be read.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    let own = Sight::keys(table.col(Column::ProviderId), &scope.providers());
    let shared = super::super::visit::store::through_report(scope, table.col(Column::VisitId));
    let no_visit = Sight::Where(table.col(Column::VisitId).is_null());
    Sight::keys(table.col(Column::AuthorityId), &scope.qa_team()).or(own.and_sight(no_visit.or(shared)))
}

/// What evidence belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Belongs {
    /// The authority.
    pub authority_id: AuthorityId,
    /// The provider.
    pub provider_id: ProviderId,
    /// The visit that it was captured at.
    pub visit_id: Option<VisitId>,
    /// The standard that it proves.
    pub standard_id: Option<StandardId>,
    /// The improvement action that it answers.
    pub action_id: Option<ActionId>,
}

/// The evidence with this id, if the viewer may see it.
pub async fn find(write: &Write<'_>, id: EvidenceId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// Whether evidence has this id, seen or not.
pub async fn is_taken(write: &Write<'_>, id: EvidenceId) -> Result<bool, DbErr> {
    find::taken::<Entity>(&write.tx, id).await
}

/// Evidence of the same subject that stands and has the same bytes.
pub async fn find_same(write: &Write<'_>, belongs: &Belongs, sha256: &Sha256Sum) -> Result<Option<EvidenceId>, DbErr> {
    let mut files = Query::select();
    let hash = sha256.to_string();
    files.column(file::Column::Id).from(file::Entity).and_where(file::Column::DeclaredSha256.eq(hash.as_str()));
    let same = Entity::find()
        .filter(exactly(Column::VisitId, belongs.visit_id))
        .filter(exactly(Column::StandardId, belongs.standard_id))
        .filter(exactly(Column::ImprovementActionId, belongs.action_id))
        .filter(Column::WithdrawnAt.is_null())
        .filter(Column::FileId.in_subquery(files))
        .one(&write.tx)
        .await?;
    Ok(same.map(|same| same.id))
}

fn exactly<K: Into<Value>>(column: Column, key: Option<K>) -> Condition {
    Condition::all().add(key.map_or_else(|| column.is_null(), |key| column.eq(key)))
}

/// Writes new evidence.
pub async fn insert(write: &Write<'_>, evidence: Model) -> Result<(), DbErr> {
    Entity::insert(evidence.into_active_model()).exec_without_returning(&write.tx).await.map(drop)
}

/// Marks evidence as withdrawn, unless it is.
pub async fn withdraw(write: &Write<'_>, read: &Model, reason: &str) -> Result<bool, DbErr> {
    let withdrawn = ActiveModel {
        withdrawn_at: Set(Some(write.now)),
        withdrawn_reason: Set(Some(reason.to_owned())),
        updated_at: Set(write.now),
        version: Set(read.version + 1),
        ..Default::default()
    };
    let changed = Entity::update_many()
        .set(withdrawn)
        .filter(Column::Id.eq(read.id))
        .filter(Column::WithdrawnAt.is_null())
        .exec(&write.tx)
        .await?;
    Ok(changed.rows_affected == 1)
}
