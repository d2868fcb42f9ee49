//! Rows of ImprovementAction, within a scope.

use domain::quality::{ActionState, Rag};
use entity::ids::{ActionId, Key, VisitId};
use entity::improvement_action::{Column, Entity};
use entity::{action_update, evidence};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::access::scope::{Scope, Sight, Table, behind};
use crate::graph::tree::{Direction, Noun};

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

/// Whether improvement actions came of a visit.
pub async fn any_of_visit(db: &impl ConnectionTrait, visit: VisitId) -> Result<bool, DbErr> {
    let found = Entity::find().filter(sea_orm::ColumnTrait::eq(&Column::VisitId, visit)).one(db).await?;
    Ok(found.is_some())
}
