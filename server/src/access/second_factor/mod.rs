//! The second factor: codes of an authenticator app (TOTP, RFC 6238), asked of everybody whose role sees pupils.
//!
//! The right password begins a sign-in and no more: it is answered with a sealed note of who signs in on what, which is
//! good for ten minutes and opens a session only beside a code. At the first sign-in the note carries a new secret, which
//! counts once a code made from it comes back. A code is taken once. For a lost app there are recovery codes, each good
//! once; and an officer can reset the factor, after which the next sign-in sets up a new one. In the demo nobody is asked.

pub mod graph;
mod service;
mod store;

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::SessionKind;
use entity::account;
use entity::ids::AccountId;
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use totp_rs::{Builder, Totp, TotpError};

use super::secrets::redacted;
use super::session::Opened;
use crate::app::App;

pub use service::{Begun, begin, confirm, reset};

/// How long a sign-in waits for its code.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);
/// What a pending sign-in is sealed for.
const PENDING: &str = "pending sign-in";
/// Bytes of a secret: those of the hash that codes are made with (RFC 4226, section 4).
const SECRET_BYTES: usize = 20;
/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;
/// What the app calls us.
const ISSUER: &str = "Waymark";

/// A sign-in whose password was right and whose code is awaited. Travels sealed; no server remembers it.
#[derive(Serialize, Deserialize)]
struct Pending {
    account_id: AccountId,
    /// The account as it was: a new password or a closed account ends what was begun before.
    version: i32,
    kind: SessionKind,
    device_name: Option<String>,
    expires_at: DateTime<Utc>,
    /// A secret that is not in force yet.
    proposed: Option<Vec<u8>>,
}

/// What is missing for a session.
pub struct Wanted {
    /// The sealed sign-in, to be shown again with the code.
    pub pending: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// For an account without a second factor: what to set one up with.
    pub enrolment: Option<Enrolment>,
}

/// A new secret, for the app of its owner.
pub struct Enrolment {
    /// Base32, as apps take it by hand.
    pub secret: String,
    /// `otpauth://` address, to be opened or drawn as a QR code.
    pub uri: String,
}

/// A sign-in that is complete.
#[derive(Debug)]
pub struct Confirmed {
    /// The session.
    pub opened: Opened,
    /// Who is signed in.
    pub account: account::Model,
    /// The codes for a lost app, once, where the factor was just set up.
    pub recovery_codes: Vec<String>,
}

redacted!(Pending, Wanted, Enrolment);

/// Why no session was opened.
#[derive(Debug, Error)]
pub enum NotConfirmed {
    /// The pending sign-in is not good, or not any more.
    #[error("This sign-in waited too long, or the account changed meanwhile. Sign in again with the password.")]
    Spent,
    /// Not the code, or one that was used.
    #[error("This code is not right, or was used already. Wait for the next code of your app and enter that.")]
    WrongCode,
    /// Too many wrong codes of late.
    #[error("Too many attempts. Try again later.")]
    Throttled(DateTime<Utc>),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// The generator of an account's codes.
fn generator(secret: &[u8], email: &str) -> Result<Totp, TotpError> {
    // A colon would end the issuer within the address that apps read.
    Builder::new()
        .with_secret(secret.to_vec())
        .with_account_name(email.replace(':', " "))
        .with_issuer(Some(ISSUER))
        .build()
}

/// What a secret is sealed for: moved to another account's row it cannot be opened.
fn secret_of(account_id: AccountId) -> String {
    format!("second factor of {account_id}")
}

/// What is stored of a recovery code.
fn code_hash(app: &App, account_id: AccountId, code: &str) -> String {
    app.signing_key.sign("recovery code", &format!("{account_id}/{code}"))
}

#[cfg(test)]
mod tests;
