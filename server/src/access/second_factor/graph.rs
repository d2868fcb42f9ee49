//! The second factor in the graph: ending a sign-in by a code, and resetting a lost factor.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::Code;
use domain::access::SessionKind;
use domain::access::second_factor::{ConfirmSecondFactorRefusal, ResetSecondFactorRefusal};
use entity::ids::AccountId;

use super::{NotConfirmed, Wanted, confirm};
use crate::access::secrets::redacted;
use crate::access::session::graph::{AccountCard, origin};
use crate::access::user::graph::AccountInput;
use crate::access::user::service;
use crate::app::App;
use crate::graph::ids::CodeOf;
use crate::graph::mutate::mutate;
use crate::graph::scalars::DateTime;
use crate::payload;

/// What is missing for a session: a code of an authenticator app.
#[derive(SimpleObject)]
pub struct PendingSignIn {
    /// The sign-in that was begun, to be sent back with the code.
    pub pending: String,
    /// Until when the code is awaited.
    pub expires_at: DateTime,
    /// What to set the app up with, where the account has no second factor yet; null where it has one.
    pub enrolment: Option<SecondFactorEnrolment>,
}

/// What to set an authenticator app up with. It counts once a code made from it was confirmed.
#[derive(SimpleObject)]
pub struct SecondFactorEnrolment {
    /// The secret in Base32, to be typed in.
    pub secret: String,
    /// The same as an `otpauth://` address, to be opened on a phone or shown as a QR code.
    pub uri: String,
}

impl From<Wanted> for PendingSignIn {
    fn from(Wanted { pending, expires_at, enrolment }: Wanted) -> Self {
        let enrolment =
            enrolment.map(|enrolment| SecondFactorEnrolment { secret: enrolment.secret, uri: enrolment.uri });
        Self { pending, expires_at: DateTime(expires_at), enrolment }
    }
}

/// A code, and the sign-in that it ends.
#[derive(InputObject)]
pub struct ConfirmSecondFactorInput {
    /// What `signIn` answered as `secondFactor.pending`.
    #[graphql(secret)]
    pub pending: String,
    /// The six digits that the app shows, or a recovery code.
    #[graphql(secret)]
    pub code: String,
}

/// What came of a code.
#[derive(SimpleObject)]
pub struct ConfirmSecondFactorPayload {
    /// The bearer token of the new session, shown here and never again; null where nobody was signed in.
    pub token: Option<String>,
    /// When the session ends, used or not.
    pub expires_at: Option<DateTime>,
    /// Who is signed in.
    pub account: Option<AccountCard>,
    /// Where the second factor was just set up: ten codes for a lost app, each good once, shown here and never again.
    pub recovery_codes: Vec<String>,
    /// Why nobody was signed in; null where somebody was.
    pub refusal: Option<ConfirmSecondFactorRefused>,
}

/// Why nobody was signed in.
#[derive(Debug, SimpleObject)]
pub struct ConfirmSecondFactorRefused {
    /// The exact reason.
    pub code: CodeOf<ConfirmSecondFactorRefusal>,
    /// The reason in words, and what to do.
    pub message: String,
    /// The field of the input that it is about.
    pub field: Option<String>,
    /// When to try again, after too many attempts.
    pub retry_at: Option<DateTime>,
}

redacted!(PendingSignIn, SecondFactorEnrolment, ConfirmSecondFactorInput, ConfirmSecondFactorPayload);

payload!(
    /// Whose second factor was reset.
    ResetSecondFactorPayload, ResetSecondFactorRefused, account: AccountId, ResetSecondFactorRefusal
);

/// Changes to second factors.
#[derive(Debug, Default)]
pub struct SecondFactorMutation;

#[Object]
impl SecondFactorMutation {
    /// Ends a sign-in by the code of an authenticator app, or by a recovery code. Needs no session and no idempotency
    /// key: a code works once.
    async fn confirm_second_factor(
        &self,
        ctx: &Context<'_>,
        input: ConfirmSecondFactorInput,
    ) -> async_graphql::Result<ConfirmSecondFactorPayload> {
        let app = ctx.data::<App>()?;
        match confirm(app, &input.pending, SessionKind::Device, &input.code, &origin(ctx)).await {
            Ok(confirmed) => Ok(ConfirmSecondFactorPayload {
                token: Some(confirmed.opened.token.reveal().to_owned()),
                expires_at: Some(DateTime(confirmed.opened.expires_at)),
                account: Some(confirmed.account.into()),
                recovery_codes: confirmed.recovery_codes,
                refusal: None,
            }),
            Err(NotConfirmed::Spent) => Ok(refused(ConfirmSecondFactorRefusal::PendingSpent, Some("pending"), None)),
            Err(NotConfirmed::WrongCode) => Ok(refused(ConfirmSecondFactorRefusal::WrongCode, Some("code"), None)),
            Err(NotConfirmed::Throttled(at)) => {
                Ok(refused(ConfirmSecondFactorRefusal::Throttled, None, Some(DateTime(at))))
            }
            Err(NotConfirmed::Database(error)) => Err(error.into()),
        }
    }

    /// Takes the second factor of somebody who lost it away: every session ends, and the next sign-in sets up a new one.
    /// For officers, of accounts whose roles are all of their authority.
    async fn reset_second_factor(
        &self,
        ctx: &Context<'_>,
        input: AccountInput,
    ) -> async_graphql::Result<ResetSecondFactorPayload> {
        let id = input.account_id.0;
        mutate(ctx, "resetSecondFactor", async |write| service::reset_second_factor(write, id).await).await
    }
}

fn refused(
    code: ConfirmSecondFactorRefusal,
    field: Option<&str>,
    retry_at: Option<DateTime>,
) -> ConfirmSecondFactorPayload {
    let message = code.doc().to_owned();
    let refusal = ConfirmSecondFactorRefused { code: CodeOf(code), message, field: field.map(str::to_owned), retry_at };
    ConfirmSecondFactorPayload {
        token: None,
        expires_at: None,
        account: None,
        recovery_codes: Vec::new(),
        refusal: Some(refusal),
    }
}
