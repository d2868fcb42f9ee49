//! People and their roles in the graph: what can be asked to change.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::Code;
use domain::access::invitation::{ChoosePasswordRefusal, InviteUserRefusal};
use domain::access::user::{
    DeactivateUserRefusal, ReactivateUserRefusal, RequestResetRefusal, SetMembershipEndRefusal,
};
use domain::access::{LinkPurpose, Role};
use entity::ids::{AccountId, AuthorityId, MembershipId, PartnershipId, ProviderId};

use super::service;
use crate::access::link::{self, NotChosen};
use crate::access::password::WeakPassword;
use crate::access::secrets::{Token, redacted};
use crate::access::session::graph::{AccountCard, origin};
use crate::app::App;
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::graph::scalars::{Date, DateTime};
use crate::payload;

/// Somebody to invite, and the role that they will have from today on.
#[derive(Debug, InputObject)]
pub struct InviteUserInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// Their e-mail address, to sign in with.
    pub email: String,
    /// Their name. An account that is there already keeps its own.
    pub name: String,
    /// The role.
    pub role: CodeOf<Role>,
    /// The authority within which it is held.
    pub authority_id: IdOf<AuthorityId>,
    /// For a coordinator: the partnership.
    pub partnership_id: Option<IdOf<PartnershipId>>,
    /// For a provider's person: the provider.
    pub provider_id: Option<IdOf<ProviderId>>,
}

/// An account to act upon.
#[derive(Debug, InputObject)]
pub struct AccountInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The account.
    pub account_id: IdOf<AccountId>,
}

/// A role to end.
#[derive(Debug, InputObject)]
pub struct SetMembershipEndInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The role that an account holds.
    pub membership_id: IdOf<MembershipId>,
    /// The version from which the change was made.
    pub version: i32,
    /// First day on which it no longer holds; on its first day, it never held.
    pub ends_on: Date,
}

/// A one-time link, and the password to choose by it.
#[derive(InputObject)]
pub struct ChoosePasswordInput {
    /// The link, or the token behind its `#`.
    #[graphql(secret)]
    pub token: String,
    /// The password: 12 to 128 characters, not the e-mail address, not one that everybody chooses.
    #[graphql(secret)]
    pub password: String,
}

payload!(
    /// Whom the invitation went to.
    InviteUserOutcome, InviteUserRefused, account: AccountId, InviteUserRefusal
);

payload!(
    /// Whose password is reset.
    RequestResetOutcome, RequestResetRefused, account: AccountId, RequestResetRefusal
);

payload!(
    /// What came of closing an account.
    DeactivateUserPayload, DeactivateUserRefused, account: AccountId, DeactivateUserRefusal
);

payload!(
    /// What came of opening an account again.
    ReactivateUserPayload, ReactivateUserRefused, account: AccountId, ReactivateUserRefusal
);

payload!(
    /// What came of ending a role.
    SetMembershipEndPayload, SetMembershipEndRefused, membership: MembershipId, SetMembershipEndRefusal
);

/// What came of inviting somebody.
#[derive(SimpleObject)]
pub struct InviteUserPayload {
    #[graphql(flatten)]
    outcome: InviteUserOutcome,
    /// The link to hand to them: works once, for 7 days, and spends the ones before it. It is shown here and never
    /// again: the same idempotency key answers with null. Null too for somebody who signs in already; they have the
    /// role from today on.
    link: Option<String>,
}

/// What came of asking for a new password.
#[derive(SimpleObject)]
pub struct RequestResetPayload {
    #[graphql(flatten)]
    outcome: RequestResetOutcome,
    /// The link to hand to them: works once, for an hour, and spends the ones before it. It is shown here and never
    /// again: the same idempotency key answers with null.
    link: Option<String>,
}

redacted!(ChoosePasswordInput, InviteUserPayload, RequestResetPayload);

/// What came of choosing a password.
#[derive(Debug, SimpleObject)]
pub struct ChoosePasswordPayload {
    /// Who may sign in with it now; null where it was refused.
    pub account: Option<AccountCard>,
    /// Why no password was chosen; null where one was.
    pub refusal: Option<ChoosePasswordRefused>,
}

/// Why no password was chosen.
#[derive(Debug, SimpleObject)]
pub struct ChoosePasswordRefused {
    /// The exact reason.
    pub code: CodeOf<ChoosePasswordRefusal>,
    /// The reason in words, and what to do.
    pub message: String,
    /// The field of the input that it is about.
    pub field: Option<String>,
    /// When to try again, after too many attempts.
    pub retry_at: Option<DateTime>,
}

/// Changes to people and their roles.
#[derive(Debug, Default)]
pub struct UserMutation;

