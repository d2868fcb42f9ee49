//! Signing in and out, in the graph. Browsers sign in at `/session` instead, for a cookie that no script can read.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::Code;
use domain::access::SessionKind;
use domain::access::session::{
    self as rule, RefreshSessionRefusal, RevokeSessionRefusal, SignInRefusal, SignOutRefusal,
};
use entity::account;
use entity::ids::SessionId;

use super::{NotSignedIn, authenticate, service};
use crate::access::origin::Origin;
use crate::access::second_factor::graph::PendingSignIn;
use crate::access::second_factor::{Begun, begin};
use crate::access::secrets::redacted;
use crate::app::App;
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::graph::scalars::DateTime;
use crate::ledger::{Actor, Outcome, Refusal};
use crate::payload;

/// Who signs in, and on what.
#[derive(InputObject)]
pub struct SignInInput {
    /// The e-mail address of the account.
    pub email: String,
    /// Its password.
    #[graphql(secret)]
    pub password: String,
    /// What to call the device, so that its owner finds it in a list: 1 to 100 characters.
    pub device_name: String,
}

/// Who an account is, for somebody who has no session yet. Ask `viewer` with the token for the rest.
#[derive(Debug, SimpleObject)]
pub struct AccountCard {
    /// Id of the account.
    pub id: ID,
    /// Name.
    pub name: String,
    /// E-mail: the name to sign in with.
    pub email: String,
}

impl From<account::Model> for AccountCard {
    fn from(account: account::Model) -> Self {
        Self { id: ID(account.id.to_string()), name: account.name, email: account.email }
    }
}

/// What came of signing in.
#[derive(SimpleObject)]
pub struct SignInPayload {
    /// The bearer token of the new session, shown here and never again; null where nobody was signed in.
    pub token: Option<String>,
    /// When the session ends, used or not.
    pub expires_at: Option<DateTime>,
    /// Who is signed in.
    pub account: Option<AccountCard>,
    /// The password was right, and a code is wanted too: confirm it by `confirmSecondFactor`. Null where it is not.
    pub second_factor: Option<PendingSignIn>,
    /// Why nobody was signed in; null where nothing was refused.
    pub refusal: Option<SignInRefused>,
}

redacted!(SignInInput, SignInPayload);

/// Why nobody was signed in.
#[derive(Debug, SimpleObject)]
pub struct SignInRefused {
    /// The exact reason.
    pub code: CodeOf<SignInRefusal>,
    /// The reason in words, and what to do.
    pub message: String,
    /// The field of the input that it is about.
    pub field: Option<String>,
    /// When to try again, after too many attempts.
    pub retry_at: Option<DateTime>,
}

const NOBODY: SignInPayload =
    SignInPayload { token: None, expires_at: None, account: None, second_factor: None, refusal: None };

fn refused(code: SignInRefusal, retry_at: Option<DateTime>) -> SignInPayload {
    let field = (code == SignInRefusal::DeviceNameLength).then(|| "deviceName".to_owned());
    let refusal = SignInRefused { code: CodeOf(code), message: code.doc().to_owned(), field, retry_at };
    SignInPayload { refusal: Some(refusal), ..NOBODY }
}

/// A request to sign out.
#[derive(Debug, InputObject)]
pub struct SignOutInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
}

/// A request for a new token.
#[derive(Debug, InputObject)]
pub struct RefreshSessionInput {
    /// Answers the same request once, with the same token: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
}

/// What came of asking for a new token.
#[derive(SimpleObject)]
pub struct RefreshSessionPayload {
    /// The new bearer token; null where there is none. The one in use ends when this one is first used.
    pub token: Option<String>,
    /// When the new session ends, used or not.
    pub expires_at: Option<DateTime>,
    /// Why there is none; null where there is one.
    pub refusal: Option<RefreshSessionRefused>,
}

redacted!(RefreshSessionPayload);

/// Why there is no new token.
#[derive(Debug, SimpleObject)]
pub struct RefreshSessionRefused {
    /// The exact reason.
    pub code: CodeOf<RefreshSessionRefusal>,
    /// The reason in words, and what to do.
    pub message: String,
    /// The field of the input that it is about.
    pub field: Option<String>,
}

/// A session to end.
#[derive(Debug, InputObject)]
pub struct RevokeSessionInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The session.
    pub session_id: IdOf<SessionId>,
}

payload!(
    /// What came of signing out.
    SignOutPayload, SignOutRefused, session: SessionId, SignOutRefusal
);

