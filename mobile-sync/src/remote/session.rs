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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::remote::script::{Script, now};

    const SAM: Credentials<'static> =
        Credentials { email: "sam@council.example", password: "a lamp by the window", device: "Sam's", code: None };

    fn account() -> Value {
        json!({ "id": format!("account:{}", Uuid::from_u128(7)), "name": "Sam" })
    }

    fn opened() -> Value {
        json!({ "token": "wm_1", "expiresAt": "2026-06-01T09:00:00.000Z", "account": account(), "secondFactor": null, "refusal": null })
    }

    fn wanted(enrolment: &Value) -> Value {
        json!({ "signIn": { "token": null, "expiresAt": null, "account": null, "refusal": null,
                            "secondFactor": { "pending": "p", "enrolment": enrolment } } })
    }

    #[test]
    fn who_signs_in_gets_a_token_that_ends_some_day() {
        let script = Script::of_graph([json!({ "signIn": opened() })]);
        let Ok(signed_in) = now(sign_in(&script, &SAM)) else { panic!("signed in") };
        assert_eq!((signed_in.token.as_str(), signed_in.account), ("wm_1", Uuid::from_u128(7)));
        assert!(signed_in.expires_at.is_some());
        let input = json!({ "email": SAM.email, "password": SAM.password, "deviceName": SAM.device });
        assert_eq!(script.variables(), [json!({ "input": input })]);
    }

    #[test]
    fn a_refusal_comes_in_the_servers_words() {
        let refusal = json!({ "signIn": { "token": null, "expiresAt": null, "account": null, "secondFactor": null,
                                          "refusal": { "message": "Not so." } } });
        let refused = now(sign_in(&Script::of_graph([refusal]), &SAM)).err();
        assert_eq!(refused, Some(SignInError::Refused("Not so.".to_owned())));
        assert_eq!(now(sign_in(&Script::default(), &SAM)).err(), Some(RemoteError::Unreachable.into()));
    }

    #[test]
    fn a_code_is_asked_for_where_one_is_wanted() {
        let alone = Script::of_graph([wanted(&Value::Null)]);
        assert_eq!(now(sign_in(&alone, &SAM)).err(), Some(SignInError::CodeWanted));
        let none_yet = Script::of_graph([wanted(&json!({ "uri": "otpauth://totp/Waymark" }))]);
        assert_eq!(now(sign_in(&none_yet, &SAM)).err(), Some(SignInError::NoSecondFactor));
        let script = Script::of_graph([wanted(&Value::Null), json!({ "confirmSecondFactor": opened() })]);
        let with_code = Credentials { code: Some("123456"), ..SAM };
        assert!(now(sign_in(&script, &with_code)).is_ok());
        assert_eq!(script.variables()[1], json!({ "input": { "pending": "p", "code": "123456" } }));
    }

    #[test]
    fn a_token_is_renewed_as_whoever_holds_it() {
        let renewed =
            json!({ "refreshSession": { "token": "wm_2", "expiresAt": "2026-09-01T09:00:00.000Z", "refusal": null } });
        let script = Script::of_graph([renewed]);
        let Ok(renewed) = now(refresh(&script, "wm_1", Uuid::from_u128(9))) else { panic!("renewed") };
        assert_eq!(renewed.token, "wm_2");
        let bearer = ("authorization", "Bearer wm_1".to_owned());
        assert!(script.asked.borrow()[0].headers.contains(&bearer));
        let early =
            json!({ "refreshSession": { "token": null, "expiresAt": null, "refusal": { "message": "Too early." } } });
        let refused = now(refresh(&Script::of_graph([early]), "wm_1", Uuid::nil())).err();
        assert_eq!(refused, Some(RemoteError::Refused("Too early.".to_owned())));
    }
}
