//! Rows of Chase, within a scope.

use domain::Code;
use domain::quality::chase::ChaseState;
use entity::chase::{ActiveModel, Column, Entity, Model};
use entity::ids::{ChaseId, Key};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

use crate::access::find;
use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Chase",
        ChaseId::PREFIX,
        "Something late that somebody of the QA team goes after (N11): a type of document, a visit, an improvement action, or the provider itself. For the QA team.",
    )
    .listed_as("chases")
    .column("note", Column::Note, "What is to be asked for.")
    .column("dueOn", Column::DueOn, "By when.")
    .code::<ChaseState>("state", Column::State, "State.")
    .column("closingNote", Column::ClosingNote, "What came of it; null while it is open.")
    .column("closedAt", Column::ClosedAt, "When it was closed.")
    .stamped()
    .one("provider", "Provider", Column::ProviderId, "The provider.")
    .one("documentType", "DocumentType", Column::DocumentTypeId, "The type of document that is wanted.")
    .one("visit", "Visit", Column::VisitId, "The visit that it is about.")
    .one("improvementAction", "ImprovementAction", Column::ImprovementActionId, "The improvement action that it is about.")
    .one("assignedTo", "Account", Column::AssignedToId, "Who chases.")
    .one("raisedBy", "Account", Column::RaisedById, "Who wants it chased.")
    .one("closedBy", "Account", Column::ClosedById, "Who closed it.")
    .ordered_by("dueOn", Direction::Ascending)
    .seen_by(may_see)
}

/// The QA team of its authority: what the commissioner is after is not the provider's to read.
fn may_see(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(Column::AuthorityId), &scope.qa_team())
}

/// The chase with this id, if the viewer may see it.
pub async fn find(write: &Write<'_>, id: ChaseId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// An open chase of the same provider about the same thing. A provider itself may be chased for several things at once.
pub async fn open_like(write: &Write<'_>, chase: &Model) -> Result<Option<Model>, DbErr> {
    let same = Condition::any()
        .add_option(chase.document_type_id.map(|id| Column::DocumentTypeId.eq(id)))
        .add_option(chase.visit_id.map(|id| Column::VisitId.eq(id)))
        .add_option(chase.improvement_action_id.map(|id| Column::ImprovementActionId.eq(id)));
    if same.is_empty() {
        return Ok(None);
    }
    Entity::find()
        .filter(Column::ProviderId.eq(chase.provider_id))
        .filter(Column::State.eq(ChaseState::Open.as_str()))
        .filter(same)
        .one(&write.tx)
        .await
}

/// Writes a new chase.
pub async fn insert(write: &Write<'_>, chase: Model) -> Result<(), DbErr> {
    Entity::insert(chase.into_active_model()).exec_without_returning(&write.tx).await.map(drop)
}

/// Writes how an open chase now stands, unless it changed since the version that it carries; whether it had not.
pub async fn change(write: &Write<'_>, chase: &Model) -> Result<bool, DbErr> {
    let change = ActiveModel {
        assigned_to_id: Set(chase.assigned_to_id),
        due_on: Set(chase.due_on),
        state: Set(chase.state),
        closing_note: Set(chase.closing_note.clone()),
        closed_by_id: Set(chase.closed_by_id),
        closed_at: Set(chase.closed_at),
        updated_at: Set(write.now),
        version: Set(chase.version + 1),
        ..Default::default()
    };
    let changed = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(chase.id))
        .filter(Column::Version.eq(chase.version))
        .filter(Column::State.eq(ChaseState::Open.as_str()))
        .exec(&write.tx)
        .await?;
    Ok(changed.rows_affected == 1)
}
