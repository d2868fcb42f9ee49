//! The rows behind sessions: accounts by address, sessions by the hash of their token.

use chrono::{DateTime, Utc};
use domain::access::AccountState;
use entity::{
    Coded, account,
    ids::{AccountId, SessionId},
    session,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef, sea_query::Expr,
};

pub(super) async fn account(db: &impl ConnectionTrait, email: &str) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find().filter(account::Column::Email.eq(email)).one(db).await
}

pub(super) async fn insert(db: &impl ConnectionTrait, row: session::ActiveModel) -> Result<(), DbErr> {
    session::Entity::insert(row).exec_without_returning(db).await.map(drop)
}

/// The session with this hash, if its account may sign in.
pub(super) async fn by_token_hash(db: &impl ConnectionTrait, hash: &str) -> Result<Option<session::Model>, DbErr> {
    let account: RelationDef =
        session::Entity::belongs_to(account::Entity).from(session::Column::AccountId).to(account::Column::Id).into();
    session::Entity::find()
        .join(JoinType::InnerJoin, account)
        .filter(session::Column::TokenHash.eq(hash))
        .filter(account::Column::State.eq(Coded(AccountState::Active)))
        .one(db)
        .await
}

pub(super) async fn touch(db: &impl ConnectionTrait, id: SessionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::LastSeenAt, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .exec(db)
        .await
        .map(drop)
}

pub(super) async fn revoke(db: &impl ConnectionTrait, id: SessionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::RevokedAt.is_null())
        .exec(db)
        .await
        .map(drop)
}

pub(super) async fn revoke_all(
    db: &impl ConnectionTrait,
    account_id: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .filter(session::Column::AccountId.eq(account_id))
        .filter(session::Column::RevokedAt.is_null())
        .exec(db)
        .await
        .map(drop)
}
