//! One row within a scope: what a write loads before it decides.

use sea_orm::sea_query::ExprTrait;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::scope::{Rule, Scope, Sight, Table};

/// The row with this id, if there is one that the rule lets this scope see. What may not be seen is not found.
///
/// # Errors
/// The database's.
pub async fn seen<E: EntityTrait>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    rule: Rule,
    id: impl Into<Uuid>,
) -> Result<Option<E::Model>, DbErr> {
    let table = Table::named(E::default().table_name());
    let row = E::find().filter(table.col("id").eq(id.into()));
    match rule(scope, &table) {
        Sight::Nothing => Ok(None),
        Sight::All => row.one(db).await,
        Sight::Where(condition) => row.filter(condition).one(db).await,
    }
}