payload!(
    /// What came of ending a session.
    RevokeSessionPayload, RevokeSessionRefused, session: SessionId, RevokeSessionRefusal
);

/// The session that replaces the one in use, or why there is none.
struct Refreshed(Outcome<SessionId, RefreshSessionRefusal>);

impl From<Outcome<SessionId, RefreshSessionRefusal>> for Refreshed {
    fn from(outcome: Outcome<SessionId, RefreshSessionRefusal>) -> Self {
        Self(outcome)
    }
}

/// Changes to sessions.
#[derive(Debug, Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Signs a phone or a tool in, for a bearer token. Whose role sees pupils is asked for a code as well. Needs no
    /// session and no idempotency key: asked twice, it opens two sessions.
    async fn sign_in(&self, ctx: &Context<'_>, input: SignInInput) -> async_graphql::Result<SignInPayload> {
        if let Err(code) = rule::sign_in(&input.device_name) {
            return Ok(refused(code, None));
        }
        let (app, origin) = (ctx.data::<App>()?, origin(ctx));
        let account = match authenticate(app, &input.email, input.password, &origin).await {
            Ok(account) => account,
            Err(NotSignedIn::Wrong) => return Ok(refused(SignInRefusal::WrongCredentials, None)),
            Err(NotSignedIn::Deactivated) => return Ok(refused(SignInRefusal::Deactivated, None)),
            Err(NotSignedIn::Throttled(at)) => return Ok(refused(SignInRefusal::Throttled, Some(DateTime(at)))),
            Err(NotSignedIn::Hashing(error)) => return Err(error.into()),
            Err(NotSignedIn::Database(error)) => return Err(error.into()),
        };
        match begin(app, &account, SessionKind::Device, Some(&input.device_name), &origin).await? {
            Begun::Open(opened) => Ok(SignInPayload {
                token: Some(opened.token.reveal().to_owned()),
                expires_at: Some(DateTime(opened.expires_at)),
                account: Some(account.into()),
                ..NOBODY
            }),
            Begun::Wanted(wanted) => Ok(SignInPayload { second_factor: Some(wanted.into()), ..NOBODY }),
        }
    }

    /// Gives a device a new token, within 30 days of its session's end. The old one ends when the new one is first used, so
    /// a lost answer locks nobody out: the same key answers with the same token.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        input: RefreshSessionInput,
    ) -> async_graphql::Result<RefreshSessionPayload> {
        let key = &input.idempotency_key;
        let outcome: Refreshed =
            mutate(ctx, "refreshSession", async |write| service::refresh(write, key).await).await?;
        let app = ctx.data::<App>()?;
        match outcome.0 {
            Ok(id) => {
                let replaced = ctx.data_opt::<Arc<Actor>>().and_then(|actor| actor.session_id);
                let token = replaced.map(|replaced| service::next_token(app, replaced, key).reveal().to_owned());
                let expires_at = service::expires_at(app, id).await?.map(DateTime);
                Ok(RefreshSessionPayload { token, expires_at, refusal: None })
            }
            Err(Refusal { code, field, .. }) => {
                let (message, field) = (code.doc().to_owned(), field.map(str::to_owned));
                let refusal = Some(RefreshSessionRefused { code: CodeOf(code), message, field });
                Ok(RefreshSessionPayload { token: None, expires_at: None, refusal })
            }
        }
    }

    /// Ends the session in use: its token is worth nothing from then on.
    async fn sign_out(&self, ctx: &Context<'_>, input: SignOutInput) -> async_graphql::Result<SignOutPayload> {
        let SignOutInput { idempotency_key: _ } = input;
        mutate(ctx, "signOut", async |write| service::sign_out(write).await).await
    }

    /// Ends a session: one's own, e.g. of a lost phone, or as an officer one of an account in one's authority. At its next
    /// contact a phone removes all that it holds.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        input: RevokeSessionInput,
    ) -> async_graphql::Result<RevokeSessionPayload> {
        mutate(ctx, "revokeSession", async |write| service::revoke(write, input.session_id.0).await).await
    }
}

/// Where the request comes from, for the audit and the throttling of who has no session yet.
pub fn origin(ctx: &Context<'_>) -> Origin {
    let unframed = || Origin { request_id: "unframed".to_owned(), address: "unknown".to_owned() };
    ctx.data_opt::<Origin>().cloned().unwrap_or_else(unframed)
}
