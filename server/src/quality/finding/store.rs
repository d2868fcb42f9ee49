//! Rows of Finding, within a scope.

use domain::access::Role;
use domain::quality::report::Drafted;
use entity::finding::{ActiveModel, Column, Entity, Model};
use entity::ids::{FindingId, Key, RatingId, StandardId, VisitId};
use entity::{amendment, visit};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::access::find;
use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Noun, Rollup};
use crate::ledger::Write;
use crate::quality::visit::store::through_report;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Finding",
        FindingId::PREFIX,
        "The agreed finding on a standard, which the report carries. Who may read the report sees it (S47).",
    )
    .listed_as("findings")
    .column("seen", Column::Seen, "What was seen.")
    .column("action", Column::Action, "Action or recommendation.")
    .column("settled", Column::Settled, "False while visitors differ and nobody has settled it.")
    .stamped()
    .one("visit", "Visit", Column::VisitId, "The visit.")
    .one("provider", "Provider", Column::ProviderId, "The provider.")
    .one("standard", "Standard", Column::StandardId, "The standard.")
    .one("rating", "Rating", Column::RatingId, "The rating, where the framework has a scale.")
    .many("amendments", "Amendment", amendment::Column::FindingId, "Amendments suggested to it.")
    .seen_by(may_see)
    .rolled_up(
        Role::is_qa_team,
        &[
            Rollup { table: "finding_by_rating", columns: &["rating_id", "settled"], month: None },
            Rollup { table: "finding_by_provider", columns: &["provider_id", "rating_id"], month: None },
        ],
    )
}

/// The QA team, and who else may read the report of the visit. These have a role in its authority, with whose findings a
/// database may begin.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    let of = |authorities: &[_]| Sight::keys(table.col(Column::AuthorityId), authorities);
    let shared = through_report(scope, table.col(Column::VisitId));
    of(&scope.qa_team()).or(shared.and_sight(of(&scope.any_authority())))
}

/// What a finding says.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The rating, where the standard is rated.
    pub rating: Option<RatingId>,
    /// What was seen.
    pub seen: &'a str,
    /// Action or recommendation.
    pub action: &'a str,
}

/// The finding, if the writer may see it.
pub async fn seen(write: &Write<'_>, id: FindingId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// Whether some finding of a visit is unsettled.
pub async fn any_unsettled(write: &Write<'_>, visit: VisitId) -> Result<bool, DbErr> {
    let unsettled = Entity::find().filter(Column::VisitId.eq(visit)).filter(Column::Settled.eq(false));
    Ok(unsettled.one(&write.tx).await?.is_some())
}

/// Writes the findings of a visit that completes.
pub async fn draft(write: &mut Write<'_>, visit: &visit::Model, drafted: Vec<Drafted>) -> Result<(), DbErr> {
    let rows: Vec<_> = drafted
        .into_iter()
        .map(|drafted| Model {
            id: write.id(),
            authority_id: visit.authority_id,
            visit_id: visit.id,
            provider_id: visit.provider_id,
            standard_id: StandardId(drafted.standard),
            rating_id: drafted.rating.map(RatingId),
            seen: drafted.seen,
            action: drafted.action,
            settled: drafted.settled,
            created_at: write.now,
            updated_at: write.now,
            version: 1,
        })
        .collect();
    for row in &rows {
        write.created(visit.authority_id, row.id);
    }
    if rows.is_empty() {
        return Ok(());
    }
    Entity::insert_many(rows.into_iter().map(ActiveModel::from)).exec_without_returning(&write.tx).await.map(drop)
}

/// Lets the finding on a standard await settling again.
pub async fn reopen(write: &mut Write<'_>, visit: &visit::Model, standard: StandardId) -> Result<(), DbErr> {
    let found = Entity::find().filter(Column::VisitId.eq(visit.id)).filter(Column::StandardId.eq(standard));
    let Some(finding) = found.one(&write.tx).await? else { return Ok(()) };
    let open = ActiveModel {
        settled: Set(false),
        updated_at: Set(write.now),
        version: Set(finding.version + 1),
        ..ActiveModel::default()
    };
    Entity::update_many().set(open).filter(Column::Id.eq(finding.id)).exec(&write.tx).await?;
    write.updated(finding.authority_id, finding.id);
    Ok(())
}

/// Settles a finding with these words, if it still has the version that they were written for.
pub async fn rewrite(write: &mut Write<'_>, finding: &Model, version: i32, said: Said<'_>) -> Result<bool, DbErr> {
    let settled = ActiveModel {
        rating_id: Set(said.rating),
        seen: Set(said.seen.to_owned()),
        action: Set(said.action.to_owned()),
        settled: Set(true),
        updated_at: Set(write.now),
        version: Set(version + 1),
        ..ActiveModel::default()
    };
    let changed = Entity::update_many()
        .set(settled)
        .filter(Column::Id.eq(finding.id))
        .filter(Column::Version.eq(version))
        .exec(&write.tx)
        .await?;
    if changed.rows_affected != 1 {
        return Ok(false);
    }
    write.updated(finding.authority_id, finding.id);
    Ok(true)
}
