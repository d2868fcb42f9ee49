//! What can be done with sessions: opening one by a password, ending one.

use domain::access::SessionKind;
use domain::access::session::{RevokeSessionRefusal, SignOutRefusal};
use entity::ids::{AccountId, AuthorityId, SessionId};
use sea_orm::DbErr;

use super::{Opened, open, store};
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
    if !store::end_living(&write.tx, id, write.now).await? {
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
