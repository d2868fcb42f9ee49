//! One row by its id, within a scope: what may not be seen is not found.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

use super::scope::{Rule, Scope, Sight, Table};

/// The row with this id, if this scope may see it by the noun's rule.
///
/// # Errors
/// The database's.
pub async fn seen<E: EntityTrait>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    rule: Rule,
    id: impl Into<Uuid>,
) -> Result<Option<E::Model>, DbErr> {
    match within::<E>(scope, rule, id.into()) {
        Some(rows) => rows.one(db).await,
        None => Ok(None),
    }
}

/// The same, held until the transaction ends: nobody else changes the row meanwhile. SQLite has one writer anyway.
///
/// # Errors
/// The database's.
pub async fn held<E: EntityTrait>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    rule: Rule,
    id: impl Into<Uuid>,
) -> Result<Option<E::Model>, DbErr> {
    match within::<E>(scope, rule, id.into()) {
        Some(rows) => rows.lock_exclusive().one(db).await,
        None => Ok(None),
    }
}

/// The select of that row; `None` where the rule lets nothing through, whatever the rows.
fn within<E: EntityTrait>(scope: &Scope, rule: Rule, id: Uuid) -> Option<Select<E>> {
    // A select without an alias calls the table by its own name.
    let table = Table::named(E::default().table_name().to_owned());
    let rows = E::find().filter(sea_orm::sea_query::ExprTrait::eq(table.col("id"), id));
    match rule(scope, &table) {
        Sight::All => Some(rows),
        Sight::Nothing => None,
        Sight::Where(condition) => Some(rows.filter(condition)),
    }
}
