//! What is known of the providers of visits: where they are, who to ask for, and how they stand.

use async_graphql::ID;
use chrono::NaiveDate;
use domain::Code;
use domain::organisation::ContactRole;
use domain::quality::{ActionState, DocumentState, VisitState};
use entity::ids::{FindingId, ProviderId};
use entity::{contact, document, finding, improvement_action, provider, site, visit};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Eyes, Row, Wanted};
use crate::access::scope::Table;
use crate::access::viewer::still;
use crate::database::among;
use crate::graph::ids::CodeOf;
use crate::graph::scalars::Date;
use crate::sync::types::{SyncAction, SyncDocument, SyncFinding, SyncItem, SyncPerson, SyncProvider, SyncSite};

fn id(key: impl ToString) -> ID {
    ID(key.to_string())
}

/// Whom a visitor meets, the one to ask for first.
const MET: [ContactRole; 4] = [ContactRole::KeyContact, ContactRole::Head, ContactRole::Dsl, ContactRole::DeputyDsl];

/// Providers with whom to meet: two statements.
pub async fn providers(db: &impl ConnectionTrait, eyes: Eyes<'_>, wanted: Wanted) -> Result<Vec<Row>, DbErr> {
    let key = Expr::col((provider::Entity, provider::Column::Id));
    let rows = provider::Entity::find()
        .filter(eyes.named_by(visit::Column::ProviderId, key))
        .filter(wanted.which)
        .order_by_asc(provider::Column::Id)
        .limit(wanted.limit)
        .all(db)
        .await?;
    let today = eyes.scope.today;
    let contacts = contact::Entity::find()
        .filter(among(
            db.get_database_backend(),
            contact::Column::ProviderId.into_expr(),
            rows.iter().map(|row| row.id),
        ))
        .filter(contact::Column::Role.is_in(MET.map(Code::as_str)))
        .filter(contact::Column::StartsOn.lte(today))
        .filter(still(contact::Column::EndsOn, today))
        .order_by_asc(contact::Column::Id)
        .all(db)
        .await?;
    let said = rows.into_iter().map(|row| {
        let people = people(&contacts, row.id);
        let first = people.first();
        let telephone = first.and_then(|person| person.telephone.clone()).or(row.telephone);
        let contact = first.map(|person| person.name.clone());
        let provider = SyncProvider { id: id(row.id), name: row.name, contact, telephone, people };
        Row::new(row.id, SyncItem { provider: Some(Box::new(provider)), ..SyncItem::default() })
    });
    Ok(said.collect())
}

/// The people of a provider among these, the one to ask for first.
fn people(contacts: &[contact::Model], provider: ProviderId) -> Vec<SyncPerson> {
    let rank = |contact: &&contact::Model| MET.iter().position(|role| *role == contact.role.0);
    let mut people: Vec<_> = contacts.iter().filter(|contact| contact.provider_id == Some(provider)).collect();
    people.sort_by_key(rank);
    let person = |contact: &contact::Model| SyncPerson {
        id: id(contact.id),
        name: contact.name.clone(),
        role: CodeOf(contact.role.0),
        telephone: contact.telephone.clone(),
    };
    people.into_iter().map(person).collect()
}

/// The sites of visits.
pub async fn sites(db: &impl ConnectionTrait, eyes: Eyes<'_>, wanted: Wanted) -> Result<Vec<Row>, DbErr> {
    let rows = site::Entity::find()
        .filter(eyes.named_by(visit::Column::SiteId, Expr::col((site::Entity, site::Column::Id))))
        .filter(wanted.which)
        .order_by_asc(site::Column::Id)
        .limit(wanted.limit)
        .all(db)
        .await?;
    let said = rows.into_iter().map(|row| {
        let address = format!("{}, {}", row.address, row.postcode);
        let site = SyncSite { id: id(row.id), provider: id(row.provider_id), name: row.name, address };
        Row::new(row.id, SyncItem { site: Some(Box::new(site)), ..SyncItem::default() })
    });
    Ok(said.collect())
}

