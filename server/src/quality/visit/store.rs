//! Rows of Visit, within a scope.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::Code;
use domain::access::{AccountState, Role};
use domain::quality::{ReportState, VisitState};
use entity::ids::{AccountId, AuthorityId, Key, PartnershipId, ProviderId, SiteId, VisitId};
use entity::visit::{ActiveModel, Column, Entity, Model};
use entity::{
    account, addendum, amendment, chase, evidence, finding, improvement_action, judgement, membership, partnership,
    provider, site, visit_visitor,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::graph::PlanVisitInput;
use crate::access::find;
use crate::access::scope::{Scope, Sight, Table, behind};
use crate::graph::tree::{Direction, Noun, Rollup};
use crate::ledger::Write;
use crate::organisation::staff_or_own;
use crate::quality;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Visit", VisitId::PREFIX, "A QA visit and its report (S35, S47). The QA team sees all of its authority. A provider sees date and purpose once planned, and the rest from \"with provider\" on. Analysts see published ones.")
        .listed_as("visits")
        .column("purpose", Column::Purpose, "Purpose.")
        .column("plannedFor", Column::PlannedFor, "Date.")
        .column("plannedAt", Column::PlannedAt, "Time, HH:MM.")
        .code::<VisitState>("state", Column::State, "State on site.")
        .column("cancelledReason", Column::CancelledReason, "Why it was called off; null where it was not.")
        .code::<ReportState>("reportState", Column::ReportState, "State of the report.")
        .column("scrutinyEndsOn", Column::ScrutinyEndsOn, "Last day on which the provider may suggest amendments (S47).")
        .column("summary", Column::Summary, "Summary of the report. Not before the report may be read.")
        .guarded(report_may_be_read)
        .column("completedAt", Column::CompletedAt, "When every byte of its manifest was verified.")
        .column("manifestSha256", Column::ManifestSha256, "Hash of its manifest, hex. For the QA team.")
        .guarded(qa_team)
        .column("receiptSignature", Column::ReceiptSignature, "Ed25519 signature over its receipt, Base64. For the QA team.")
        .guarded(qa_team)
        .column("receiptKeyId", Column::ReceiptKeyId, "Which of `receiptKeys` signed it. For the QA team.")
        .guarded(qa_team)
        .column("publishedAt", Column::PublishedAt, "When its report was published.")
        .stamped()
        .one("provider", "Provider", Column::ProviderId, "The provider.")
        .one("site", "Site", Column::SiteId, "Where.")
        .one("partnership", "Partnership", Column::PartnershipId, "The partnership that arranged it, if one did.")
        .one("frameworkVersion", "FrameworkVersion", Column::FrameworkVersionId, "What it is made by.")
        .one("outcome", "VisitOutcome", Column::OutcomeId, "Its outcome (S226). Not before the report may be read.")
        .followed_by(report_may_be_read)
        .one("proposedOutcome", "VisitOutcome", Column::ProposedOutcomeId, "The outcome that its visitors proposed when they completed it (S226). It decides nothing: `outcome` is chosen when the report is sent. For the QA team.")
        .followed_by(qa_team)
        .many("visitors", "VisitVisitor", visit_visitor::Column::VisitId, "Who visits.")
        .many("judgements", "Judgement", judgement::Column::VisitId, "What each visitor judged. For the QA team.")
        .many("findings", "Finding", finding::Column::VisitId, "Its findings, from when the report may be read.")
        .many("evidence", "Evidence", evidence::Column::VisitId, "Its evidence.")
        .many("addenda", "Addendum", addendum::Column::VisitId, "What reached the server too late for it. For the QA team.")
        .many("amendments", "Amendment", amendment::Column::VisitId, "Amendments that the provider suggested.")
        .many("actions", "ImprovementAction", improvement_action::Column::VisitId, "Improvement actions that came of it.")
        .many("chases", "Chase", chase::Column::VisitId, "Who is after it. For the QA team.")
        .ordered_by("plannedFor", Direction::Descending)
        .seen_by(may_see)
        .rolled_up(Role::is_qa_team, &[Rollup { table: "visit_by_state", columns: &["state", "report_state"], month: None }])
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
    qa_team(scope, table).or(shared_with(scope, table))
}

/// Who reads it beside the QA team.
fn shared_with(scope: &Scope, table: &Table) -> Sight {
    let shared = ReportState::SEEN_BY_PROVIDER.map(Code::as_str);
    let own = Sight::keys(table.col(Column::ProviderId), &scope.providers());
    own.and(table.col(Column::ReportState).is_in(shared)).or(published_to_analysts(scope, table))
}

fn published_to_analysts(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(Column::AuthorityId), &scope.authorities(&[Role::Analyst]))
        .and(table.col(Column::ReportState).eq(ReportState::Published.as_str()))
}

