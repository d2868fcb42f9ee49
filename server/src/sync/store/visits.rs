//! Visits, and what their visitors judged and captured.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::ID;
use chrono::NaiveDate;
use entity::ids::{AccountId, JudgementId, RatingId, StandardId, VisitId};
use entity::{account, evidence, file, judgement, visit, visit_visitor};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{Eyes, Row, Wanted, condition};
use crate::access::scope::{Scope, Table};
use crate::database::among;
use crate::graph::ids::CodeOf;
use crate::graph::scalars::{BigInt, Date, DateTime};
use crate::quality;
use crate::sync::types::{SyncEvidence, SyncItem, SyncJudgement, SyncReceipt, SyncVisit, SyncVisitor};

fn id(key: impl ToString) -> ID {
    ID(key.to_string())
}

/// Visits with their visitors: three statements.
pub async fn visits(db: &impl ConnectionTrait, eyes: Eyes<'_>, wanted: Wanted) -> Result<Vec<Row>, DbErr> {
    let rows = visit::Entity::find()
        .filter(condition(eyes.visits(&Table::named("visit"))))
        .filter(wanted.which)
        .order_by_asc(visit::Column::Id)
        .limit(wanted.limit)
        .all(db)
        .await?;
    let backend = db.get_database_backend();
    let parts = visit_visitor::Entity::find()
        .filter(among(backend, visit_visitor::Column::VisitId.into_expr(), rows.iter().map(|row| row.id)))
        .order_by_asc(visit_visitor::Column::Id)
        .all(db)
        .await?;
    let names = names(db, parts.iter().map(|part| part.account_id)).await?;
    let mut visitors: BTreeMap<VisitId, Vec<SyncVisitor>> = BTreeMap::new();
    for part in parts {
        let name = names.get(&part.account_id).cloned().unwrap_or_default();
        let visitor = SyncVisitor { account: id(part.account_id), name, is_lead: part.lead };
        visitors.entry(part.visit_id).or_default().push(visitor);
    }
    Ok(rows.into_iter().map(|row| said(&mut visitors, row)).collect())
}

fn said(visitors: &mut BTreeMap<VisitId, Vec<SyncVisitor>>, row: visit::Model) -> Row {
    let visit = SyncVisit {
        id: id(row.id),
        provider: id(row.provider_id),
        site: row.site_id.map(id),
        framework: id(row.framework_version_id),
        state: CodeOf(row.state.0),
        purpose: row.purpose.clone(),
        planned_for: Date(row.planned_for),
        planned_at: row.planned_at.clone(),
        version: row.version,
        visitors: visitors.remove(&row.id).unwrap_or_default(),
        receipt: receipt_of(&row),
    };
    Row::new(row.id, SyncItem { visit: Some(Box::new(visit)), ..SyncItem::default() })
}

fn receipt_of(row: &visit::Model) -> Option<SyncReceipt> {
    Some(SyncReceipt {
        visit: id(row.id),
        manifest_sha256: row.manifest_sha256.clone()?,
        completed_at: DateTime(row.completed_at?),
        signature: row.receipt_signature.clone()?,
        key_id: row.receipt_key_id.clone()?,
    })
}

/// The receipts of visits, where they have one and are of the QA team's authorities.
pub async fn receipts(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[VisitId],
) -> Result<BTreeMap<VisitId, SyncReceipt>, DbErr> {
    let team = quality::visit::store::qa_team(scope, &Table::named("visit"));
    let asked = among(db.get_database_backend(), visit::Column::Id.into_expr(), ids.iter().copied());
    let visits = visit::Entity::find().filter(asked).filter(condition(team));
    Ok(visits.all(db).await?.iter().filter_map(|row| Some((row.id, receipt_of(row)?))).collect())
}

/// What is said of a judgement.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "judgement::Entity")]
struct Judged {
    id: JudgementId,
    visit_id: VisitId,
    standard_id: StandardId,
    account_id: AccountId,
    rating_id: Option<RatingId>,
    seen: String,
    action: String,
    answered_on: Option<NaiveDate>,
    next_on: Option<NaiveDate>,
    missing_reason: Option<String>,
    revision: i32,
}

