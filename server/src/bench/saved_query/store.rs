//! Rows of SavedQuery, within a scope.

use domain::Code;
use domain::access::Role;
use domain::bench::saved_query::SharedWith;
use entity::ids::{Key, SavedQueryId};
use entity::saved_query::{ActiveModel, Column, Entity, Model};
use entity::saved_query_version;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

use crate::access::find;
use crate::access::scope::{Scope, Sight, Table, behind};
use crate::graph::tree::{Direction, Kind, Noun};
use crate::ledger::Write;

/// The roles that read what is shared with the authority. A provider's people do not: a query may name what they do not see.
pub const STAFF: [Role; 4] = [Role::Officer, Role::Coordinator, Role::Visitor, Role::Analyst];

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "SavedQuery",
        SavedQueryId::PREFIX,
        "A question about the graph that somebody keeps under a name (S73, S77). Its owner sees it, and those it is shared with while their role holds. It runs as whoever runs it and lends no rights.",
    )
    .listed_as("savedQueries")
    .column("name", Column::Name, "Its name.")
    .code::<SharedWith>("sharedWith", Column::SharedWith, "Who reads it beside its owner.")
    .column("latest", Column::Latest, "Number of its newest version.")
    .derived("text", Kind::Text, "The query, in GraphQL: what its newest version says.", |table| {
        of_latest(table, saved_query_version::Column::Text)
    })
    .derived("variables", Kind::Text, "Its variables, an object of JSON as text: those of its newest version.", |table| {
        of_latest(table, saved_query_version::Column::Variables)
    })
    .column("retiredAt", Column::RetiredAt, "When it was taken out of use; null while it is in use.")
    .stamped()
    .one("owner", "Account", Column::OwnerAccountId, "Whose it is.")
    .one("authority", "LocalAuthority", Column::AuthorityId, "The authority that it belongs to.")
    .one("partnership", "Partnership", Column::PartnershipId, "The partnership that it is shared with.")
    .many("versions", "SavedQueryVersion", saved_query_version::Column::SavedQueryId, "What it says and said, the newest first.")
    .ordered_by("name", Direction::Ascending)
    .seen_by(may_see)
}

/// What the newest version says.
fn of_latest(table: &Table, column: saved_query_version::Column) -> Expr {
    let row = Table::named("newest");
    let mut newest = Query::select();
    newest
        .expr(row.col(column))
        .from_as("saved_query_version", row.alias())
        .and_where(row.col(saved_query_version::Column::SavedQueryId).eq(table.col(Column::Id)))
        .and_where(row.col(saved_query_version::Column::Number).eq(table.col(Column::Latest)));
    Expr::SubQuery(None, Box::new(newest.into()))
}

/// Its owner while they hold any role in its authority, and those it is shared with by the roles that they hold today.
fn may_see(scope: &Scope, table: &Table) -> Sight {
    let shared = |with: SharedWith| table.col(Column::SharedWith).eq(with.as_str());
    let own = Sight::keys(table.col(Column::AuthorityId), &scope.any_authority())
        .and(table.col(Column::OwnerAccountId).eq(scope.account_id));
    let partnership =
        Sight::keys(table.col(Column::PartnershipId), &scope.partnerships()).and(shared(SharedWith::Partnership));
    let authority =
        Sight::keys(table.col(Column::AuthorityId), &scope.authorities(&STAFF)).and(shared(SharedWith::Authority));
    own.or(partnership).or(authority)
}

/// Who sees what belongs to a query: whoever sees the query.
pub fn through(scope: &Scope, saved_query_id: Expr) -> Sight {
    let row = Table::named("of_query");
    behind("saved_query", &row, saved_query_id, may_see(scope, &row))
}

/// The query with this id, if the viewer may see it.
pub async fn find(write: &Write<'_>, id: SavedQueryId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// Writes a new query.
pub async fn insert(write: &Write<'_>, query: Model) -> Result<(), DbErr> {
    Entity::insert(query.into_active_model()).exec_without_returning(&write.tx).await.map(drop)
}

/// Writes how a query now stands, unless it changed since the version that it carries; whether it had not.
pub async fn change(write: &Write<'_>, query: &Model) -> Result<bool, DbErr> {
    let change = ActiveModel {
        partnership_id: Set(query.partnership_id),
        name: Set(query.name.clone()),
        shared_with: Set(query.shared_with),
        latest: Set(query.latest),
        retired_at: Set(query.retired_at),
        updated_at: Set(write.now),
        version: Set(query.version + 1),
        ..Default::default()
    };
    let changed = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(query.id))
        .filter(Column::Version.eq(query.version))
        .exec(&write.tx)
        .await?;
    Ok(changed.rows_affected == 1)
}
