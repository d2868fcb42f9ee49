//! Rows of Evidence, within a scope.

use domain::quality::EvidenceKind;
use entity::evidence::{Column, Entity};
use entity::ids::{EvidenceId, Key};
use sea_orm::sea_query::ExprTrait;

use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Evidence", EvidenceId::PREFIX, "One captured photo, document, note or signature. The QA team sees it, and the provider from when it may read the report; what answers an improvement action, both at once.")
        .listed_as("evidence")
        .code::<EvidenceKind>("kind", Column::Kind, "Kind.")
        .column("caption", Column::Caption, "Caption.")
        .column("capturedAt", Column::CapturedAt, "When, by the device.")
        .column("deviceName", Column::DeviceName, "Which device.")
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