/// Judgements with the names of their visitors: two statements.
pub async fn judgements(db: &impl ConnectionTrait, eyes: Eyes<'_>, wanted: Wanted) -> Result<Vec<Row>, DbErr> {
    let rows = judgement::Entity::find()
        .filter(eyes.of_visit(&Table::named("judgement")))
        .filter(wanted.which)
        .order_by_asc(judgement::Column::Id)
        .limit(wanted.limit)
        .into_partial_model::<Judged>()
        .all(db)
        .await?;
    let names = names(db, rows.iter().map(|row| row.account_id)).await?;
    let said = rows.into_iter().map(|row| {
        let judgement = SyncJudgement {
            id: id(row.id),
            visit: id(row.visit_id),
            standard: id(row.standard_id),
            account: id(row.account_id),
            account_name: names.get(&row.account_id).cloned().unwrap_or_default(),
            rating: row.rating_id.map(id),
            seen: row.seen,
            action: row.action,
            answered_on: row.answered_on.map(Date),
            next_on: row.next_on.map(Date),
            missing_reason: row.missing_reason,
            revision: row.revision,
        };
        Row::new(row.id, SyncItem { judgement: Some(Box::new(judgement)), ..SyncItem::default() })
    });
    Ok(said.collect())
}

async fn names(
    db: &impl ConnectionTrait,
    accounts: impl IntoIterator<Item = AccountId>,
) -> Result<BTreeMap<AccountId, String>, DbErr> {
    let accounts: BTreeSet<_> = accounts.into_iter().collect();
    let named = among(db.get_database_backend(), account::Column::Id.into_expr(), accounts);
    let rows = account::Entity::find().filter(named).all(db).await?;
    Ok(rows.into_iter().map(|account| (account.id, account.name)).collect())
}

/// Evidence with where its files stand: two statements.
pub async fn evidence(db: &impl ConnectionTrait, eyes: Eyes<'_>, wanted: Wanted) -> Result<Vec<Row>, DbErr> {
    let rows = evidence::Entity::find()
        .filter(eyes.of_visit(&Table::named("evidence")))
        .filter(wanted.which)
        .order_by_asc(evidence::Column::Id)
        .limit(wanted.limit)
        .all(db)
        .await?;
    let theirs = among(db.get_database_backend(), file::Column::Id.into_expr(), rows.iter().map(|row| row.file_id));
    let files = file::Entity::find().filter(theirs).all(db).await?;
    let files: BTreeMap<_, _> = files.into_iter().map(|file| (file.id, file)).collect();
    rows.into_iter()
        .map(|row| {
            let file = files.get(&row.file_id);
            let file = file.ok_or_else(|| DbErr::RecordNotFound("the file of a piece of evidence".to_owned()))?;
            Ok(shown(row, file))
        })
        .collect()
}

fn shown(row: evidence::Model, file: &file::Model) -> Row {
    let evidence = row.visit_id.map(|visit| {
        Box::new(SyncEvidence {
            id: id(row.id),
            visit: id(visit),
            standard: row.standard_id.map(id),
            kind: CodeOf(row.kind.0),
            // What nobody announced was measured when it came.
            sha256: file.declared_sha256.clone().or_else(|| file.sha256.clone()).unwrap_or_default(),
            byte_size: BigInt(file.declared_size.or(file.byte_size).unwrap_or_default()),
            captured_by: id(row.captured_by_id),
            caption: row.caption,
            captured_at: DateTime(row.captured_at),
            file_id: id(row.file_id),
            file_state: CodeOf(file.state.0),
            file_refusal: file.refusal.map(|refusal| CodeOf(refusal.0)),
            is_withdrawn: row.withdrawn_at.is_some(),
            is_addendum: row.is_addendum,
        })
    });
    Row::new(row.id, SyncItem { evidence, ..SyncItem::default() })
}
