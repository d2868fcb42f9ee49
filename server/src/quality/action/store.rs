//! Rows of ImprovementAction, within a scope.

use domain::quality::{ActionState, Rag};
use entity::ids::{ActionId, Key, VisitId};
use entity::improvement_action::{ActiveModel, Column, Entity, Model};
use entity::{action_update, chase, evidence};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

use crate::access::find;
use crate::access::scope::{Scope, Sight, Table, behind};
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("ImprovementAction", ActionId::PREFIX, "What a provider must do (S227). The QA team sees it; the provider from when it may read the report it came of.")
        .listed_as("improvementActions")
        .column("area", Column::Area, "Area for improvement.")
        .column("action", Column::Action, "What is to be done.")
        .column("owner", Column::Owner, "Who does it.")
        .column("dueOn", Column::DueOn, "By when.")
        .code::<Rag>("rag", Column::Rag, "Red, amber, green.")
        .code::<ActionState>("state", Column::State, "State.")
        .column("closedAt", Column::ClosedAt, "When it was closed.")
        .stamped()
        .one("provider", "Provider", Column::ProviderId, "The provider.")
        .one("visit", "Visit", Column::VisitId, "The visit it came of.")
        .one("standard", "Standard", Column::StandardId, "The standard it is about.")
        .many("updates", "ActionUpdate", action_update::Column::ImprovementActionId, "Its history.")
        .many("evidence", "Evidence", evidence::Column::ImprovementActionId, "Evidence that answers it.")
        .many("chases", "Chase", chase::Column::ImprovementActionId, "Who is after it. For the QA team.")
        .ordered_by("dueOn", Direction::Ascending)
        .seen_by(may_see)
}

/// The QA team; the provider where no visit is concerned, or its report may be read.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    let own = Sight::keys(table.col(Column::ProviderId), &scope.providers());
    let shared = super::super::visit::store::through_report(scope, table.col(Column::VisitId));
    let no_visit = Sight::Where(table.col(Column::VisitId).is_null());
    Sight::keys(table.col(Column::AuthorityId), &scope.qa_team()).or(own.and_sight(no_visit.or(shared)))
}

/// Who sees what belongs to an action: whoever sees the action.
pub fn through(scope: &Scope, action_id: Expr) -> Sight {
    let row = Table::named("of_action");
    behind("improvement_action", &row, action_id, may_see(scope, &row))
}

/// The action with this id, if the viewer may see it.
pub async fn find(write: &Write<'_>, id: ActionId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// The same, held as it stands until the write ends: it cannot be closed meanwhile.
pub async fn hold(write: &Write<'_>, id: ActionId) -> Result<Option<Model>, DbErr> {
    find::held::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// Whether an action has this id, seen or not.
pub async fn is_taken(write: &Write<'_>, id: ActionId) -> Result<bool, DbErr> {
    find::taken::<Entity>(&write.tx, id).await
}

/// Writes a new action.
pub async fn insert(write: &Write<'_>, action: Model) -> Result<(), DbErr> {
    Entity::insert(action.into_active_model()).exec_without_returning(&write.tx).await.map(drop)
}

/// Writes how an action stands after a step, unless it changed since the version that it carries.
pub async fn step(write: &Write<'_>, action: &Model) -> Result<bool, DbErr> {
    let stepped = ActiveModel {
        rag: Set(action.rag),
        state: Set(action.state),
        closed_at: Set(action.closed_at),
        updated_at: Set(write.now),
        version: Set(action.version + 1),
        ..Default::default()
    };
    let changed = Entity::update_many()
        .set(stepped)
        .filter(Column::Id.eq(action.id))
        .filter(Column::Version.eq(action.version))
        .exec(&write.tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Whether improvement actions came of a visit.
pub async fn any_of_visit(db: &impl ConnectionTrait, visit: VisitId) -> Result<bool, DbErr> {
    Ok(Entity::find().filter(Column::VisitId.eq(visit)).one(db).await?.is_some())
}
