//! What can be done with sessions: opening one by a password, ending one.

use chrono::{DateTime, Utc};
use domain::access::SessionKind;
use domain::access::session::{self as rule, RefreshSessionRefusal, RevokeSessionRefusal, SignOutRefusal};
use entity::ids::{AccountId, AuthorityId, SessionId};
use entity::session;
use sea_orm::ActiveValue::Set;
use sea_orm::DbErr;

use super::{Lifetime, Opened, open, store};
use crate::access::secrets::Token;
use crate::access::user;
use crate::app::App;
use crate::ledger::{Actor, Refused, Write};
use crate::uploads;

/// Opens a session for somebody whose password was right, with one audit row about it.
///
/// # Errors
/// The database's.
pub async fn enter(
    app: &App,
    account_id: AccountId,
    kind: SessionKind,
    device_name: Option<&str>,
    request_id: &str,
) -> Result<Opened, DbErr> {
    let actor = Actor::without_session(account_id, app.clock.now().date_naive(), request_id);
    let mut write = Write::begin(app, &actor, "signIn").await?;
    let opened = open(&write.tx, app, account_id, kind, device_name).await?;
    write.created(None::<AuthorityId>, opened.session.id);
    write.commit(opened.session.id).await?;
    Ok(opened)
}

/// The token that replaces a session's, for one key: asked again, because the answer was lost, it is the same.
pub(super) fn next_token(app: &App, session: SessionId, key: &str) -> Token {
    Token::derived(&app.signing_key, "refreshSession", &format!("{session}/{key}"))
}

/// Opens the session that replaces the one in use, once it is used itself.
pub(super) async fn refresh(write: &mut Write<'_>, key: &str) -> Result<SessionId, Refused<RefreshSessionRefusal>> {
    let none = || DbErr::RecordNotFound("the session in use".to_owned());
    let id = write.actor.session_id.ok_or_else(none)?;
    let session = store::by_id(&write.tx, id).await?.ok_or_else(none)?;
    rule::refresh(session.kind.0, session.expires_at - write.now).map_err(Refused::because)?;
    let next = session::ActiveModel {
        id: Set(write.id()),
        account_id: Set(session.account_id),
        kind: Set(session.kind),
        token_hash: Set(next_token(write.app(), id, key).hash()),
        device_name: Set(session.device_name),
        created_at: Set(write.now),
        last_seen_at: Set(write.now),
        expires_at: Set(write.now + Lifetime::of(session.kind.0).whole),
        revoked_at: Set(None),
        unsent_photos: Set(session.unsent_photos),
        unsent_answers: Set(session.unsent_answers),
        wipes: Set(false),
        replaces_id: Set(Some(id)),
    };
    let next_id = *next.id.as_ref();
    store::insert(&write.tx, next).await?;
    write.created(None::<AuthorityId>, next_id);
    Ok(next_id)
}

/// When a session ends by itself.
pub(super) async fn expires_at(app: &App, id: SessionId) -> Result<Option<DateTime<Utc>>, DbErr> {
    Ok(store::by_id(&app.db, id).await?.map(|session| session.expires_at))
}

/// Ends the session that asks for it.
pub(super) async fn sign_out(write: &mut Write<'_>) -> Result<SessionId, Refused<SignOutRefusal>> {
    let id = write.actor.session_id.ok_or_else(|| Refused::because(SignOutRefusal::AlreadyEnded))?;
    if !store::end_living(&write.tx, id, write.now).await? {
        return Err(Refused::current(SignOutRefusal::AlreadyEnded, id));
    }
    write.updated(None::<AuthorityId>, id);
    Ok(id)
}

/// Ends a session of one's own, or as an officer of somebody in one's authority.
pub(super) async fn revoke(write: &mut Write<'_>, id: SessionId) -> Result<SessionId, Refused<RevokeSessionRefusal>> {
    let found = store::seen(write, id).await?;
    let session = found.ok_or_else(|| Refused::field(RevokeSessionRefusal::NotFound, "sessionId"))?;
    if !store::wipe(&write.tx, id, write.now).await? {
        return Err(Refused::current(RevokeSessionRefusal::AlreadyEnded, id));
    }
    uploads::stop_writers(&write.tx, session.account_id).await?;
    let authority_id = if session.account_id == write.account_id() {
        None
    } else {
        user::store::roles(&write.tx, session.account_id).await?.authority(write.scope())
    };
    write.updated(authority_id, id);
    Ok(id)
}
