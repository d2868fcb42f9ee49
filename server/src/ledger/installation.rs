//! Which life of the installation this is. A database that comes back from a backup lacks the newest rows, so whoever
//! follows its changes must know that it is not the one that they followed: the epoch is another.

use chrono::{DateTime, Utc};
use entity::installation;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use uuid::Uuid;

/// The key of the one row.
const ONLY: i32 = 1;

/// The epoch of the database.
///
/// # Errors
/// The database's, also when the row is not there.
pub async fn epoch(db: &impl ConnectionTrait) -> Result<Uuid, DbErr> {
    let row = installation::Entity::find_by_id(ONLY).one(db).await?;
    row.map(|row| row.epoch).ok_or_else(|| DbErr::RecordNotFound("the installation".to_owned()))
}

/// Begins another epoch.
///
/// # Errors
/// The database's.
pub async fn begin_epoch(db: &impl ConnectionTrait, epoch: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = installation::ActiveModel { id: Set(ONLY), epoch: Set(epoch), began_at: Set(now) };
    installation::Entity::update(row).exec_without_returning(db).await.map(drop)
}
