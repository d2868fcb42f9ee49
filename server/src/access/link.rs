//! One-time links: how somebody who was invited, or who forgot, chooses a password.
//!
//! The link holds a random token, kept as a hash, good once and for a while. Whoever uses it chooses a password, and
//! every session of the account ends: a link may have been asked for because somebody else was signed in.

use chrono::{DateTime, Duration, Utc};
use domain::access::{AccountState, LinkPurpose};
use entity::{
    Coded, account,
    ids::{AccountId, AuthorityId, LinkId},
    one_time_link,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr,
};
use thiserror::Error;

use super::{
    origin::Origin,
    password::{self, HashingFailed, WeakPassword},
    secrets::Token,
    session,
    throttle::{self, Limit},
};
use crate::app::App;
use crate::ledger::{Actor, Write};

/// How long a link works.
pub fn lifetime(purpose: LinkPurpose) -> Duration {
    match purpose {
        LinkPurpose::Invitation => Duration::days(7),
        LinkPurpose::Reset => Duration::hours(1),
    }
}

/// The address to send to somebody. The token stands behind the `#`, which no browser sends and no server logs.
pub fn address(public_url: &str, token: &Token) -> String {
    format!("{public_url}/welcome#{}", token.reveal())
}

/// The token of a link, whether the whole address was presented or the token alone.
pub fn read(presented: &str) -> Option<Token> {
    Token::parse(presented.trim().rsplit('#').next().unwrap_or_default())
}

