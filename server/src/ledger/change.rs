//! Changes that nobody asked for at that moment: what a job found out about a file.

use chrono::{DateTime, Utc};
use entity::change;
use entity::ids::{AuthorityId, Key};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

/// Records that a row was changed, in the transaction that changes it.
///
/// # Errors
/// The database's.
pub async fn record_updated<K: Key>(
    db: &impl ConnectionTrait,
    authority_id: AuthorityId,
    id: K,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = change::ActiveModel {
        position: NotSet,
        transaction_id: NotSet,
        authority_id: Set(Some(authority_id)),
        noun: Set(K::PREFIX.to_owned()),
        noun_id: Set(id.into()),
        kind: Set("updated".to_owned()),
        account_id: Set(None),
        at: Set(now),
    };
    change::Entity::insert(row).exec_without_returning(db).await.map(drop)
}
