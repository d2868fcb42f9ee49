//! Finding the one row that somebody names, if they may see it.

use sea_orm::sea_query::ExprTrait;
use sea_orm::{ConnectionTrait, DbErr, EntityName, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::scope::{Rule, Scope, Sight, Table};

/// The row with this id, if the rule lets the scope see it. What may not be seen is not found.
///
/// # Errors
/// The database's.
pub async fn seen<E: EntityTrait>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    rule: Rule,
    id: impl Into<Uuid>,
) -> Result<Option<E::Model>, DbErr> {
    let table = Table::named(EntityName::table_name(&E::default()));
    let found = E::find().filter(table.col("id").eq(id.into()));
    match rule(scope, &table) {
        Sight::Nothing => Ok(None),
        Sight::All => found.one(db).await,
        Sight::Where(condition) => found.filter(condition).one(db).await,
    }
}
