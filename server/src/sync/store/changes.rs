//! Which changes concern a viewer's phone, and what they are about.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::Code;
use domain::quality::VisitState;
use entity::change;
use entity::ids::{
    ActionId, ContactId, DocumentId, EvidenceId, FileId, FindingId, JudgementId, Key, PlacementId, ProviderId, PupilId,
    SiteId, VisitId, VisitVisitorId,
};
use entity::{visit, visit_visitor};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{condition, first_moment, nothing, select};
use crate::access::scope::{Scope, Sight};
use crate::ledger::feed::{self, Place, Stretch};

/// What changes are about: ids by noun.
#[derive(Debug, Default)]
pub struct Said(BTreeMap<String, Vec<Uuid>>);

impl Said {
    /// What these changes are about.
    pub fn of(changes: &[change::Model]) -> Self {
        let mut said = Self::default();
        for change in changes {
            said.0.entry(change.noun.clone()).or_default().push(change.noun_id);
        }
        said.0.values_mut().for_each(|ids| {
            ids.sort_unstable();
            ids.dedup();
        });
        said
    }

    /// The rows of a noun.
    pub fn ids<K: Key>(&self) -> &[Uuid] {
        self.0.get(K::PREFIX).map_or(&[], Vec::as_slice)
    }
}

/// Changes beyond a place that concern a viewer's phone, so many at most.
pub async fn read(db: &impl ConnectionTrait, scope: &Scope, from: Place, limit: u64) -> Result<Stretch, DbErr> {
    feed::stretch(db, from, concerning(scope), limit).await
}

/// Changes of the visits that the viewer makes or was taken off, and of what belongs to the visits that they make and to
/// the providers of those.
fn concerning(scope: &Scope) -> Condition {
    let account = scope.account_id;
    let own = |table| select(table, "visit_id").and_where(Expr::col("account_id").eq(account)).take();
    let mine = || own("visit_visitor");
    let providers = || select("visit", "provider_id").and_where(Expr::col("id").in_subquery(mine())).take();
    let of_visit = |table| select(table, "id").and_where(Expr::col("visit_id").in_subquery(mine())).take();
    let of_provider = |table| select(table, "id").and_where(Expr::col("provider_id").in_subquery(providers())).take();
    let files = select("evidence", "file_id").and_where(Expr::col("visit_id").in_subquery(mine())).take();
    let pupils = select("placement", "pupil_id").and_where(Expr::col("provider_id").in_subquery(providers())).take();
    let rows: [(&str, SelectStatement); 14] = [
        (VisitId::PREFIX, mine()),
        (VisitId::PREFIX, own("visit_leaver")),
        (VisitVisitorId::PREFIX, of_visit("visit_visitor")),
        (JudgementId::PREFIX, of_visit("judgement")),
        (EvidenceId::PREFIX, of_visit("evidence")),
        (FileId::PREFIX, files),
        (ProviderId::PREFIX, providers()),
        (SiteId::PREFIX, of_provider("site")),
        (ContactId::PREFIX, of_provider("contact")),
        (FindingId::PREFIX, of_provider("finding")),
        (ActionId::PREFIX, of_provider("improvement_action")),
        (DocumentId::PREFIX, of_provider("document")),
        (PlacementId::PREFIX, of_provider("placement")),
        (PupilId::PREFIX, pupils),
    ];
    let concerned = rows.into_iter().fold(nothing(), |any, (noun, ids)| {
        let named = change::Column::NounId.into_expr().in_subquery(ids);
        any.add(Condition::all().add(change::Column::Noun.eq(noun)).add(named))
    });
    let team = Sight::keys(Expr::col((change::Entity, change::Column::AuthorityId)), &scope.qa_team());
    Condition::all().add(condition(team)).add(concerned)
}

/// The visits of these visitors' parts: those in which the part is the viewer's own, and the others.
pub async fn granted(
    db: &impl ConnectionTrait,
    scope: &Scope,
    parts: &[Uuid],
) -> Result<(Vec<Uuid>, Vec<Uuid>), DbErr> {
    let parts =
        visit_visitor::Entity::find().filter(visit_visitor::Column::Id.is_in(parts.iter().copied())).all(db).await?;
    let (own, others): (Vec<_>, Vec<_>) = parts.iter().partition(|part| part.account_id == scope.account_id);
    let visits = |parts: Vec<&visit_visitor::Model>| parts.iter().map(|part| part.visit_id.0).collect();
    Ok((visits(own), visits(others)))
}

/// Visits that the viewer made and that were let go of by their age between that day and today.
pub async fn aged(db: &impl ConnectionTrait, scope: &Scope, day: NaiveDate) -> Result<Vec<VisitId>, DbErr> {
    let (from, to) = (first_moment(day), first_moment(scope.today));
    let mine = select("visit_visitor", "visit_id").and_where(Expr::col("account_id").eq(scope.account_id)).take();
    let complete = visit::Column::State
        .eq(VisitState::Complete.as_str())
        .and(visit::Column::CompletedAt.gte(from))
        .and(visit::Column::CompletedAt.lt(to));
    let cancelled = visit::Column::State
        .eq(VisitState::Cancelled.as_str())
        .and(visit::Column::UpdatedAt.gte(from))
        .and(visit::Column::UpdatedAt.lt(to));
    let rows = visit::Entity::find()
        .filter(visit::Column::Id.in_subquery(mine))
        .filter(complete.or(cancelled))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