/// What the last report says of the providers.
pub async fn findings(db: &impl ConnectionTrait, eyes: Eyes<'_>, wanted: Wanted) -> Result<Vec<Row>, DbErr> {
    let column = |column: finding::Column| Expr::col((finding::Entity, column));
    let rows = finding::Entity::find()
        .filter(eyes.named_by(visit::Column::ProviderId, column(finding::Column::ProviderId)))
        .filter(column(finding::Column::VisitId).eq(completed(column(finding::Column::ProviderId), 0)))
        .filter(wanted.which)
        .order_by_asc(finding::Column::Id)
        .limit(wanted.limit)
        .all(db)
        .await?;
    let said = rows.into_iter().map(|row| {
        let finding = SyncFinding {
            id: id(row.id),
            provider: id(row.provider_id),
            standard: id(row.standard_id),
            rating: row.rating_id.map(id),
            seen: row.seen,
            action: row.action,
        };
        Row::new(row.id, SyncItem { finding: Some(Box::new(finding)), ..SyncItem::default() })
    });
    Ok(said.collect())
}

/// The completed visit of a provider that lies so many before the last one.
fn completed(provider: Expr, before: u64) -> Expr {
    let last = Table::named("completed");
    let mut visits = Query::select();
    visits
        .expr(last.col(visit::Column::Id))
        .from_as("visit", last.alias())
        .and_where(last.col(visit::Column::ProviderId).eq(provider))
        .and_where(last.col(visit::Column::State).eq(VisitState::Complete.as_str()))
        .order_by_expr(last.col(visit::Column::CompletedAt), Order::Desc)
        .order_by_expr(last.col(visit::Column::Id), Order::Desc)
        .limit(1)
        .offset(before);
    Expr::SubQuery(None, Box::new(visits.into()))
}

/// Findings of the report before the last one, of the providers that these findings are about: they are said no more.
pub async fn outdated_findings(
    db: &impl ConnectionTrait,
    eyes: Eyes<'_>,
    changed: &[Uuid],
) -> Result<Vec<FindingId>, DbErr> {
    let column = |column: finding::Column| Expr::col((finding::Entity, column));
    let rows = finding::Entity::find()
        .filter(eyes.named_by(visit::Column::ProviderId, column(finding::Column::ProviderId)))
        .filter(column(finding::Column::ProviderId).in_subquery(providers_of(db.get_database_backend(), changed)))
        .filter(column(finding::Column::VisitId).eq(completed(column(finding::Column::ProviderId), 1)))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

fn providers_of(backend: DbBackend, findings: &[Uuid]) -> SelectStatement {
    let about = Table::named("about");
    let mut providers = Query::select();
    providers.expr(about.col(finding::Column::ProviderId)).from_as("finding", about.alias()).and_where(among(
        backend,
        about.col(finding::Column::Id),
        findings.iter().copied(),
    ));
    providers
}

/// Improvement actions that are not closed.
pub async fn actions(db: &impl ConnectionTrait, eyes: Eyes<'_>, wanted: Wanted) -> Result<Vec<Row>, DbErr> {
    use improvement_action::{Column, Entity};
    let rows = Entity::find()
        .filter(eyes.named_by(visit::Column::ProviderId, Expr::col((Entity, Column::ProviderId))))
        .filter(Column::State.ne(ActionState::Closed.as_str()))
        .filter(wanted.which)
        .order_by_asc(Column::Id)
        .limit(wanted.limit)
        .all(db)
        .await?;
    let said = rows.into_iter().map(|row| {
        let action = SyncAction {
            id: id(row.id),
            provider: id(row.provider_id),
            action: row.action,
            owner: row.owner,
            due_on: Date(row.due_on),
            rag: CodeOf(row.rag.0),
            state: CodeOf(row.state.0),
        };
        Row::new(row.id, SyncItem { action: Some(Box::new(action)), ..SyncItem::default() })
    });
    Ok(said.collect())
}

/// Documents that are submitted or accepted.
pub async fn documents(db: &impl ConnectionTrait, eyes: Eyes<'_>, wanted: Wanted) -> Result<Vec<Row>, DbErr> {
    use document::{Column, Entity};
    let stands = [DocumentState::Submitted, DocumentState::Accepted];
    let rows = Entity::find()
        .filter(eyes.named_by(visit::Column::ProviderId, Expr::col((Entity, Column::ProviderId))))
        .filter(Column::State.is_in(stands.map(Code::as_str)))
        .filter(wanted.which)
        .order_by_asc(Column::Id)
        .limit(wanted.limit)
        .all(db)
        .await?;
    let said = rows.into_iter().map(|row| {
        let expires_on: Option<NaiveDate> = row.expires_on;
        let document = SyncDocument {
            id: id(row.id),
            provider: id(row.provider_id),
            title: row.title,
            state: CodeOf(row.state.0),
            expires_on: expires_on.map(Date),
        };
        Row::new(row.id, SyncItem { document: Some(Box::new(document)), ..SyncItem::default() })
    });
    Ok(said.collect())
}
