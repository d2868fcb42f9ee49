//! Rows of Addendum, within a scope.

use domain::Code;
use domain::quality::addendum::{AddendumKind, AddendumState};
use entity::addendum::{ActiveModel, Column, Entity, Model};
use entity::ids::{AddendumId, EvidenceId, Key};
use entity::visit;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::access::find;
use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;
use crate::quality::judgement::graph::RecordJudgementInput;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Addendum",
        AddendumId::PREFIX,
        "What a visitor recorded and what reached the server only when the visit was complete or called off. It waits for a decision. For the QA team.",
    )
    .listed_as("addenda")
    .code::<AddendumKind>("kind", Column::Kind, "Judgement or evidence.")
    .column("seen", Column::Seen, "Of a judgement: what was seen.")
    .column("action", Column::Action, "Of a judgement: action or recommendation.")
    .column("answeredOn", Column::AnsweredOn, "Of a judgement: a date that the standard asks for.")
    .column("nextOn", Column::NextOn, "Of a judgement: the next date that it asks for.")
    .column("missingReason", Column::MissingReason, "Of a judgement: why something is missing.")
    .code::<AddendumState>("state", Column::State, "State.")
    .column("decidedAt", Column::DecidedAt, "When it was decided.")
    .column("reason", Column::Reason, "Why.")
    .stamped()
    .one("visit", "Visit", Column::VisitId, "The visit.")
    .one("visitor", "Account", Column::AccountId, "Whose it is.")
    .one("standard", "Standard", Column::StandardId, "The standard that it is about; null: the visit as a whole.")
    .one("rating", "Rating", Column::RatingId, "Of a judgement: the rating.")
    .one("evidence", "Evidence", Column::EvidenceId, "The evidence.")
    .one("decidedBy", "Account", Column::DecidedById, "Who decided.")
    .ordered_by("createdAt", Direction::Descending)
    .seen_by(may_see)
}

fn may_see(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(Column::AuthorityId), &scope.qa_team())
}

/// The addendum, if the writer may see it, held until the write ends: it is decided once.
pub async fn hold(write: &Write<'_>, id: AddendumId) -> Result<Option<Model>, DbErr> {
    find::held::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// Whether an id is in use already.
pub async fn is_taken(write: &Write<'_>, id: AddendumId) -> Result<bool, DbErr> {
    find::taken::<Entity>(&write.tx, id).await
}

/// Writes an addendum that holds a judgement.
pub async fn insert_judgement(
    write: &mut Write<'_>,
    id: AddendumId,
    visit: &visit::Model,
    judgement: RecordJudgementInput,
) -> Result<(), DbErr> {
    let row = Model {
        standard_id: Some(judgement.standard_id.0),
        rating_id: judgement.rating_id.map(|id| id.0),
        seen: judgement.seen,
        action: judgement.action,
        answered_on: judgement.answered_on.map(|on| on.0),
        next_on: judgement.next_on.map(|on| on.0),
        missing_reason: judgement.missing_reason,
        ..blank(write, id, visit, AddendumKind::Judgement)
    };
    insert(write, row).await
}

/// Writes an addendum that holds a piece of evidence.
pub async fn insert_evidence(
    write: &mut Write<'_>,
    id: AddendumId,
    visit: &visit::Model,
    evidence: EvidenceId,
) -> Result<(), DbErr> {
    let row = Model { evidence_id: Some(evidence), ..blank(write, id, visit, AddendumKind::Evidence) };
    insert(write, row).await
}

fn blank(write: &Write<'_>, id: AddendumId, visit: &visit::Model, kind: AddendumKind) -> Model {
    Model {
        id,
        authority_id: visit.authority_id,
        visit_id: visit.id,
        account_id: write.account_id(),
        kind: kind.into(),
        standard_id: None,
        evidence_id: None,
        rating_id: None,
        seen: String::new(),
        action: String::new(),
        answered_on: None,
        next_on: None,
        missing_reason: None,
        state: AddendumState::Waiting.into(),
        decided_by_id: None,
        decided_at: None,
        reason: None,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    }
}

async fn insert(write: &mut Write<'_>, row: Model) -> Result<(), DbErr> {
    let (authority_id, id) = (row.authority_id, row.id);
    Entity::insert(ActiveModel::from(row)).exec_without_returning(&write.tx).await?;
    write.created(authority_id, id);
    Ok(())
}

/// Writes down a decision on an addendum that waits for one.
pub async fn decide(
    write: &mut Write<'_>,
    addendum: &Model,
    state: AddendumState,
    reason: Option<&str>,
) -> Result<(), DbErr> {
    let decided = ActiveModel {
        state: Set(state.into()),
        decided_by_id: Set(Some(write.account_id())),
        decided_at: Set(Some(write.now)),
        reason: Set(reason.map(|reason| reason.trim().to_owned())),
        updated_at: Set(write.now),
        version: Set(addendum.version + 1),
        ..ActiveModel::default()
    };
    let changed = Entity::update_many()
        .set(decided)
        .filter(Column::Id.eq(addendum.id))
        .filter(Column::State.eq(AddendumState::Waiting.as_str()))
        .exec(&write.tx)
        .await?;
    if changed.rows_affected != 1 {
        return Err(DbErr::RecordNotUpdated);
    }
    write.updated(addendum.authority_id, addendum.id);
    Ok(())
}
