//! Rows of Visit, within a scope.

use domain::Code;
use domain::access::Role;
use domain::quality::{ReportState, VisitState};
use entity::ids::{Key, VisitId};
use entity::visit::{Column, Entity, Model};
use entity::{amendment, evidence, finding, improvement_action, judgement, visit_visitor};
use sea_orm::DbErr;
use sea_orm::sea_query::{Expr, ExprTrait};

use crate::access::find;
use crate::access::scope::{Scope, Sight, Table, behind};
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Visit", VisitId::PREFIX, "A QA visit and its report (S35, S47). The QA team sees all of its authority. A provider sees date and purpose once planned, and the rest from \"with provider\" on. Analysts see published ones.")
        .listed_as("visits")
        .column("purpose", Column::Purpose, "Purpose.")
        .column("plannedFor", Column::PlannedFor, "Date.")
        .column("plannedAt", Column::PlannedAt, "Time, HH:MM.")
        .code::<VisitState>("state", Column::State, "State on site.")
        .code::<ReportState>("reportState", Column::ReportState, "State of the report.")
        .column("scrutinyEndsOn", Column::ScrutinyEndsOn, "Last day on which the provider may suggest amendments (S47).")
        .column("summary", Column::Summary, "Summary of the report. Not before the report may be read.")
        .guarded(report_may_be_read)
        .column("completedAt", Column::CompletedAt, "When every byte of its manifest was verified.")
        .column("manifestSha256", Column::ManifestSha256, "Hash of its manifest, hex. For the QA team.")
        .guarded(qa_team)
        .column("publishedAt", Column::PublishedAt, "When its report was published.")
        .stamped()
        .one("provider", "Provider", Column::ProviderId, "The provider.")
        .one("site", "Site", Column::SiteId, "Where.")
        .one("partnership", "Partnership", Column::PartnershipId, "The partnership that arranged it, if one did.")
        .one("frameworkVersion", "FrameworkVersion", Column::FrameworkVersionId, "What it is made by.")
        .one("outcome", "VisitOutcome", Column::OutcomeId, "Its outcome (S226). Not before the report may be read.")
        .followed_by(report_may_be_read)
        .many("visitors", "VisitVisitor", visit_visitor::Column::VisitId, "Who visits.")
        .many("judgements", "Judgement", judgement::Column::VisitId, "What each visitor judged. For the QA team.")
        .many("findings", "Finding", finding::Column::VisitId, "Its findings, from when the report may be read.")
        .many("evidence", "Evidence", evidence::Column::VisitId, "Its evidence.")
        .many("amendments", "Amendment", amendment::Column::VisitId, "Amendments that the provider suggested.")
        .many("actions", "ImprovementAction", improvement_action::Column::VisitId, "Improvement actions that came of it.")
        .ordered_by("plannedFor", Direction::Descending)
        .seen_by(may_see)
}

/// Who sees that there is a visit: the QA team and the provider; analysts once it is published.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    qa_team(scope, table)
        .or(Sight::keys(table.col(Column::ProviderId), &scope.providers()))
        .or(published_to_analysts(scope, table))
}

/// The QA team of the visit's authority.
pub fn qa_team(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(Column::AuthorityId), &scope.qa_team())
}

/// Who reads the report as it stands (S47): the QA team always, the provider from "with provider" on, analysts once published.
pub fn report_may_be_read(scope: &Scope, table: &Table) -> Sight {
    let shared = ReportState::SEEN_BY_PROVIDER.map(Code::as_str);
    let own = Sight::keys(table.col(Column::ProviderId), &scope.providers());
    qa_team(scope, table)
        .or(own.and(table.col(Column::ReportState).is_in(shared)))
        .or(published_to_analysts(scope, table))
}

fn published_to_analysts(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(Column::AuthorityId), &scope.authorities(&[Role::Analyst]))
        .and(table.col(Column::ReportState).eq(ReportState::Published.as_str()))
}

/// Who sees what a report says: whoever may read the report of the visit.
pub fn through_report(scope: &Scope, visit_id: Expr) -> Sight {
    let row = Table::named("of_visit");
    behind("visit", &row, visit_id, report_may_be_read(scope, &row))
}

/// Who sees what belongs to a visit itself: whoever sees the visit.
pub fn through_visit(scope: &Scope, visit_id: Expr) -> Sight {
    let row = Table::named("of_visit");
    behind("visit", &row, visit_id, may_see(scope, &row))
}

/// The visit with this id, if the viewer may see it.
pub async fn find(write: &Write<'_>, id: VisitId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// The same, held as it stands until the write ends: it cannot be completed meanwhile.
pub async fn hold(write: &Write<'_>, id: VisitId) -> Result<Option<Model>, DbErr> {
    find::held::<Entity>(&write.tx, write.scope(), may_see, id).await
}