#[Object]
impl UserMutation {
    /// Invites somebody: makes an account or finds theirs, gives it the role, and makes a link for an account without
    /// a password. Officers invite to any role of their authority, a provider's people to their own provider.
    async fn invite_user(&self, ctx: &Context<'_>, input: InviteUserInput) -> async_graphql::Result<InviteUserPayload> {
        let app = ctx.data::<App>()?;
        let mut token = None;
        let outcome =
            mutate(ctx, "inviteUser", async |write| service::invite(write, app, input, &mut token).await).await?;
        Ok(InviteUserPayload { outcome, link: address(app, token) })
    }

    /// Makes a link with which somebody chooses a new password. For officers, of accounts whose roles are all of their
    /// authority.
    async fn request_reset(
        &self,
        ctx: &Context<'_>,
        input: AccountInput,
    ) -> async_graphql::Result<RequestResetPayload> {
        let (app, id) = (ctx.data::<App>()?, input.account_id.0);
        let mut token = None;
        let outcome =
            mutate(ctx, "requestReset", async |write| service::request_reset(write, app, id, &mut token).await).await?;
        Ok(RequestResetPayload { outcome, link: address(app, token) })
    }

    /// Chooses the first password, by the link of an invitation. Needs no session and no idempotency key: a link works
    /// once.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        input: ChoosePasswordInput,
    ) -> async_graphql::Result<ChoosePasswordPayload> {
        choose_password(ctx, LinkPurpose::Invitation, input).await
    }

    /// Chooses a new password, by the link of a reset; every session of the account ends. Needs no session and no
    /// idempotency key: a link works once.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        input: ChoosePasswordInput,
    ) -> async_graphql::Result<ChoosePasswordPayload> {
        choose_password(ctx, LinkPurpose::Reset, input).await
    }

    /// Closes an account: every session ends at once. For officers, of accounts whose roles are all of their authority.
    async fn deactivate_user(
        &self,
        ctx: &Context<'_>,
        input: AccountInput,
    ) -> async_graphql::Result<DeactivateUserPayload> {
        mutate(ctx, "deactivateUser", async |write| service::deactivate(write, input.account_id.0).await).await
    }

    /// Opens a closed account again. For officers, of accounts whose roles are all of their authority.
    async fn reactivate_user(
        &self,
        ctx: &Context<'_>,
        input: AccountInput,
    ) -> async_graphql::Result<ReactivateUserPayload> {
        mutate(ctx, "reactivateUser", async |write| service::reactivate(write, input.account_id.0).await).await
    }

    /// Ends a role on a day. For officers of its authority.
    async fn set_membership_end(
        &self,
        ctx: &Context<'_>,
        input: SetMembershipEndInput,
    ) -> async_graphql::Result<SetMembershipEndPayload> {
        mutate(ctx, "setMembershipEnd", async |write| service::set_end(write, input).await).await
    }
}

fn address(app: &App, token: Option<Token>) -> Option<String> {
    token.map(|token| link::address(&app.config.public_url, &token))
}

async fn choose_password(
    ctx: &Context<'_>,
    purpose: LinkPurpose,
    input: ChoosePasswordInput,
) -> async_graphql::Result<ChoosePasswordPayload> {
    let Some(token) = link::read(&input.token) else { return Ok(refused(ChoosePasswordRefusal::LinkSpent)) };
    let app = ctx.data::<App>()?;
    match link::choose_password(app, &token, Some(purpose), input.password, &origin(ctx)).await {
        Ok(account) => Ok(ChoosePasswordPayload { account: Some(account.into()), refusal: None }),
        Err(NotChosen::Spent) => Ok(refused(ChoosePasswordRefusal::LinkSpent)),
        Err(NotChosen::Weak(weak)) => Ok(refused(match weak {
            WeakPassword::TooShort => ChoosePasswordRefusal::PasswordTooShort,
            WeakPassword::TooLong => ChoosePasswordRefusal::PasswordTooLong,
            WeakPassword::Repetitive => ChoosePasswordRefusal::PasswordRepetitive,
            WeakPassword::Common => ChoosePasswordRefusal::PasswordCommon,
            WeakPassword::IsEmail => ChoosePasswordRefusal::PasswordIsEmail,
        })),
        Err(NotChosen::Throttled(at)) => {
            let mut payload = refused(ChoosePasswordRefusal::Throttled);
            payload.refusal.iter_mut().for_each(|refusal| refusal.retry_at = Some(DateTime(at)));
            Ok(payload)
        }
        Err(NotChosen::Hashing(error)) => Err(error.into()),
        Err(NotChosen::Database(error)) => Err(error.into()),
    }
}

fn refused(code: ChoosePasswordRefusal) -> ChoosePasswordPayload {
    let field = match code {
        ChoosePasswordRefusal::Throttled => None,
        ChoosePasswordRefusal::LinkSpent => Some("token".to_owned()),
        _ => Some("password".to_owned()),
    };
    let refusal = ChoosePasswordRefused { code: CodeOf(code), message: code.doc().to_owned(), field, retry_at: None };
    ChoosePasswordPayload { account: None, refusal: Some(refusal) }
}
