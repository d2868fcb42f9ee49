//! Public keys that receipts were signed with.

use entity::receipt_key::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryOrder};

use crate::ledger::Write;

/// Keeps a key, if it is not there yet.
pub async fn keep_key(write: &Write<'_>, id: String, public_key: String) -> Result<(), DbErr> {
    let key = ActiveModel { id: Set(id), public_key: Set(public_key), created_at: Set(write.now) };
    Entity::insert(key)
        .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
        .exec_without_returning(&write.tx)
        .await
        .map(drop)
}

/// Every key, the oldest first.
pub async fn keys(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all(db).await
}