/// Why no password was chosen.
#[derive(Debug, Error)]
pub enum NotChosen {
    /// No such link for this purpose, or it was used, or its time is over, or its account is closed.
    #[error("This link does not work any more. Ask for a new one.")]
    Spent,
    /// The password will not do; the link still works.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// Too many links that did not work came from this address of late.
    #[error("Too many attempts. Try again later.")]
    Throttled(DateTime<Utc>),
    /// Hashing failed.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Makes a link for an account, within the caller's transaction, and spends the ones before it. The token is shown here
/// and never again.
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
    spend_all(db, account_id, now).await?;
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

/// Uses a link: its account has this password from now on, may sign in, and is signed in nowhere. Its other links are
/// spent too. One audit row says so, under the account's own name. Without a purpose, a link for any will do.
///
/// # Errors
/// See [`NotChosen`]; nothing has changed then.
pub async fn choose_password(
    app: &App,
    token: &Token,
    purpose: Option<LinkPurpose>,
    password: String,
    origin: &Origin,
) -> Result<account::Model, NotChosen> {
    let now = app.clock.now();
    throttle::take(app, Limit::LINK, &origin.address).await?.map_err(NotChosen::Throttled)?;
    let (link, account) = find(&app.db, token, purpose, now).await?.ok_or(NotChosen::Spent)?;
    throttle::give_back(app, Limit::LINK, &origin.address).await?;
    password::check_new(&password, &account.email)?;
    let hash = app.passwords.hash(password).await?;
    let act = match link.purpose.0 {
        LinkPurpose::Invitation => "acceptInvitation",
        LinkPurpose::Reset => "resetPassword",
    };
    let actor = Actor::without_session(account.id, now.date_naive(), &origin.request_id);
    let mut write = Write::begin(app, &actor, act).await?;
    if !(spend(&write.tx, link.id, now).await? && set_password(&write, &account, hash).await?) {
        write.tx.rollback().await?;
        return Err(NotChosen::Spent);
    }
    spend_all(&write.tx, account.id, now).await?;
    session::end_all(&write.tx, account.id, now).await?;
    write.updated(None::<AuthorityId>, account.id);
    write.commit(account.id).await?;
    Ok(account)
}

/// Gives an account its password; whether it was still open to one.
async fn set_password(write: &Write<'_>, account: &account::Model, hash: String) -> Result<bool, DbErr> {
    let change = account::ActiveModel {
        password_hash: Set(Some(hash)),
        state: Set(Coded(AccountState::Active)),
        updated_at: Set(write.now),
        version: Set(account.version + 1),
        ..Default::default()
    };
    let set = account::Entity::update_many()
        .set(change)
        .filter(account::Column::Id.eq(account.id))
        .filter(account::Column::State.ne(Coded(AccountState::Deactivated)))
        .exec(&write.tx)
        .await?;
    Ok(set.rows_affected == 1)
}

/// The living link behind a token, and its account.
async fn find(
    db: &impl ConnectionTrait,
    token: &Token,
    purpose: Option<LinkPurpose>,
    now: DateTime<Utc>,
) -> Result<Option<(one_time_link::Model, account::Model)>, DbErr> {
    let link = one_time_link::Entity::find().filter(one_time_link::Column::TokenHash.eq(token.hash())).one(db).await?;
    let fits = |link: &one_time_link::Model| {
        link.used_at.is_none() && now < link.expires_at && purpose.is_none_or(|purpose| link.purpose.0 == purpose)
    };
    let Some(link) = link.filter(fits) else { return Ok(None) };
    let account = account::Entity::find().filter(account::Column::Id.eq(link.account_id)).one(db).await?;
    Ok(account.filter(|account| account.state.0 != AccountState::Deactivated).map(|account| (link, account)))
}

/// Spends every link of an account: only the newest is ever good, and none of a closed account.
///
/// # Errors
/// When the database does.
pub async fn spend_all(db: &impl ConnectionTrait, account_id: AccountId, now: DateTime<Utc>) -> Result<(), DbErr> {
    one_time_link::Entity::update_many()
        .col_expr(one_time_link::Column::UsedAt, Expr::value(now))
        .filter(one_time_link::Column::AccountId.eq(account_id))
        .filter(one_time_link::Column::UsedAt.is_null())
        .exec(db)
        .await
        .map(drop)
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
    use crate::app::testing::{PASSWORD, World, here};

    async fn choose(
        world: &World,
        token: &Token,
        purpose: LinkPurpose,
        password: &str,
    ) -> Result<AccountId, NotChosen> {
        choose_password(&world.app, token, Some(purpose), password.into(), &here()).await.map(|account| account.id)
    }

    #[tokio::test]
    async fn an_invitation_makes_an_account_that_signs_in() {
        let world = World::new().await;
        let account = world.account(AccountState::Invited).await;
        let token = create(&world.app.db, &world.app, account, LinkPurpose::Invitation).await.unwrap();
        assert_eq!(choose(&world, &token, LinkPurpose::Invitation, "another long password").await.unwrap(), account);
        let signed_in =
            session::authenticate(&world.app, "ada@school.example", "another long password".into(), &here())
                .await
                .unwrap();
        assert_eq!(signed_in.id, account);
    }

    #[tokio::test]
    async fn a_link_works_once_and_for_a_while() {
        let world = World::new().await;
        let account = world.account(AccountState::Active).await;
        let token = create(&world.app.db, &world.app, account, LinkPurpose::Reset).await.unwrap();
        assert!(matches!(
            choose(&world, &token, LinkPurpose::Reset, "short").await,
            Err(NotChosen::Weak(WeakPassword::TooShort))
        ));
        let other_purpose = choose(&world, &token, LinkPurpose::Invitation, "another long password").await;
        assert!(matches!(other_purpose, Err(NotChosen::Spent)));
        choose(&world, &token, LinkPurpose::Reset, "another long password").await.unwrap();
        assert!(matches!(
            choose(&world, &token, LinkPurpose::Reset, "another long password").await,
            Err(NotChosen::Spent)
        ));
        let late = create(&world.app.db, &world.app, account, LinkPurpose::Reset).await.unwrap();
        world.clock.advance(lifetime(LinkPurpose::Reset));
        assert!(matches!(
            choose(&world, &late, LinkPurpose::Reset, "another long password").await,
            Err(NotChosen::Spent)
        ));
        assert!(matches!(
            choose(&world, &Token::generate(), LinkPurpose::Reset, PASSWORD).await,
            Err(NotChosen::Spent)
        ));
    }

    #[tokio::test]
    async fn a_new_password_ends_every_session() {
        let world = World::new().await;
        let account = world.account(AccountState::Active).await;
        let before = session::open(&world.app.db, &world.app, account, SessionKind::Device, None).await.unwrap();
        let token = create(&world.app.db, &world.app, account, LinkPurpose::Reset).await.unwrap();
        choose(&world, &token, LinkPurpose::Reset, "another long password").await.unwrap();
        assert_eq!(session::resolve(&world.app, &before.token).await.unwrap(), session::Presented::Over);
    }

    #[tokio::test]
    async fn a_closed_account_stays_closed() {
        let world = World::new().await;
        let account = world.account(AccountState::Deactivated).await;
        let token = create(&world.app.db, &world.app, account, LinkPurpose::Reset).await.unwrap();
        assert!(matches!(
            choose(&world, &token, LinkPurpose::Reset, "another long password").await,
            Err(NotChosen::Spent)
        ));
    }

    #[tokio::test]
    async fn only_the_newest_link_is_good_and_its_use_is_audited() {
        let world = World::new().await;
        let account = world.account(AccountState::Active).await;
        let older = create(&world.app.db, &world.app, account, LinkPurpose::Reset).await.unwrap();
        let newer = create(&world.app.db, &world.app, account, LinkPurpose::Reset).await.unwrap();
        let refused = choose(&world, &older, LinkPurpose::Reset, "another long password").await;
        assert!(matches!(refused, Err(NotChosen::Spent)));
        choose(&world, &newer, LinkPurpose::Reset, "another long password").await.unwrap();
        let audit = entity::audit::Entity::find().all(&world.app.db).await.unwrap();
        assert_eq!(audit.len(), 1);
        assert_eq!((audit[0].act.as_str(), audit[0].account_id), ("resetPassword", Some(account)));
    }

    #[test]
    fn a_link_is_read_with_or_without_its_address() {
        let token = Token::generate();
        assert_eq!(read(&address("https://waymark.example.org", &token)), Some(token.clone()));
        assert_eq!(read(&format!(" {} ", token.reveal())), Some(token));
        assert_eq!(read("https://waymark.example.org/welcome"), None);
    }
}
