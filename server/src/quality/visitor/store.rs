//! Rows of VisitVisitor, within a scope.

use entity::ids::{Key, VisitVisitorId};
use entity::visit_visitor::{Column, Entity};

use crate::graph::tree::Noun;

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
