//! The rows behind sessions: accounts by address, sessions by the hash of their token.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{AccountState, Role, SessionKind};
use entity::{
    Coded, account,
    ids::{AccountId, Key, SessionId},
    membership, session,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, QueryTrait,
    RelationDef,
    sea_query::{Expr, ExprTrait},
};

use super::Unsent;
use crate::access::scope::{Grant, Scope, Sight, Table};
use crate::access::{find, viewer};
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

/// What the graph shows of a session.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<session::Entity>(
        "SignInSession",
        SessionId::PREFIX,
        "A browser or device that is or was signed in. Everybody sees their own; officers those of accounts with a role in their authority.",
    )
    .listed_as("sessions")
    .code::<SessionKind>("kind", session::Column::Kind, "Browser or device.")
    .column("deviceName", session::Column::DeviceName, "What its owner calls the device.")
    .column("createdAt", session::Column::CreatedAt, "When it began.")
    .column("lastSeenAt", session::Column::LastSeenAt, "When it was last used, to within five minutes.")
    .column("expiresAt", session::Column::ExpiresAt, "When it ends by itself, however much it is used.")
    .column("revokedAt", session::Column::RevokedAt, "When it was ended before that.")
    .column("unsentPhotos", session::Column::UnsentPhotos, "Photos that its phone, at its last pull, still held; null where it never said.")
    .column("unsentAnswers", session::Column::UnsentAnswers, "The same of answers.")
    .one("account", "Account", session::Column::AccountId, "Whose it is.")
    .ordered_by("createdAt", Direction::Descending)
    .seen_by(may_see)
}

/// One's own, and those of accounts that hold or held a role in an authority whose officer the viewer is.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    let row = Table::named("managed_member");
    let officers = Sight::keys(row.col(membership::Column::AuthorityId), &scope.authorities(&[Role::Officer]));
    Sight::keys(table.col(session::Column::AccountId), &[scope.account_id]).or(super::super::account::with_membership(
        table.col(session::Column::AccountId),
        &row,
        officers,
    ))
}

/// A session that the viewer may see.
pub(super) async fn seen(write: &Write<'_>, id: SessionId) -> Result<Option<session::Model>, DbErr> {
    find::seen::<session::Entity>(&write.tx, write.scope(), may_see, id).await
}

/// Ends a session that has not ended; whether it had not.
pub(super) async fn end_living(db: &impl ConnectionTrait, id: SessionId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    end_where(db, session::Column::Id.eq(id).and(session::Column::ExpiresAt.gt(now)), now).await
}

/// Ends a session that nobody ended, and what was to replace it, and has its device remove what it holds; whether nobody had.
/// One whose time is up has a device all the same, which may be lost with all that it holds.
pub(super) async fn wipe(db: &impl ConnectionTrait, id: SessionId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let is_ended = end_where(db, session::Column::Id.eq(id), now).await?;
    let ended = session::ActiveModel { revoked_at: Set(Some(now)), wipes: Set(true), ..Default::default() };
    session::Entity::update_many()
        .set(ended)
        .filter(session::Column::Id.eq(id).or(session::Column::ReplacesId.eq(id)))
        .exec(db)
        .await?;
    Ok(is_ended)
}

async fn end_where(db: &impl ConnectionTrait, which: Expr, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let ended = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .filter(which)
        .filter(session::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Ends what a session replaces, now that it is used: the one before it, and other tokens that were to replace that.
pub(super) async fn supersede(
    db: &impl ConnectionTrait,
    before: SessionId,
    id: SessionId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let own = session::ActiveModel { replaces_id: Set(None), ..Default::default() };
    session::Entity::update_many().set(own).filter(session::Column::Id.eq(id)).exec(db).await?;
    let ended = session::ActiveModel { revoked_at: Set(Some(now)), ..Default::default() };
    session::Entity::update_many()
        .set(ended)
        .filter(session::Column::Id.eq(before).or(session::Column::ReplacesId.eq(before)))
        .filter(session::Column::RevokedAt.is_null())
        .exec(db)
        .await
        .map(drop)
}

/// Notes what a phone says that it still holds.
pub(super) async fn note_unsent(
    db: &impl ConnectionTrait,
    id: SessionId,
    unsent: Unsent,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let noted = session::ActiveModel {
        unsent_photos: Set(Some(unsent.photos)),
        unsent_answers: Set(Some(unsent.answers)),
        last_seen_at: Set(now),
        ..Default::default()
    };
    session::Entity::update_many().set(noted).filter(session::Column::Id.eq(id)).exec(db).await.map(drop)
}

/// The session with this id.
pub(super) async fn by_id(db: &impl ConnectionTrait, id: SessionId) -> Result<Option<session::Model>, DbErr> {
    session::Entity::find_by_id(id).one(db).await
}

/// Whether a token's account was deactivated.
pub(super) async fn is_of_deactivated(db: &impl ConnectionTrait, hash: &str) -> Result<bool, DbErr> {
    let account: RelationDef =
        session::Entity::belongs_to(account::Entity).from(session::Column::AccountId).to(account::Column::Id).into();
    let found = session::Entity::find()
        .join(JoinType::InnerJoin, account)
        .filter(session::Column::TokenHash.eq(hash))
        .filter(account::Column::State.eq(Coded(AccountState::Deactivated)))
        .one(db)
        .await?;
    Ok(found.is_some_and(|session| session.kind.0 == SessionKind::Device))
}

pub(super) async fn account(db: &impl ConnectionTrait, email: &str) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find().filter(account::Column::Email.eq(email)).one(db).await
}

pub(super) async fn account_by_id(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find_by_id(id).one(db).await
}

pub(super) async fn insert(db: &impl ConnectionTrait, row: session::ActiveModel) -> Result<(), DbErr> {
    session::Entity::insert(row).exec_without_returning(db).await.map(drop)
}

/// The session with this hash, if its account may sign in, and the roles that this holds on a day.
pub(super) async fn by_token_hash(
    db: &impl ConnectionTrait,
    hash: &str,
    today: NaiveDate,
) -> Result<Option<(session::Model, Vec<Grant>)>, DbErr> {
    let account: RelationDef =
        session::Entity::belongs_to(account::Entity).from(session::Column::AccountId).to(account::Column::Id).into();
    let mut found = session::Entity::find()
        .join(JoinType::InnerJoin, account)
        .filter(session::Column::TokenHash.eq(hash))
        .filter(account::Column::State.eq(Coded(AccountState::Active)))
        .into_query();
    viewer::with_roles(&mut found, today);
    let rows = db.query_all(&found).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    Ok(Some((session::Model::from_query_result(first, "")?, viewer::grants(&rows)?)))
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
