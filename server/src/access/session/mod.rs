//! Sessions: what a browser or a device holds instead of a password.
//!
//! A session is a row with the hash of a random token. A browser carries the token in a cookie for a working day; a
//! phone or a tool carries it as a bearer token for a season, because it may be offline for days. Both end by
//! themselves, earlier when nobody uses them, and at once when they are revoked or the account is deactivated.

pub mod cookie;
pub mod graph;
mod service;
pub mod store;
mod unsent;

use chrono::{DateTime, Duration, Utc};
use domain::access::{AccountState, SessionKind};
use entity::{
    Coded, account,
    ids::{AccountId, SessionId},
    session,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr};
use thiserror::Error;

pub use self::service::enter;
pub use self::unsent::{HEADER as UNSENT_HEADER, Unsent};
use super::{
    origin::Origin,
    password::HashingFailed,
    scope::Scope,
    secrets::Token,
    throttle::{self, Limit},
};
use crate::app::App;
use crate::uploads;

/// The most characters of a device's name.
pub const MAX_DEVICE_NAME: usize = 100;

/// How long a session of a kind lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// From sign-in to the end, however much it is used.
    pub whole: Duration,
    /// From the last use to the end.
    pub idle: Duration,
}

impl Lifetime {
    /// A browser's: a working day, two hours unused. A device's: 90 days, 30 unused.
    pub fn of(kind: SessionKind) -> Self {
        match kind {
            SessionKind::Web => Self { whole: Duration::hours(12), idle: Duration::hours(2) },
            SessionKind::Device => Self { whole: Duration::days(90), idle: Duration::days(30) },
        }
    }
}

/// Who is on the other end of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session, to be audited and revoked by.
    pub id: SessionId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Browser or device.
    pub kind: SessionKind,
    /// What its owner calls the device.
    pub device_name: Option<String>,
    /// What its phone said last that it still holds.
    pub unsent: Option<Unsent>,
}

/// A session that may be used, and what its holder may see today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Living {
    /// The session.
    pub session: Session,
    /// What may be seen.
    pub scope: Scope,
}

/// What a presented token turns out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented {
    /// A session's that may be used.
    Living(Living),
    /// A session's that somebody in charge ended: its device is to remove all that it holds.
    Wiped,
    /// No session's, or one's that has ended.
    Over,
}

impl Presented {
    /// The session, where it may be used.
    pub fn living(self) -> Option<Living> {
        match self {
            Self::Living(living) => Some(living),
            Self::Wiped | Self::Over => None,
        }
    }
}

/// A session that was just opened. The token is shown here and never again.
#[derive(Debug)]
pub struct Opened {
    /// The session.
    pub session: Session,
    /// What its holder presents.
    pub token: Token,
    /// When it ends, used or not.
    pub expires_at: DateTime<Utc>,
}

