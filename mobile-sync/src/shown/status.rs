//! How the phone as a whole is shown, and what a screen is told when something was not done.

use super::shown;
use super::visit::{count, instant};
use crate::environment::{Environment, Network, RemoteError, SignInError};
use crate::item::{Standing, Work};
use crate::phone::{Error, Phone};
use crate::state;
use crate::store::StoreError;
use crate::vault::VaultError;

shown! {
    /// How the phone stands.
    pub struct Status {
        #[cfg_attr(feature = "web", tsify(type = "Phase"))]
        pub phase: String,
        /// While open.
        pub session: Option<Session>,
        #[cfg_attr(feature = "web", tsify(type = "Network"))]
        pub network: String,
        /// What the server lacks; nothing is known of it while locked.
        pub unsent: Unsent,
        /// Items that need somebody.
        pub attention: u32,
        /// By the server's clock: when it was last heard.
        pub heard_at: Option<String>,
        /// By this phone's clock: when the line is tried again, where it rests.
        pub tries_at: Option<String>,
        /// Counts up with every change.
        pub revision: u64,
    }

    /// How much the server lacks.
    pub struct Unsent {
        pub answers: u32,
        pub photos: u32,
        /// Records, withdrawals, completions.
        pub others: u32,
        /// Of photos.
        pub bytes: u64,
    }

    /// Why something was not done. Nothing has changed then.
    pub struct CoreError {
        #[cfg_attr(feature = "web", tsify(type = "ErrorCode"))]
        pub code: String,
        /// Plain words that may be shown.
        pub message: String,
    }
}

/// Who uses the phone.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "web", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Session {
    /// Nobody yet.
    Nobody,
    In {
        account: String,
        name: String,
    },
    /// The session ended: its owner signs in again.
    Out {
        account: String,
        name: String,
    },
    /// Everything is being removed.
    Revoked,
}

impl Status {
    /// A phone that is not open: `empty` or `locked`.
    pub fn closed(phase: &str, network: Network, revision: u64) -> Self {
        let unsent = Unsent { answers: 0, photos: 0, others: 0, bytes: 0 };
        Self {
            phase: phase.to_owned(),
            session: None,
            network: name(network).to_owned(),
            unsent,
            attention: 0,
            heard_at: None,
            tries_at: None,
            revision,
        }
    }
}

impl<E: Environment> Phone<E> {
    /// How this open phone stands. The revision is the caller's to count.
    pub fn show_status(&self, revision: u64) -> Status {
        let tries_at = self.rests_until().map(instant);
        let network = self.environment().network();
        self.look(|state| Status {
            session: Some(session(&state.session)),
            unsent: unsent(state),
            attention: count(
                state.items.values().filter(|item| matches!(item.standing, Standing::Attention { .. })).count(),
            ),
            heard_at: state.feed.heard_at.map(instant),
            tries_at,
            ..Status::closed("open", network, revision)
        })
    }
}

fn session(session: &state::Session) -> Session {
    match session {
        state::Session::Nobody => Session::Nobody,
        state::Session::In { account, name, .. } => Session::In { account: account.to_string(), name: name.clone() },
        state::Session::Out { account, name } => Session::Out { account: account.to_string(), name: name.clone() },
        state::Session::Revoked => Session::Revoked,
    }
}

fn unsent(state: &state::State) -> Unsent {
    let nothing = Unsent { answers: 0, photos: 0, others: 0, bytes: 0 };
    state.items.values().fold(nothing, |unsent, item| match &item.work {
        Work::Answer(_) => Unsent { answers: unsent.answers + 1, ..unsent },
        Work::Bytes { size, upload, .. } => {
            let sent = upload.as_ref().and_then(|upload| upload.offset).unwrap_or(0);
            Unsent { photos: unsent.photos + 1, bytes: unsent.bytes + size.saturating_sub(sent), ..unsent }
        }
        Work::Plan(_) | Work::Record(_) | Work::Withdraw { .. } | Work::Improve(_) | Work::Complete { .. } => {
            Unsent { others: unsent.others + 1, ..unsent }
        }
    })
}

fn name(network: Network) -> &'static str {
    match network {
        Network::Offline => "offline",
        Network::Metered => "metered",
        Network::Unmetered => "unmetered",
    }
}

impl CoreError {
    /// An error that has this code and says this.
    pub fn new(code: &str, message: impl ToString) -> Self {
        Self { code: code.to_owned(), message: message.to_string() }
    }
}

impl From<Error> for CoreError {
    fn from(error: Error) -> Self {
        Self::new(code(&error), error)
    }
}

impl From<StoreError> for CoreError {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::Store(StoreError::Full) => "full",
        Error::Store(StoreError::Newer) => "newer",
        Error::Store(StoreError::Failed(_)) => "storage",
        Error::Vault(VaultError::WrongSecret) => "wrong_secret",
        Error::Vault(VaultError::Damaged) => "damaged",
        Error::SignIn(SignInError::Refused(_)) => "sign_in_refused",
        Error::SignIn(SignInError::CodeWanted) => "code_wanted",
        Error::SignIn(SignInError::NoSecondFactor) => "no_second_factor",
        Error::Remote(error) | Error::SignIn(SignInError::Remote(error)) => match error {
            RemoteError::Unreachable => "unreachable",
            RemoteError::Unavailable => "unavailable",
            RemoteError::SignedOut => "signed_out",
            RemoteError::Revoked => "revoked",
            RemoteError::Restored => "restored",
            RemoteError::NotThere => "not_found",
            RemoteError::Refused(_) => "refused",
        },
        Error::Wiped => "wiped",
        Error::SomebodyElse => "somebody_else",
        Error::NotSignedIn => "not_signed_in",
        Error::NoSuchVisit => "no_such_visit",
        Error::NotFound => "not_found",
        Error::TooLate => "too_late",
        Error::NeverCaptured => "never_captured",
        Error::Size => "size",
        Error::Unreadable(_) => "unreadable",
    }
}
