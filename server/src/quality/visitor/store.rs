//! Rows of VisitVisitor, within a scope.

use entity::ids::{AccountId, Key, VisitId, VisitVisitorId};
use entity::visit_visitor::{Column, Entity};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::graph::tree::Noun;
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "VisitVisitor",
        VisitVisitorId::PREFIX,
        "A visitor's part in a visit. Who sees the visit sees it.",
    )
    .column("lead", Column::Lead, "Whether this visitor leads.")
    .stamped()
    .one("visit", "Visit", Column::VisitId, "The visit.")
    .one("account", "Account", Column::AccountId, "The visitor.")
    .seen_by(|scope, table| super::super::visit::store::through_visit(scope, table.col(Column::VisitId)))
}

/// Whether this account is a visitor of this visit.
pub async fn is_visitor(write: &Write<'_>, visit_id: VisitId, account_id: AccountId) -> Result<bool, DbErr> {
    let part = Entity::find().filter(Column::VisitId.eq(visit_id)).filter(Column::AccountId.eq(account_id));
    Ok(part.one(&write.tx).await?.is_some())
}
