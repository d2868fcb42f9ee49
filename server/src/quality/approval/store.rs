//! Rows of Approval, within a scope.

use chrono::NaiveDate;
use domain::quality::ApprovalState;
use entity::approval::{ActiveModel, Column, Entity, Model};
use entity::ids::{ApprovalId, Key, ProviderId, VisitId};
use entity::provider;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Approval", ApprovalId::PREFIX, "A provider's standing on the authority's approved list, from one date to another (S226). The authority's staff see it, and the provider.")
        .listed_as("approvals")
        .code::<ApprovalState>("state", Column::State, "Standing.")
        .column("reason", Column::Reason, "Why.")
        .column("startsOn", Column::StartsOn, "First day.")
        .column("endsOn", Column::EndsOn, "First day on which it no longer holds; null for the present standing.")
        .stamped()
        .one("provider", "Provider", Column::ProviderId, "The provider.")
        .one("visit", "Visit", Column::VisitId, "The visit that moved it.")
        .ordered_by("startsOn", Direction::Descending)
        .seen_by(|scope, table| crate::organisation::staff_or_own(scope, table, Column::ProviderId))
}

/// What a published report makes of a provider.
#[derive(Debug)]
pub struct Standing {
    /// Its standing from today on.
    pub state: ApprovalState,
    /// Why.
    pub reason: String,
    /// The visit that moves it.
    pub visit_id: VisitId,
    /// When its next visit is due.
    pub next_visit: Option<NaiveDate>,
}

/// Ends the present standing of a provider today, begins the next, and sets the day of the next visit.
pub async fn move_to(write: &mut Write<'_>, provider_id: ProviderId, standing: Standing) -> Result<(), DbErr> {
    // Held, so that two reports on one provider do not both end the same standing.
    let provider = provider::Entity::find_by_id(provider_id).lock_exclusive().one(&write.tx).await?;
    let provider = provider.ok_or_else(|| DbErr::RecordNotFound("the provider of a visit".to_owned()))?;
    let due = provider::ActiveModel {
        id: Set(provider.id),
        next_visit_due_on: Set(standing.next_visit),
        updated_at: Set(write.now),
        version: Set(provider.version + 1),
        ..provider::ActiveModel::default()
    };
    provider::Entity::update(due).exec_without_returning(&write.tx).await?;
    write.updated(provider.authority_id, provider.id);
    end_present(write, provider_id).await?;
    let next = Model {
        id: write.id(),
        authority_id: provider.authority_id,
        provider_id,
        state: standing.state.into(),
        visit_id: Some(standing.visit_id),
        reason: standing.reason,
        starts_on: write.today(),
        ends_on: None,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    write.created(next.authority_id, next.id);
    Entity::insert(ActiveModel::from(next)).exec_without_returning(&write.tx).await.map(drop)
}

async fn end_present(write: &mut Write<'_>, provider: ProviderId) -> Result<(), DbErr> {
    let present = Entity::find().filter(Column::ProviderId.eq(provider)).filter(Column::EndsOn.is_null());
    let Some(present) = present.one(&write.tx).await? else { return Ok(()) };
    let ended = ActiveModel {
        id: Set(present.id),
        ends_on: Set(Some(write.today())),
        updated_at: Set(write.now),
        version: Set(present.version + 1),
        ..ActiveModel::default()
    };
    Entity::update(ended).exec_without_returning(&write.tx).await?;
    write.updated(present.authority_id, present.id);
    Ok(())
}
