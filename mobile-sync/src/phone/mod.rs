//! A phone: what an app, a native shell or a command line talks to.
//!
//! Every method reads from memory or writes to the disk first; none waits for the network but [`Phone::sign_in`] and
//! [`Phone::pull`]. Sending is the work of [`Phone::run`], which goes on beside them on the same thread. All share the phone
//! by reference, and nothing is borrowed across a wait.

mod acts;
mod begin;
mod driver;
mod evidence;
mod export;
mod improve;
mod view;

#[cfg(feature = "planted")]
mod planted;

pub use acts::Keep;
pub use begin::Beginning;
pub use evidence::{Photo, Signer, Staging};
pub use improve::Task;
#[cfg(feature = "planted")]
pub use planted::Planted;
pub use view::{AnswerView, EvidenceState, EvidenceView, Unseen, VisitView, is_safe_to_leave};

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::bell::Bell;
use crate::environment::{Credentials, Environment, Remote, RemoteError, SignInError, SignedIn};
use crate::media::MediaStore;
use crate::protocol::Line;
use crate::settle::Moment;
use crate::state::{Change, Record, Session, State};
use crate::store::{Store, StoreError, Write};
use crate::vault::{Cost, Secret, Vault, VaultError, WrappedKey};

/// The kinds of rows that a store holds beside the wrapped key.
const KINDS: [&str; 8] = ["session", "feed", "choices", "item", "capture", "given", "row", "receipt"];

/// The kind of row of the wrapped key.
const VAULT: &str = "vault";

/// A phone that is open. Dropping it forgets the key: that is how it is locked.
pub struct Phone<E: Environment> {
    env: E,
    vault: Vault,
    state: RefCell<State>,
    line: Cell<Line>,
    sending: RefCell<BTreeSet<Uuid>>,
    bell: Bell,
    is_wiped: Cell<bool>,
    #[cfg(feature = "planted")]
    planted: planted::Bug,
}

/// Why something was not done. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// Everything was removed from the phone.
    #[error("everything was removed from this phone: open it anew")]
    Wiped,
    /// The phone holds somebody else's work.
    #[error("this phone holds somebody else's work: they sign in and send it, or it is wiped")]
    SomebodyElse,
    /// Nobody has signed in yet, or the session is over.
    #[error("sign in first")]
    NotSignedIn,
    /// There is no such visit here.
    #[error("there is no such visit on this phone")]
    NoSuchVisit,
    /// There is nothing with this id here.
    #[error("there is no such thing on this phone")]
    NotFound,
    /// The server may have it already: it can be changed, but not unmade.
    #[error("this may have been sent already: change it instead")]
    TooLate,
    /// The standard asks that this is never captured.
    #[error("this is never photographed or copied, to protect the people it names: write down what you saw instead")]
    NeverCaptured,
    /// No byte, or more than 64 MiB.
    #[error("a file has at least one byte and at most 64 MiB")]
    Size,
    /// What is kept cannot be read as what this program writes.
    #[error("what is kept on the phone cannot be read: {0}")]
    Unreadable(String),
}

impl<E: Environment> Phone<E> {
    /// Opens what is in the stores, or makes a new phone of empty ones. Media that no record knows are removed.
    ///
    /// # Errors
    /// Above all [`VaultError::WrongSecret`].
    pub async fn open(env: E, secret: Secret<'_>, cost: Cost) -> Result<Self, Error> {
        let random = |bytes: &mut [u8]| env.fill_random(bytes);
        let vault = match env.store().read(VAULT)?.pop() {
            Some((_, wrapped)) => {
                let wrapped: WrappedKey = serde_json::from_slice(&wrapped).map_err(unreadable)?;
                Vault::open(secret, &wrapped)?
            }
            None => {
                let (vault, wrapped) = Vault::create(secret, cost, &random)?;
                keep_key(env.store(), &wrapped)?;
                vault
            }
        };
        let state = read(env.store(), &vault)?;
        for id in env.media().list().await? {
            if !state.captures.get(&id).is_some_and(|capture| capture.has_bytes) {
                env.media().remove(id).await?;
            }
        }
        Ok(Self {
            line: Cell::new(Line::new(env.network())),
            env,
            vault,
            state: RefCell::new(state),
            sending: RefCell::default(),
            bell: Bell::default(),
            is_wiped: Cell::new(false),
            #[cfg(feature = "planted")]
            planted: planted::Bug::default(),
        })
    }

    /// Signs in. What waits here for the same person goes on its way.
    ///
    /// # Errors
    /// The server's, and [`Error::SomebodyElse`].
    pub async fn sign_in(&self, credentials: Credentials<'_>) -> Result<(), Error> {
        let signed_in = self.env.remote().sign_in(&credentials).await?;
        if self.state.borrow().account().is_some_and(|account| account != signed_in.account) {
            return Err(Error::SomebodyElse);
        }
        let SignedIn { token, expires_at, account, name } = signed_in;
        let session = Session::In { account, name, token, expires_at };
        self.line.set(Line::new(self.env.network()));
        self.commit(vec![Change::Put(Record::Session(session))])
    }

