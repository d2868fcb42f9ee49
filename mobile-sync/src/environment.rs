//! What a phone needs from the world around it, all of it injected: so that thousands of them can be simulated, and so
//! that a browser, a native shell and a command line each bring their own.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::media::MediaStore;
use crate::store::Store;
use crate::wire::{Command, Page, Verdict};

/// The world around a phone.
pub trait Environment {
    /// Where rows are kept.
    type Store: Store;
    /// Where staged bytes are kept.
    type Media: MediaStore;
    /// The server.
    type Remote: Remote;

    fn store(&self) -> &Self::Store;
    fn media(&self) -> &Self::Media;
    fn remote(&self) -> &Self::Remote;

    /// The phone's clock, which may be wrong by hours, and jump.
    fn now(&self) -> DateTime<Utc>;
    /// Fills with bytes that nobody can guess.
    fn fill_random(&self, bytes: &mut [u8]);
    /// What the phone is connected by.
    fn network(&self) -> Network;
    /// Ends when the phone is connected in another way than at the time of the call.
    async fn network_changed(&self);
    /// Ends at this instant of the phone's clock, or some time after it.
    async fn sleep_until(&self, instant: DateTime<Utc>);

    /// An id for something new: a UUIDv7 of the phone's clock.
    fn new_id(&self) -> Uuid {
        let mut random = [0; 10];
        self.fill_random(&mut random);
        let millis = self.now().timestamp_millis().try_into().unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// What the phone is connected by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// Nothing.
    Offline,
    /// Something that is paid for by the byte, or a phone's hotspot.
    Metered,
    /// Wi-Fi, a cable.
    Unmetered,
}

/// The server, as the phone calls it.
///
/// A portal of a guest network answers in the server's place. So an answer counts as the server's only when it has the
/// server's form; anything else is [`RemoteError::Unreachable`]. Above all, nobody else may say "revoked".
pub trait Remote {
    /// Opens a session of the device kind.
    async fn sign_in(&self, credentials: &Credentials<'_>) -> Result<SignedIn, SignInError>;
    /// A new token for the session, well before its end. The old one is good until the new one is first used, so a lost answer
    /// costs nothing.
    async fn refresh(&self, token: &str, key: Uuid) -> Result<Renewed, RemoteError>;
    /// The feed's page after the cursor; the first without one.
    async fn pull(&self, token: &str, after: Option<&str>, unsent: Unsent) -> Result<Page, RemoteError>;
    /// Has commands done, each on its own, by a server of this epoch. Verdicts come in the order of the commands.
    async fn push(&self, token: &str, epoch: &str, commands: &[Command]) -> Result<Vec<Verdict>, RemoteError>;
    /// Begins to send the bytes of a file, with the first of them, or with none.
    async fn begin(&self, token: &str, file: Uuid, size: u64, first: Vec<u8>) -> Result<Begun, RemoteError>;
    /// How many bytes of an upload have arrived; none where there is no such upload any more.
    async fn offset(&self, token: &str, upload: &str) -> Result<Option<u64>, RemoteError>;
    /// Sends more bytes of an upload, and says how many have arrived altogether.
    async fn send(&self, token: &str, upload: &str, offset: u64, bytes: Vec<u8>) -> Result<u64, RemoteError>;
}

/// Who wants to sign in.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    pub email: &'a str,
    pub password: &'a str,
    /// What its owner calls the phone.
    pub device: &'a str,
    /// What the owner's authenticator app shows, where the account has one.
    pub code: Option<&'a str>,
}

/// Somebody who is signed in.
#[derive(Clone, PartialEq)]
pub struct SignedIn {
    pub token: String,
    /// When the session ends, by the server's clock.
    pub expires_at: Option<DateTime<Utc>>,
    pub account: Uuid,
    pub name: String,
}

/// A session's new token.
#[derive(Clone, PartialEq)]
pub struct Renewed {
    pub token: String,
    /// By the server's clock.
    pub expires_at: DateTime<Utc>,
}

/// How far a begun upload came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// So many bytes have arrived at this address.
    Upload { url: String, offset: u64 },
    /// The file takes no more bytes: an earlier upload brought all of them.
    Settled,
}

/// What a phone still holds that the server lacks. A coordinator sees it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unsent {
    pub answers: usize,
    pub photos: usize,
}

/// Why a call to the server brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// No answer, half an answer, or somebody else's answer. What was asked may have been done.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The server answered that it cannot just now.
    #[error("the server cannot answer just now")]
    Unavailable,
    /// The session is over: sign in again. Nothing is lost.
    #[error("the session is over: sign in again")]
    SignedOut,
    /// The phone's session was revoked: whatever it holds must go.
    #[error("this device was signed out by somebody in charge")]
    Revoked,
    /// The server was restored since the feed was read: revisions are not what they were. Nothing was done.
    #[error("the server was restored: read its feed first")]
    Restored,
    /// There is no such thing there, though there was or should be.
    #[error("the server does not know this")]
    NotThere,
    /// The server will never do this, and says why.
    #[error("the server refuses: {0}")]
    Refused(String),
}

/// Why nobody was signed in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// In the server's words.
    #[error("{0}")]
    Refused(String),
    /// The password is right, and a code is wanted as well: sign in with it.
    #[error("this account wants the code of its authenticator app as well")]
    CodeWanted,
    /// The account must have a second factor, and has none yet.
    #[error("this account needs an authenticator app: sign in once in a browser, which sets it up")]
    NoSecondFactor,
    #[error(transparent)]
    Remote(#[from] RemoteError),
}
