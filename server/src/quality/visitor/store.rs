//! Rows of VisitVisitor, within a scope.

use domain::Code;
use domain::access::SessionKind;
use entity::ids::{AccountId, AuthorityId, Key, VisitId, VisitVisitorId};
use entity::visit_visitor::{ActiveModel, Column, Entity, Model};
use entity::{session, visit, visit_leaver};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict, Query};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Kind, Noun};
use crate::ledger::Write;
use crate::quality::visit::graph::VisitorInput;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "VisitVisitor",
        VisitVisitorId::PREFIX,
        "A visitor's part in a visit. Who sees the visit sees it.",
    )
    .column("lead", Column::Lead, "Whether this visitor leads.")
    .derived("unsentPhotos", Kind::BigInt, "Photos that the visitor's phones, when they last asked, still held: of all their visits. Null where none ever said. For the QA team.", |table| {
        of_phones(table, |phone| Func::sum(phone.col(session::Column::UnsentPhotos)).cast_as("bigint"))
    })
    .guarded(qa_team)
    .derived("unsentAnswers", Kind::BigInt, "The same of answers. For the QA team.", |table| {
        of_phones(table, |phone| Func::sum(phone.col(session::Column::UnsentAnswers)).cast_as("bigint"))
    })
    .guarded(qa_team)
    .derived("phoneSeenAt", Kind::Instant, "When a phone of the visitor was last seen, to within five minutes. For the QA team.", |table| {
        of_phones(table, |phone| Func::max(phone.col(session::Column::LastSeenAt)).into())
    })
    .guarded(qa_team)
    .stamped()
    .one("visit", "Visit", Column::VisitId, "The visit.")
    .one("account", "Account", Column::AccountId, "The visitor.")
    .seen_by(|scope, table| super::super::visit::store::through_visit(scope, table.col(Column::VisitId)))
}

fn qa_team(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(Column::AuthorityId), &scope.qa_team())
}

/// Something about the visitor's phones that are signed in and have said what they hold.
fn of_phones(table: &Table, what: fn(&Table) -> Expr) -> Expr {
    let phone = Table::named("phone");
    let mut phones = Query::select();
    phones
        .expr(what(&phone))
        .from_as("session", phone.alias())
        .and_where(phone.col(session::Column::AccountId).eq(table.col(Column::AccountId)))
        .and_where(phone.col(session::Column::Kind).eq(SessionKind::Device.as_str()))
        .and_where(phone.col(session::Column::UnsentPhotos).is_not_null())
        .and_where(phone.col(session::Column::RevokedAt).is_null());
    Expr::SubQuery(None, Box::new(phones.into()))
}

/// Writes visitors of a visit.
pub async fn insert<'a>(
    write: &mut Write<'_>,
    (authority_id, visit_id): (AuthorityId, VisitId),
    visitors: impl IntoIterator<Item = &'a VisitorInput>,
) -> Result<(), DbErr> {
    let mut parts = Vec::new();
    for visitor in visitors {
        let id = write.id();
        write.created(authority_id, id);
        parts.push(ActiveModel {
            id: Set(id),
            authority_id: Set(authority_id),
            visit_id: Set(visit_id),
            account_id: Set(visitor.account_id.0),
            lead: Set(visitor.lead),
            created_at: Set(write.now),
            updated_at: Set(write.now),
            version: Set(1),
        });
    }
    if parts.is_empty() {
        return Ok(());
    }
    Entity::insert_many(parts).exec_without_returning(&write.tx).await.map(drop)
}

/// Makes these the visitors of a visit. Whoever is taken off is remembered, so that their phone can be told.
pub async fn replace(write: &mut Write<'_>, visit: &visit::Model, visitors: &[VisitorInput]) -> Result<(), DbErr> {
    let present = Entity::find().filter(Column::VisitId.eq(visit.id)).all(&write.tx).await?;
    for part in &present {
        match visitors.iter().find(|visitor| visitor.account_id.0 == part.account_id) {
            Some(visitor) if visitor.lead != part.lead => {
                let (updated_at, version) = (Set(write.now), Set(part.version + 1));
                let part_now = ActiveModel {
                    id: Set(part.id),
                    lead: Set(visitor.lead),
                    updated_at,
                    version,
                    ..Default::default()
                };
                Entity::update(part_now).exec_without_returning(&write.tx).await?;
                write.updated(visit.authority_id, part.id);
            }
            Some(_) => {}
            None => take_off(write, visit, part).await?,
        }
    }
    let is_new = |visitor: &&VisitorInput| present.iter().all(|part| part.account_id != visitor.account_id.0);
    insert(write, (visit.authority_id, visit.id), visitors.iter().filter(is_new)).await
}

async fn take_off(write: &mut Write<'_>, visit: &visit::Model, part: &Model) -> Result<(), DbErr> {
    Entity::delete_by_id(part.id).exec(&write.tx).await?;
    write.removed(visit.authority_id, part.id);
    let left = visit_leaver::ActiveModel {
        visit_id: Set(visit.id),
        account_id: Set(part.account_id),
        left_at: Set(write.now),
    };
    let again = OnConflict::columns([visit_leaver::Column::VisitId, visit_leaver::Column::AccountId])
        .update_column(visit_leaver::Column::LeftAt)
        .to_owned();
    visit_leaver::Entity::insert(left).on_conflict(again).exec_without_returning(&write.tx).await.map(drop)
}

/// Whether this account is a visitor of this visit.
pub async fn is_visitor(write: &Write<'_>, visit_id: VisitId, account_id: AccountId) -> Result<bool, DbErr> {
    let part = Entity::find().filter(Column::VisitId.eq(visit_id)).filter(Column::AccountId.eq(account_id));
    Ok(part.one(&write.tx).await?.is_some())
}
