//! Rows of Judgement, within a scope.

use entity::ids::{JudgementId, Key, RevisionId, StandardId, VisitId};
use entity::judgement::{ActiveModel, Column, Entity, Model};
use entity::{judgement_revision, visit};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::graph::RecordJudgementInput;
use crate::access::find;
use crate::access::scope::Sight;
use crate::graph::tree::Noun;
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Judgement",
        JudgementId::PREFIX,
        "One visitor's rating and words on a standard at a visit. For the QA team.",
    )
    .listed_as("judgements")
    .column("seen", Column::Seen, "What was seen (S251).")
    .column("action", Column::Action, "Action or recommendation (S251).")
    .column("answeredOn", Column::AnsweredOn, "A date that the standard asks for (S268, S270).")
    .column("nextOn", Column::NextOn, "The next date that it asks for (S270).")
    .column("revision", Column::Revision, "How often it was revised; the first is 1.")
    .column("missingReason", Column::MissingReason, "Why something that the standard asks for is missing.")
    .stamped()
    .one("visit", "Visit", Column::VisitId, "The visit.")
    .one("provider", "Provider", Column::ProviderId, "The provider.")
    .one("standard", "Standard", Column::StandardId, "The standard.")
    .one("visitor", "Account", Column::AccountId, "Who judged.")
    .one("rating", "Rating", Column::RatingId, "The rating, where the framework has a scale.")
    .many("revisions", "JudgementRevision", judgement_revision::Column::JudgementId, "What it said before.")
    .seen_by(|scope, table| Sight::keys(table.col(Column::AuthorityId), &scope.qa_team()))
}

/// Every judgement of a visit, in the order in which they were first made.
pub async fn of_visit(write: &Write<'_>, visit: VisitId) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::VisitId.eq(visit)).order_by_asc(Column::Id).all(&write.tx).await
}

/// The writer's judgement of a standard at a visit.
pub async fn present(write: &Write<'_>, visit: VisitId, standard: StandardId) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::VisitId.eq(visit))
        .filter(Column::StandardId.eq(standard))
        .filter(Column::AccountId.eq(write.account_id()))
        .one(&write.tx)
        .await
}

/// Whether an id is in use already.
pub async fn is_taken(write: &Write<'_>, id: JudgementId) -> Result<bool, DbErr> {
    find::taken::<Entity>(&write.tx, id).await
}

/// Writes the writer's first judgement of a standard.
pub async fn insert(
    write: &mut Write<'_>,
    id: JudgementId,
    visit: &visit::Model,
    input: RecordJudgementInput,
) -> Result<(), DbErr> {
    let made = ActiveModel {
        id: Set(id),
        authority_id: Set(visit.authority_id),
        visit_id: Set(visit.id),
        provider_id: Set(visit.provider_id),
        standard_id: Set(input.standard_id.0),
        account_id: Set(write.account_id()),
        revision: Set(1),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        version: Set(1),
        ..said(input)
    };
    Entity::insert(made).exec_without_returning(&write.tx).await?;
    write.created(visit.authority_id, id);
    Ok(())
}

/// Replaces what a judgement says; what it said before is kept.
pub async fn revise(write: &mut Write<'_>, present: &Model, input: RecordJudgementInput) -> Result<(), DbErr> {
    let before = judgement_revision::ActiveModel {
        id: Set(write.id::<RevisionId>()),
        authority_id: Set(present.authority_id),
        judgement_id: Set(present.id),
        revision: Set(present.revision),
        rating_id: Set(present.rating_id),
        seen: Set(present.seen.clone()),
        action: Set(present.action.clone()),
        answered_on: Set(present.answered_on),
        next_on: Set(present.next_on),
        missing_reason: Set(present.missing_reason.clone()),
        // When it was said, not when it was put aside.
        created_at: Set(present.updated_at),
        updated_at: Set(write.now),
        version: Set(1),
    };
    judgement_revision::Entity::insert(before).exec_without_returning(&write.tx).await?;
    let revised = ActiveModel {
        revision: Set(present.revision + 1),
        updated_at: Set(write.now),
        version: Set(present.version + 1),
        ..said(input)
    };
    let changed = Entity::update_many()
        .set(revised)
        .filter(Column::Id.eq(present.id))
        .filter(Column::Revision.eq(present.revision))
        .exec(&write.tx)
        .await?;
    if changed.rows_affected != 1 {
        return Err(DbErr::RecordNotUpdated);
    }
    write.updated(present.authority_id, present.id);
    Ok(())
}

fn said(input: RecordJudgementInput) -> ActiveModel {
    ActiveModel {
        rating_id: Set(input.rating_id.map(|id| id.0)),
        seen: Set(input.seen),
        action: Set(input.action),
        answered_on: Set(input.answered_on.map(|on| on.0)),
        next_on: Set(input.next_on.map(|on| on.0)),
        missing_reason: Set(input.missing_reason),
        ..ActiveModel::default()
    }
}