/// Why somebody is not signed in.
#[derive(Debug, Error)]
pub enum NotSignedIn {
    /// No such account, no password yet, or another password: which of them, nobody learns.
    #[error("The email address or the password is not right.")]
    Wrong,
    /// The password is right, the account is closed.
    #[error("This account is closed. Ask the person who invited you.")]
    Deactivated,
    /// Too many failures of late, for this account or from this address.
    #[error("Too many attempts. Try again later.")]
    Throttled(DateTime<Utc>),
    /// Hashing failed.
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// The account with this address and password. An address that nobody has costs the same work and is throttled alike.
///
/// # Errors
/// See [`NotSignedIn`].
pub async fn authenticate(
    app: &App,
    email: &str,
    password: String,
    origin: &Origin,
) -> Result<account::Model, NotSignedIn> {
    let outcome = attempt(app, email, password, origin).await;
    if let Err(refusal) = &outcome {
        tracing::info!(request = origin.request_id, reason = %refusal, "a sign-in was refused");
    }
    outcome
}

async fn attempt(app: &App, email: &str, password: String, origin: &Origin) -> Result<account::Model, NotSignedIn> {
    let email = normal_email(email);
    let limits = [(Limit::ADDRESS, origin.address.as_str()), (Limit::ACCOUNT, email.as_str())];
    for (limit, subject) in limits {
        throttle::take(app, limit, subject).await?.map_err(NotSignedIn::Throttled)?;
    }
    let account = store::account(&app.db, &email).await?;
    let stored = account.as_ref().and_then(|account| account.password_hash.clone());
    let is_right = app.passwords.verify(password, stored).await?;
    let account = match account {
        Some(account) if is_right && account.state.0 == AccountState::Active => account,
        Some(account) if is_right && account.state.0 == AccountState::Deactivated => {
            return Err(NotSignedIn::Deactivated);
        }
        _ => return Err(NotSignedIn::Wrong),
    };
    for (limit, subject) in limits {
        throttle::give_back(app, limit, subject).await?;
    }
    Ok(account)
}

/// The account with this id.
///
/// # Errors
/// The database's.
pub async fn account(app: &App, id: AccountId) -> Result<Option<account::Model>, DbErr> {
    store::account_by_id(&app.db, id).await
}

/// An address as accounts are found by: without space around it, in lower case.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Opens a session of `kind` for an account, within the caller's transaction.
///
/// # Errors
/// When the database does.
pub async fn open(
    db: &impl ConnectionTrait,
    app: &App,
    account_id: AccountId,
    kind: SessionKind,
    device_name: Option<&str>,
) -> Result<Opened, DbErr> {
    let now = app.clock.now();
    let token = Token::generate();
    let expires_at = now + Lifetime::of(kind).whole;
    let device_name = device_name.map(|name| name.trim().chars().take(MAX_DEVICE_NAME).collect::<String>());
    let id = SessionId(app.ids.next(now));
    let session = Session { id, account_id, kind, device_name: device_name.clone(), unsent: None };
    let row = session::ActiveModel {
        id: Set(session.id),
        account_id: Set(account_id),
        kind: Set(Coded(kind)),
        token_hash: Set(token.hash()),
        device_name: Set(device_name),
        created_at: Set(now),
        last_seen_at: Set(now),
        expires_at: Set(expires_at),
        revoked_at: Set(None),
        unsent_photos: Set(None),
        unsent_answers: Set(None),
        wipes: Set(false),
        replaces_id: Set(None),
    };
    store::insert(db, row).await?;
    Ok(Opened { session, token, expires_at })
}

/// The session behind a presented token, of an account that may sign in, and what this may see. Notes, every few minutes,
/// that it is in use. The session that it replaces ends with its first use: until then, the answer that brought the token
/// may have been lost.
///
/// # Errors
/// When the database does.
pub async fn resolve(app: &App, token: &Token) -> Result<Presented, DbErr> {
    let (hash, now) = (token.hash(), app.clock.now());
    let today = now.date_naive();
    let Some((row, grants)) = store::by_token_hash(&app.db, &hash, today).await? else {
        let is_wiped = store::is_of_deactivated(&app.db, &hash).await?;
        return Ok(if is_wiped { Presented::Wiped } else { Presented::Over });
    };
    if row.wipes {
        return Ok(Presented::Wiped);
    }
    if !is_alive(&row, now) {
        return Ok(Presented::Over);
    }
    if let Some(before) = row.replaces_id {
        store::supersede(&app.db, before, row.id, now).await?;
    }
    if now - row.last_seen_at >= Duration::minutes(5) {
        store::touch(&app.db, row.id, now).await?;
    }
    let scope = Scope::new(row.account_id, today, grants);
    let session = Session {
        id: row.id,
        account_id: row.account_id,
        kind: row.kind.0,
        device_name: row.device_name,
        unsent: row.unsent_photos.zip(row.unsent_answers).map(|(photos, answers)| Unsent { photos, answers }),
    };
    Ok(Presented::Living(Living { session, scope }))
}

/// Whether a session may still be used, for whoever holds on to it longer than a request. That is no use of it.
///
/// # Errors
/// When the database does.
pub async fn lives(app: &App, id: SessionId) -> Result<bool, DbErr> {
    let row = store::by_id(&app.db, id).await?;
    Ok(row.is_some_and(|row| is_alive(&row, app.clock.now())))
}

/// Notes what a phone says that it still holds, where that is news.
///
/// # Errors
/// When the database does.
pub async fn hear(app: &App, session: &Session, unsent: Unsent) -> Result<(), DbErr> {
    if session.unsent == Some(unsent) {
        return Ok(());
    }
    store::note_unsent(&app.db, session.id, unsent, app.clock.now()).await
}

fn is_alive(row: &session::Model, now: DateTime<Utc>) -> bool {
    row.revoked_at.is_none() && now < row.expires_at && now - row.last_seen_at < Lifetime::of(row.kind.0).idle
}

/// Ends one session; ending it again changes nothing.
///
/// # Errors
/// When the database does.
pub async fn end(db: &impl ConnectionTrait, id: SessionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    store::revoke(db, id, now).await
}

/// Ends every session of an account: after a new password, with new rights, and when it is deactivated. What it is just
/// sending does not come to count.
///
/// # Errors
/// When the database does.
pub async fn end_all(db: &impl ConnectionTrait, account_id: AccountId, now: DateTime<Utc>) -> Result<(), DbErr> {
    store::revoke_all(db, account_id, now).await?;
    uploads::stop_writers(db, account_id).await
}

#[cfg(test)]
mod tests;