    /// Has the phone opened by another secret from now on: when its owner chooses a new PIN.
    ///
    /// # Errors
    /// The store's; the old secret opens it then.
    pub fn change_secret(&self, secret: Secret<'_>, cost: Cost) -> Result<(), Error> {
        let wrapped = self.vault.wrap(secret, cost, &|bytes| self.env.fill_random(bytes))?;
        keep_key(self.env.store(), &wrapped)
    }

    /// Removes everything, the key first.
    ///
    /// # Errors
    /// The stores'. What could not be removed is unreadable, and is removed when a phone is next opened here.
    pub async fn wipe(&self) -> Result<(), Error> {
        self.is_wiped.set(true);
        self.env.store().wipe()?;
        *self.state.borrow_mut() = State::default();
        self.bell.ring();
        erase(self.env.store(), self.env.media()).await
    }

    /// Counts up with every change.
    pub fn revision(&self) -> u64 {
        self.bell.revision()
    }

    /// Waits until something has changed since this revision, and gives the new one. An app draws its screens anew then.
    pub async fn observe(&self, since: u64) -> u64 {
        self.bell.rung_since(since).await
    }

    /// By this phone's clock: when the line is tried again, where it rests.
    pub fn rests_until(&self) -> Option<DateTime<Utc>> {
        self.line.get().rests_until
    }

    /// Looks at what the phone holds.
    pub fn look<T>(&self, at: impl FnOnce(&State) -> T) -> T {
        at(&self.state.borrow())
    }

    /// The world around the phone.
    pub fn environment(&self) -> &E {
        &self.env
    }

    /// Writes changes down, then makes them.
    fn commit(&self, changes: Vec<Change>) -> Result<(), Error> {
        if self.is_wiped.get() {
            return Err(Error::Wiped);
        }
        if changes.is_empty() {
            return Ok(());
        }
        let writes = changes.iter().map(|change| self.sealed(change)).collect::<Result<Vec<_>, Error>>()?;
        self.write_down(writes)?;
        let mut state = self.state.borrow_mut();
        changes.into_iter().for_each(|change| state.apply(change));
        drop(state);
        self.bell.ring();
        Ok(())
    }

    #[cfg(not(feature = "planted"))]
    fn write_down(&self, writes: Vec<Write>) -> Result<(), Error> {
        Ok(self.env.store().write(&writes)?)
    }

    fn sealed(&self, change: &Change) -> Result<Write, Error> {
        match change {
            Change::Put(record) => {
                let (kind, id) = record.key().parts();
                let clear = serde_json::to_vec(record).map_err(unreadable)?;
                let sealed = self.vault.seal(kind, id, &clear, &|bytes| self.env.fill_random(bytes))?;
                Ok(Write::Put { kind, id, sealed })
            }
            Change::Remove(key) => {
                let (kind, id) = key.parts();
                Ok(Write::Remove { kind, id })
            }
        }
    }

    fn moment(&self) -> Moment {
        let mut random = [0; 4];
        self.env.fill_random(&mut random);
        Moment { now: self.env.now(), random: u32::from_le_bytes(random), id: self.env.new_id() }
    }
}

/// Whether a phone is kept in this store, open or locked.
///
/// # Errors
/// The store's.
pub fn is_kept(store: &impl Store) -> Result<bool, Error> {
    Ok(!store.read(VAULT)?.is_empty())
}

/// Removes a phone that nobody can or wants to open, the key first.
///
/// # Errors
/// The stores'. What could not be removed is unreadable, and is removed when a phone is next opened here.
pub async fn erase(store: &impl Store, media: &impl MediaStore) -> Result<(), Error> {
    store.wipe()?;
    for id in media.list().await? {
        media.remove(id).await?;
    }
    Ok(())
}

fn keep_key(store: &impl Store, wrapped: &WrappedKey) -> Result<(), Error> {
    let sealed = serde_json::to_vec(wrapped).map_err(unreadable)?;
    Ok(store.write(&[Write::Put { kind: VAULT, id: Uuid::nil(), sealed }])?)
}

/// Reads everything that a store holds.
fn read(store: &impl Store, vault: &Vault) -> Result<State, Error> {
    let mut state = State::default();
    for kind in KINDS {
        for (id, sealed) in store.read(kind)? {
            let clear = vault.unseal(kind, id, &sealed)?;
            state.apply(Change::Put(serde_json::from_slice(&clear).map_err(unreadable)?));
        }
    }
    Ok(state)
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::Unreadable(error.to_string())
}
