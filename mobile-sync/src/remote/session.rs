//! Signing in, and staying so.

use chrono::Utc;
use graphql_client::GraphQLQuery;
use uuid::Uuid;

use super::graph::{ask, refused, uuid};
use super::transport::Transport;
use crate::environment::{Credentials, RemoteError, Renewed, SignInError, SignedIn};

type DateTime = chrono::DateTime<Utc>;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../schema.graphql", query_path = "src/remote/operations/sign_in.graphql")]
struct SignIn;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../schema.graphql", query_path = "src/remote/operations/confirm.graphql")]
struct Confirm;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../schema.graphql", query_path = "src/remote/operations/refresh.graphql")]
struct Refresh;

/// Opens a session, with the code of an authenticator app where one is wanted.
pub async fn sign_in(transport: &impl Transport, credentials: &Credentials<'_>) -> Result<SignedIn, SignInError> {
    let Credentials { email, password, device, code } = *credentials;
    let input =
        sign_in::SignInInput { email: email.to_owned(), password: password.to_owned(), device_name: device.to_owned() };
    let answer = ask::<SignIn>(transport, None, Vec::new(), sign_in::Variables { input }).await?.sign_in;
    if let Some(refusal) = answer.refusal {
        return Err(SignInError::Refused(refusal.message));
    }
    if let Some(wanted) = answer.second_factor {
        return match (wanted.enrolment, code) {
            (Some(_), _) => Err(SignInError::NoSecondFactor),
            (None, None) => Err(SignInError::CodeWanted),
            (None, Some(code)) => confirm(transport, wanted.pending, code).await,
        };
    }
    let (Some(token), Some(account)) = (answer.token, answer.account) else {
        return Err(RemoteError::Unreachable.into());
    };
    Ok(SignedIn { token, expires_at: answer.expires_at, account: uuid(&account.id)?, name: account.name })
}

async fn confirm(transport: &impl Transport, pending: String, code: &str) -> Result<SignedIn, SignInError> {
    let input = confirm::ConfirmSecondFactorInput { pending, code: code.to_owned() };
    let answer = ask::<Confirm>(transport, None, Vec::new(), confirm::Variables { input }).await?.confirm_second_factor;
    if let Some(refusal) = answer.refusal {
        return Err(SignInError::Refused(refusal.message));
    }
    let (Some(token), Some(account)) = (answer.token, answer.account) else {
        return Err(RemoteError::Unreachable.into());
    };
    Ok(SignedIn { token, expires_at: answer.expires_at, account: uuid(&account.id)?, name: account.name })
}

/// A new token for the session.
pub async fn refresh(transport: &impl Transport, token: &str, key: Uuid) -> Result<Renewed, RemoteError> {
    let input = refresh::RefreshSessionInput { idempotency_key: key.to_string() };
    let answer =
        ask::<Refresh>(transport, Some(token), Vec::new(), refresh::Variables { input }).await?.refresh_session;
    if let Some(refusal) = answer.refusal {
        return Err(refused(refusal.message));
    }
    let renewed = answer.token.zip(answer.expires_at).ok_or(RemoteError::Unreachable)?;
    Ok(Renewed { token: renewed.0, expires_at: renewed.1 })
}
