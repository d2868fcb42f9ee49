//! Finding the one row that somebody names, if they may see it.

use sea_orm::sea_query::ExprTrait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityName, EntityTrait, QueryFilter, QuerySelect, Select};
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

/// Whether there is a row with this id, seen or not: whoever makes ids must not make one twice. Of two writers who ask
/// at once for one id, the second waits for the first, and then is told.
///
/// # Errors
/// The database's.
pub async fn taken<E: EntityTrait>(db: &impl ConnectionTrait, id: impl Into<Uuid>) -> Result<bool, DbErr> {
    let id = id.into();
    if db.get_database_backend() == DbBackend::Postgres {
        // The lock goes with the transaction. SQLite has one writer anyway.
        let (time, random) = id.as_u64_pair();
        let lock = format!("select pg_advisory_xact_lock({})", (time ^ random).cast_signed());
        db.execute_unprepared(&lock).await?;
    }
    let (rows, _) = with_id::<E>(id);
    Ok(rows.one(db).await?.is_some())
}

/// The select of that row; `None` where the rule lets nothing through, whatever the rows.
fn within<E: EntityTrait>(scope: &Scope, rule: Rule, id: Uuid) -> Option<Select<E>> {
    let (rows, table) = with_id::<E>(id);
    match rule(scope, &table) {
        Sight::All => Some(rows),
        Sight::Nothing => None,
        Sight::Where(condition) => Some(rows.filter(condition)),
    }
}

/// A select without an alias calls the table by its own name.
fn with_id<E: EntityTrait>(id: Uuid) -> (Select<E>, Table) {
    let table = Table::named(EntityName::table_name(&E::default()));
    (E::find().filter(table.col("id").eq(id)), table)
}
