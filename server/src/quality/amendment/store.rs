//! Rows of Amendment, within a scope.

use domain::Code;
use domain::quality::AmendmentState;
use entity::amendment::{ActiveModel, Column, Entity, Model};
use entity::ids::{AmendmentId, FindingId, Key, VisitId};
use entity::visit;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};

use crate::access::find;
use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::Noun;
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Amendment",
        AmendmentId::PREFIX,
        "An amendment that the provider suggested to a draft report (S47). The QA team and the provider see it.",
    )
    .listed_as("amendments")
    .column("suggestion", Column::Suggestion, "What the provider suggests.")
    .code::<AmendmentState>("state", Column::State, "State.")
    .column("decidedAt", Column::DecidedAt, "When it was decided.")
    .column("reason", Column::Reason, "Why.")
    .stamped()
    .one("visit", "Visit", Column::VisitId, "The visit.")
    .one("finding", "Finding", Column::FindingId, "The finding it is about; null: the report as a whole.")
    .one("suggestedBy", "Account", Column::SuggestedById, "Who suggested it.")
    .one("decidedBy", "Account", Column::DecidedById, "Who decided.")
    .seen_by(may_see)
}

fn may_see(scope: &Scope, table: &Table) -> Sight {
    super::super::qa_team_or_own(scope, table, Column::ProviderId)
}

/// The amendment, if the writer may see it.
pub async fn seen(write: &Write<'_>, id: AmendmentId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// How many amendments to a report wait for a decision.
pub async fn undecided(write: &Write<'_>, visit: VisitId) -> Result<u64, DbErr> {
    Entity::find()
        .filter(Column::VisitId.eq(visit))
        .filter(Column::State.eq(AmendmentState::Suggested.as_str()))
        .count(&write.tx)
        .await
}

/// Writes a new amendment.
pub async fn insert(
    write: &mut Write<'_>,
    visit: &visit::Model,
    finding_id: Option<FindingId>,
    suggestion: &str,
) -> Result<AmendmentId, DbErr> {
    let row = Model {
        id: write.id(),
        authority_id: visit.authority_id,
        visit_id: visit.id,
        provider_id: visit.provider_id,
        finding_id,
        suggestion: suggestion.to_owned(),
        state: AmendmentState::Suggested.into(),
        suggested_by_id: write.account_id(),
        decided_by_id: None,
        decided_at: None,
        reason: None,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    let id = row.id;
    Entity::insert(ActiveModel::from(row)).exec_without_returning(&write.tx).await?;
    write.created(visit.authority_id, id);
    Ok(id)
}

/// Writes down a decision on an amendment that waits for one.
pub async fn decide(
    write: &mut Write<'_>,
    amendment: &Model,
    state: AmendmentState,
    reason: Option<&str>,
) -> Result<(), DbErr> {
    let decided = ActiveModel {
        state: Set(state.into()),
        decided_by_id: Set(Some(write.account_id())),
        decided_at: Set(Some(write.now)),
        reason: Set(reason.map(|reason| reason.trim().to_owned())),
        updated_at: Set(write.now),
        version: Set(amendment.version + 1),
        ..ActiveModel::default()
    };
    let changed = Entity::update_many()
        .set(decided)
        .filter(Column::Id.eq(amendment.id))
        .filter(Column::State.eq(AmendmentState::Suggested.as_str()))
        .exec(&write.tx)
        .await?;
    if changed.rows_affected != 1 {
        return Err(DbErr::RecordNotUpdated);
    }
    write.updated(amendment.authority_id, amendment.id);
    Ok(())
}
