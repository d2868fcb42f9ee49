//! One-time links: how somebody who was invited, or who forgot, chooses a password.
//!
//! The link holds a random token, kept as a hash, good once and for a while. Whoever uses it chooses a password, and
//! every session of the account ends: a link may have been asked for because somebody else was signed in.

use chrono::{DateTime, Duration, Utc};
use domain::access::{AccountState, LinkPurpose};
use entity::{
    Coded, account,
    ids::{AccountId, LinkId},
    one_time_link,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, TransactionTrait,
    sea_query::Expr,
};
use thiserror::Error;

use super::{
    password::{self, HashingFailed, WeakPassword},
    secrets::Token,
    session,
};
use crate::app::App;

/// How long a link works.
pub fn lifetime(purpose: LinkPurpose) -> Duration {
    match purpose {
        LinkPurpose::Invitation => Duration::days(14),
        LinkPurpose::Reset => Duration::hours(2),
    }
}

/// The address to send to somebody. The token stands behind the `#`, which no browser sends and no server logs.
pub fn address(public_url: &str, token: &Token) -> String {
    format!("{public_url}/welcome#{}", token.reveal())
}

/// Why no password was chosen.
#[derive(Debug, Error)]
pub enum NotChosen {
    /// No such link, or it was used, or its time is over, or its account is closed.
    #[error("This link does not work any more. Ask for a new one.")]
    Spent,
    /// The password will not do; the link still works.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// Hashing failed.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Makes a link for an account, within the caller's transaction. The token is shown here and never again.
///
/// # Errors
/// When the database does.
pub async fn create(
    db: &impl ConnectionTrait,
    app: &App,
    account_id: AccountId,
    purpose: LinkPurpose,
) -> Result<Token, DbErr> {
    let now = app.clock.now();
    let token = Token::generate();
    let row = one_time_link::ActiveModel {
        id: Set(LinkId(app.ids.next(now))),
        account_id: Set(account_id),
        purpose: Set(Coded(purpose)),
        token_hash: Set(token.hash()),
        created_at: Set(now),
        expires_at: Set(now + lifetime(purpose)),
        used_at: Set(None),
    };
    one_time_link::Entity::insert(row).exec_without_returning(db).await?;
    Ok(token)
}

/// Uses a link: its account has this password from now on, may sign in, and is signed in nowhere.
///
/// # Errors
/// See [`NotChosen`]; nothing has changed then.
pub async fn choose_password(app: &App, token: &Token, password: String) -> Result<AccountId, NotChosen> {
    let now = app.clock.now();
    let (link, account) = find(&app.db, token, now).await?.ok_or(NotChosen::Spent)?;
    password::check_new(&password, &account.email)?;
    let hash = app.passwords.hash(password).await?;
    let tx = app.db.begin().await?;
    if !spend(&tx, link.id, now).await? {
        return Err(NotChosen::Spent);
    }
    let change = account::ActiveModel {
        id: Set(account.id),
        password_hash: Set(Some(hash)),
        state: Set(Coded(AccountState::Active)),
        updated_at: Set(now),
        version: Set(account.version + 1),
        ..Default::default()
    };
    account::Entity::update(change).exec_without_returning(&tx).await?;
    session::end_all(&tx, account.id, now).await?;
    tx.commit().await?;
    Ok(account.id)
}

/// The living link behind a token, and its account.
async fn find(
    db: &impl ConnectionTrait,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<Option<(one_time_link::Model, account::Model)>, DbErr> {
    let link = one_time_link::Entity::find().filter(one_time_link::Column::TokenHash.eq(token.hash())).one(db).await?;
    let Some(link) = link.filter(|link| link.used_at.is_none() && now < link.expires_at) else { return Ok(None) };
    let account = account::Entity::find().filter(account::Column::Id.eq(link.account_id)).one(db).await?;
    Ok(account.filter(|account| account.state.0 != AccountState::Deactivated).map(|account| (link, account)))
}

/// Marks a link as used; whether it was the first to do so. A write first, so that two at once queue here.
async fn spend(db: &impl ConnectionTrait, id: LinkId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let used = one_time_link::Entity::update_many()
        .col_expr(one_time_link::Column::UsedAt, Expr::value(now))
        .filter(one_time_link::Column::Id.eq(id).and(one_time_link::Column::UsedAt.is_null()))
        .exec(db)
        .await?;
    Ok(used.rows_affected == 1)
}

#[cfg(test)]
mod tests {
    use domain::access::SessionKind;

    use super::*;
    use crate::app::testing::{PASSWORD, World};

    async fn choose(world: &World, token: &Token, password: &str) -> Result<AccountId, NotChosen> {
        choose_password(&world.app, token, password.into()).await
    }

    #[tokio::test]
    async fn an_invitation_makes_an_account_that_signs_in() {
        let world = World::new().await;
        let account = world.account(AccountState::Invited).await;
        let token = create(&world.app.db, &world.app, account, LinkPurpose::Invitation).await.unwrap();
        assert_eq!(choose(&world, &token, "another long password").await.unwrap(), account);
        let signed_in =
            session::authenticate(&world.app, "ada@school.example", "another long password".into()).await.unwrap();
        assert_eq!(signed_in.id, account);
    }

    #[tokio::test]
    async fn a_link_works_once_and_for_a_while() {
        let world = World::new().await;
        let account = world.account(AccountState::Active).await;
        let token = create(&world.app.db, &world.app, account, LinkPurpose::Reset).await.unwrap();
        assert!(matches!(choose(&world, &token, "short").await, Err(NotChosen::Weak(WeakPassword::TooShort))));
        choose(&world, &token, "another long password").await.unwrap();
        assert!(matches!(choose(&world, &token, "another long password").await, Err(NotChosen::Spent)));
        let late = create(&world.app.db, &world.app, account, LinkPurpose::Reset).await.unwrap();
        world.clock.advance(lifetime(LinkPurpose::Reset));
        assert!(matches!(choose(&world, &late, "another long password").await, Err(NotChosen::Spent)));
        assert!(matches!(choose(&world, &Token::generate(), PASSWORD).await, Err(NotChosen::Spent)));
    }

    #[tokio::test]
    async fn a_new_password_ends_every_session() {
        let world = World::new().await;
        let account = world.account(AccountState::Active).await;
        let before = session::open(&world.app.db, &world.app, account, SessionKind::Device, None).await.unwrap();
        let token = create(&world.app.db, &world.app, account, LinkPurpose::Reset).await.unwrap();
        choose(&world, &token, "another long password").await.unwrap();
        assert_eq!(session::resolve(&world.app, &before.token).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_closed_account_stays_closed() {
        let world = World::new().await;
        let account = world.account(AccountState::Deactivated).await;
        let token = create(&world.app.db, &world.app, account, LinkPurpose::Reset).await.unwrap();
        assert!(matches!(choose(&world, &token, "another long password").await, Err(NotChosen::Spent)));
    }
}