/// Who sees what a report says, beside the QA team, who see their authority's by its own rows.
pub fn through_report(scope: &Scope, visit_id: Expr) -> Sight {
    let row = Table::named("of_visit");
    behind("visit", &row, visit_id, shared_with(scope, &row))
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

/// The same, held as it stands until the write ends: it cannot be completed meanwhile. Judgements, findings, amendments
/// and evidence all hold their visit before they change.
pub async fn hold(write: &Write<'_>, id: VisitId) -> Result<Option<Model>, DbErr> {
    find::held::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// The provider, if the writer may see it.
pub async fn provider(write: &Write<'_>, id: ProviderId) -> Result<Option<provider::Model>, DbErr> {
    let rule = |scope: &Scope, table: &Table| staff_or_own(scope, table, provider::Column::Id);
    find::seen::<provider::Entity>(&write.tx, write.scope(), rule, id).await
}

/// Whether an id is in use already.
pub async fn is_taken(write: &Write<'_>, id: VisitId) -> Result<bool, DbErr> {
    find::taken::<Entity>(&write.tx, id).await
}

/// Whether a site, where one was named, is the provider's.
pub async fn site_fits(write: &Write<'_>, id: Option<SiteId>, provider: ProviderId) -> Result<Option<bool>, DbErr> {
    let Some(id) = id else { return Ok(None) };
    let site = site::Entity::find_by_id(id).one(&write.tx).await?;
    Ok(Some(site.is_some_and(|site| site.provider_id == provider)))
}

/// Whether a partnership, where one was named, is the authority's.
pub async fn partnership_fits(
    write: &Write<'_>,
    id: Option<PartnershipId>,
    authority: AuthorityId,
) -> Result<Option<bool>, DbErr> {
    let Some(id) = id else { return Ok(None) };
    let partnership = partnership::Entity::find_by_id(id).one(&write.tx).await?;
    Ok(Some(partnership.is_some_and(|partnership| partnership.authority_id == authority)))
}

/// Those of the accounts that are of the authority's QA team on a day.
pub async fn on_team(
    write: &Write<'_>,
    accounts: impl IntoIterator<Item = AccountId>,
    authority: AuthorityId,
    day: NaiveDate,
) -> Result<BTreeSet<AccountId>, DbErr> {
    let mut closed = Query::select();
    closed
        .column(account::Column::Id)
        .from(account::Entity)
        .and_where(account::Column::State.eq(AccountState::Deactivated.as_str()));
    let roles = Role::ALL.iter().filter(|role| role.is_qa_team()).map(|role| role.as_str());
    let found = membership::Entity::find()
        .filter(membership::Column::AuthorityId.eq(authority))
        .filter(membership::Column::Role.is_in(roles))
        .filter(membership::Column::StartsOn.lte(day))
        .filter(membership::Column::EndsOn.is_null().or(membership::Column::EndsOn.gt(day)))
        .filter(membership::Column::AccountId.is_in(accounts))
        .filter(membership::Column::AccountId.not_in_subquery(closed))
        .all(&write.tx)
        .await?;
    Ok(found.into_iter().map(|membership| membership.account_id).collect())
}

/// Writes a new visit and its visitors.
pub async fn insert(
    write: &mut Write<'_>,
    id: VisitId,
    authority_id: AuthorityId,
    input: PlanVisitInput,
) -> Result<(), DbErr> {
    let row = Model {
        id,
        authority_id,
        provider_id: input.provider_id.0,
        site_id: input.site_id.map(|id| id.0),
        partnership_id: input.partnership_id.map(|id| id.0),
        framework_version_id: input.framework_version_id.0,
        purpose: input.purpose.trim().to_owned(),
        planned_for: input.planned_for.0,
        planned_at: input.planned_at,
        state: VisitState::Planned.into(),
        cancelled_reason: None,
        report_state: ReportState::Draft.into(),
        scrutiny_ends_on: None,
        summary: None,
        outcome_id: None,
        proposed_outcome_id: None,
        completed_at: None,
        manifest_sha256: None,
        receipt_signature: None,
        receipt_key_id: None,
        published_at: None,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    Entity::insert(ActiveModel::from(row)).exec_without_returning(&write.tx).await?;
    quality::visitor::store::insert(write, (authority_id, id), &input.visitors).await
}

/// Changes a visit from the state that was read, and notes it.
pub async fn change(write: &mut Write<'_>, visit: &Model, change: ActiveModel) -> Result<(), DbErr> {
    let change = ActiveModel { updated_at: Set(write.now), version: Set(visit.version + 1), ..change };
    let changed = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(visit.id))
        .filter(Column::Version.eq(visit.version))
        .exec(&write.tx)
        .await?;
    if changed.rows_affected != 1 {
        return Err(DbErr::RecordNotUpdated);
    }
    write.updated(visit.authority_id, visit.id);
    Ok(())
}
