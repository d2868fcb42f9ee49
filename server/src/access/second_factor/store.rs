//! Rows of second factors and recovery codes.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::Role;
use entity::ids::AccountId;
use entity::{account, membership, recovery_code, second_factor};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::access::viewer;

pub(super) async fn account(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find_by_id(id).one(db).await
}

/// The roles that an account holds today or will.
pub(super) async fn roles(db: &impl ConnectionTrait, id: AccountId, today: NaiveDate) -> Result<Vec<Role>, DbErr> {
    let rows = membership::Entity::find()
        .filter(membership::Column::AccountId.eq(id))
        .filter(viewer::still(membership::Column::EndsOn, today))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.role.0).collect())
}

pub(super) async fn find(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<second_factor::Model>, DbErr> {
    second_factor::Entity::find_by_id(id).one(db).await
}

/// Writes a factor down, unless there is one; whether there was none.
pub(super) async fn insert(db: &impl ConnectionTrait, row: second_factor::Model) -> Result<bool, DbErr> {
    let inserted = second_factor::Entity::insert(second_factor::ActiveModel::from(row))
        .on_conflict(OnConflict::column(second_factor::Column::AccountId).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(inserted == 1)
}

pub(super) async fn insert_codes(
    db: &impl ConnectionTrait,
    account_id: AccountId,
    hashes: Vec<String>,
) -> Result<(), DbErr> {
    let rows = hashes.into_iter().map(|code_hash| recovery_code::ActiveModel {
        account_id: Set(account_id),
        code_hash: Set(code_hash),
        used_at: Set(None),
    });
    recovery_code::Entity::insert_many(rows).exec_without_returning(db).await.map(drop)
}

/// Takes the code of a step, if none of it or of a later one was taken; whether none was. A write first: of two at once,
/// one waits here and loses.
pub(super) async fn take_step(db: &impl ConnectionTrait, account_id: AccountId, step: i64) -> Result<bool, DbErr> {
    let taken = second_factor::Entity::update_many()
        .col_expr(second_factor::Column::LastStep, Expr::value(step))
        .filter(second_factor::Column::AccountId.eq(account_id))
        .filter(second_factor::Column::LastStep.lt(step))
        .exec(db)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Uses a recovery code, if it is unused; whether it was.
pub(super) async fn use_code(
    db: &impl ConnectionTrait,
    account_id: AccountId,
    code_hash: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let used = recovery_code::Entity::update_many()
        .col_expr(recovery_code::Column::UsedAt, Expr::value(now))
        .filter(recovery_code::Column::AccountId.eq(account_id))
        .filter(recovery_code::Column::CodeHash.eq(code_hash))
        .filter(recovery_code::Column::UsedAt.is_null())
        .exec(db)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Takes an account's second factor away; whether there was one.
pub(super) async fn remove(db: &impl ConnectionTrait, account_id: AccountId) -> Result<bool, DbErr> {
    recovery_code::Entity::delete_many().filter(recovery_code::Column::AccountId.eq(account_id)).exec(db).await?;
    let removed = second_factor::Entity::delete_by_id(account_id).exec(db).await?;
    Ok(removed.rows_affected == 1)
}
