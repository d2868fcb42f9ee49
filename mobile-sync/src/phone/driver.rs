//! The driver: takes one step after another, as [`next_step`] decides, and notes what came of each.

use std::future::Future;
use std::pin::pin;

use futures_util::future::select;
use uuid::Uuid;

use super::{Error, Phone};
use crate::backoff;
use crate::environment::{Begun, Environment, Network, Remote, RemoteError, Renewed, Unsent};
use crate::item::{Item, Upload, Work};
use crate::media::MediaStore;
#[cfg(not(feature = "planted"))]
use crate::protocol::next_step;
use crate::protocol::{Line, Step, tidied};
use crate::receipt::is_signed;
use crate::state::{Change, Record, Session};
use crate::vault::{CHUNK, VaultError, sealed_length, sealed_offset};
use crate::wire::{Receipt, Verdict};
use crate::{feed, settle};

/// Bytes in clear that are sent at once: small enough that an answer does not wait long behind them.
const STRETCH: usize = 16 * CHUNK;

impl<E: Environment> Phone<E> {
    /// Sends, reads and tidies for as long as the phone is open. Ends when it was wiped.
    pub async fn run(&self) {
        loop {
            let revision = self.revision();
            match self.step().await {
                Ok(Step::Rest(until)) => self.rest(revision, until).await,
                Ok(Step::Wipe) | Err(Error::Wiped) => return,
                Ok(_) => {}
                // The disk is full, or fails: what was to be noted is not, and is done again.
                Err(_) => {
                    self.line_failed(&RemoteError::Unavailable);
                    self.rest(self.revision(), self.line.get().rests_until).await;
                }
            }
        }
    }

    /// Takes steps until there is nothing to do just now. Says when there will be, where that is known.
    ///
    /// # Errors
    /// The stores'.
    pub async fn run_until_rest(&self) -> Result<Option<chrono::DateTime<chrono::Utc>>, Error> {
        loop {
            if let Step::Rest(until) = self.step().await? {
                return Ok(until);
            }
        }
    }

    /// Reads the feed to its end, now.
    ///
    /// # Errors
    /// The server's and the stores'.
    pub async fn pull(&self) -> Result<(), Error> {
        let mut line = self.line.get();
        line.pull_wanted = true;
        self.line.set(line);
        while self.line.get().pull_wanted {
            self.pull_page().await??;
        }
        Ok(())
    }

    /// Takes one step, and says which.
    ///
    /// # Errors
    /// The stores'. What the server does is no error, but noted.
    pub async fn step(&self) -> Result<Step, Error> {
        if self.is_wiped.get() {
            return Err(Error::Wiped);
        }
        self.look_at_network();
        let step = self.next();
        match &step {
            Step::Wipe => self.wipe().await?,
            Step::Refresh => self.refresh().await?,
            Step::Tidy(captures) => self.tidy(captures).await?,
            Step::Push(items) => self.push(items).await?,
            Step::Pull => drop(self.pull_page().await?),
            Step::Send(item) => self.send(*item).await?,
            Step::Rest(_) => {}
        }
        Ok(step)
    }

    #[cfg(not(feature = "planted"))]
    fn next(&self) -> Step {
        next_step(self.env.now(), &self.state.borrow(), &self.line.get())
    }

    /// Whether this item is on its way at this moment.
    pub fn is_sending(&self, item: Uuid) -> bool {
        self.sending.borrow().contains(&item)
    }

    async fn rest(&self, revision: u64, until: Option<chrono::DateTime<chrono::Utc>>) {
        let rung = pin!(self.bell.rung_since(revision));
        let changed = pin!(self.env.network_changed());
        let woken = select(rung, changed);
        match until {
            Some(until) => {
                select(woken, pin!(self.env.sleep_until(until))).await;
            }
            None => {
                woken.await;
            }
        }
    }

    /// Connected anew, the line rests no longer.
    fn look_at_network(&self) {
        let (line, network) = (self.line.get(), self.env.network());
        if line.network != network {
            let fresh = if network == Network::Offline { Line { network, ..line } } else { Line::new(network) };
            self.line.set(fresh);
        }
    }

    /// Asks for a new token. Whatever comes of it, it is not asked for again at once.
    async fn refresh(&self) -> Result<(), Error> {
        let Some(used) = self.token() else { return Ok(()) };
        let until = Some(self.env.now() + backoff::LONGEST);
        self.line.set(Line { refresh_rests_until: until, ..self.line.get() });
        let renewed = match self.env.remote().refresh(&used, self.env.new_id()).await {
            Ok(renewed) => renewed,
            Err(error) => return self.failed(&used, &[], &error).await,
        };
        self.line_held(false);
        let change = self.look(|state| match &state.session {
            // Its owner may have signed in anew meanwhile.
            Session::In { account, name, token, .. } if *token == used => {
                let (account, name) = (*account, name.clone());
                let Renewed { token, expires_at } = renewed;
                let session = Session::In { account, name, token, expires_at: Some(expires_at) };
                Some(Change::Put(Record::Session(session)))
            }
            _ => None,
        });
        self.commit(change.into_iter().collect())
    }

    async fn tidy(&self, captures: &[Uuid]) -> Result<(), Error> {
        let changes = self.look(|state| {
            let captures = captures.iter().filter_map(|id| state.captures.get(id));
            captures.filter_map(|capture| tidied(capture, state)).collect()
        });
        self.commit(changes)?;
        for id in captures {
            self.env.media().remove(*id).await?;
        }
        Ok(())
    }

    async fn push(&self, ids: &[Uuid]) -> Result<(), Error> {
        let Some(token) = self.token() else { return Ok(()) };
        let epoch = self.look(|state| state.feed.epoch.clone()).unwrap_or_default();
        let begun = {
            let state = self.state.borrow();
            ids.iter().filter_map(|id| state.items.get(id)).map(|item| settle::begin(item, &state)).collect()
        };
        self.commit(begun)?;
        let items: Vec<Item> = ids.iter().filter_map(|id| self.state.borrow().items.get(id).cloned()).collect();
        let commands = items.iter().filter_map(settle::command);
        #[cfg(feature = "planted")]
        let commands = commands.map(|command| self.with_planted_key(command));
        let commands: Vec<_> = commands.collect();
        let answer = self.sending(ids, self.env.remote().push(&token, &epoch, &commands)).await;
        match answer {
            Ok(verdicts) if verdicts.len() == items.len() => self.settle(&items, verdicts),
            Ok(_) => self.failed(&token, &items, &RemoteError::Unreachable).await,
            Err(error) => self.failed(&token, &items, &error).await,
        }
    }

    fn settle(&self, items: &[Item], verdicts: Vec<Verdict>) -> Result<(), Error> {
        let is_unknown = |receipt: &Receipt| self.look(|state| !is_signed(receipt, &state.feed.receipt_keys));
        // The feed says what stood in the way of what was refused, and names the key of a receipt.
        let wants_news = |verdict: &Verdict| match verdict {
            Verdict::Refused(_) => true,
            Verdict::Done(done) => done.receipt.as_ref().is_some_and(is_unknown),
            Verdict::Failed => false,
        };
        self.line_held(verdicts.iter().any(wants_news));
        for (item, verdict) in items.iter().zip(verdicts) {
            let changes = settle::settle(&self.state.borrow(), item, verdict, self.moment());
            self.commit(changes)?;
        }
        Ok(())
    }

    async fn pull_page(&self) -> Result<Result<(), RemoteError>, Error> {
        let Some(token) = self.token() else { return Ok(Err(RemoteError::SignedOut)) };
        let (cursor, unsent) = {
            let state = self.state.borrow();
            (state.feed.cursor.clone(), unsent(state.items.values()))
        };
        let page = match self.env.remote().pull(&token, cursor.as_deref(), unsent).await {
            Ok(page) => page,
            Err(error) => {
                self.pull_failed(&error);
                self.failed(&token, &[], &error).await?;
                return Ok(Err(error));
            }
        };
        let is_caught_up = page.is_caught_up;
        let changes = feed::merge(&self.state.borrow(), page, || self.env.new_id());
        self.commit(changes)?;
        if is_caught_up {
            let changes = feed::caught_up(&self.state.borrow());
            self.commit(changes)?;
            if self.look(|state| state.feed.restored_at.is_some()) {
                let changes = feed::offer(&self.state.borrow(), || self.env.new_id());
                self.commit(changes)?;
            }
        }
        self.line_held(false);
        let line = Line { pulled_at: Some(self.env.now()), pull_wanted: !is_caught_up, ..self.line.get() };
        self.line.set(Line { pull_failures: 0, pull_rests_until: None, ..line });
        Ok(Ok(()))
    }

    /// Sends the next stretch of an item's bytes; where it is not known how many have arrived, asks.
    async fn send(&self, id: Uuid) -> Result<(), Error> {
        let Some(token) = self.token() else { return Ok(()) };
        let Some(item) = self.look(|state| state.items.get(&id).cloned()) else { return Ok(()) };
        let Work::Bytes { evidence, size, upload } = &item.work else { return Ok(()) };
        let answer = match upload {
            Some(Upload { url, offset: None }) => {
                match self.sending(&[id], self.env.remote().offset(&token, url)).await {
                    Ok(Some(offset)) => Ok(Some((url.clone(), offset))),
                    Ok(None) => return self.changed(id, settle::gone),
                    Err(error) => Err(error),
                }
            }
            Some(Upload { url, offset: Some(offset) }) => {
                let Some(bytes) = self.stretch(*evidence, *offset).await? else {
                    return self.changed(id, settle::damaged);
                };
                let sent = self.sending(&[id], self.env.remote().send(&token, url, *offset, bytes)).await;
                sent.map(|offset| Some((url.clone(), offset)))
            }
            None => {
                let file = self.look(|state| state.captures.get(evidence).and_then(|capture| capture.file));
                let (Some(file), Some(bytes)) = (file, self.stretch(*evidence, 0).await?) else {
                    return self.changed(id, settle::damaged);
                };
                // What a first attempt may have brought in vain does not go twice: from an upload whose address is known, no byte does.
                let bytes = if item.attempts > 0 { Vec::new() } else { bytes };
                match self.sending(&[id], self.env.remote().begin(&token, file, *size, bytes)).await {
                    Ok(Begun::Upload { url, offset }) => Ok(Some((url, offset))),
                    Ok(Begun::Settled) => Ok(None),
                    Err(error) => Err(error),
                }
            }
        };
        match answer {
            Ok(arrived) => self.arrived(id, arrived),
            Err(error) => self.failed(&token, &[item], &error).await,
        }
    }

    fn arrived(&self, id: Uuid, arrived: Option<(String, u64)>) -> Result<(), Error> {
        self.line_held(false);
        let change = {
            let state = self.state.borrow();
            // Taken back while it was on its way: nothing to note.
            let Some(item) = state.items.get(&id) else { return Ok(()) };
            let begun = arrived.map_or(Begun::Settled, |(url, offset)| Begun::Upload { url, offset });
            settle::begun(&state, item, begun)
        };
        self.commit(vec![change])
    }

    fn changed(&self, id: Uuid, change: impl FnOnce(&Item) -> Change) -> Result<(), Error> {
        let change = self.look(|state| state.items.get(&id).map(change));
        self.commit(change.into_iter().collect())
    }

    /// The bytes in clear from this offset on; none where they cannot be read any more.
    async fn stretch(&self, id: Uuid, offset: u64) -> Result<Option<Vec<u8>>, Error> {
        let Some((nonce, size)) = self.look(|state| {
            let capture = state.captures.get(&id)?;
            Some((capture.nonce.as_slice().try_into().ok()?, capture.announced.bytes.size))
        }) else {
            return Ok(None);
        };
        let Ok(first) = u32::try_from(offset / CHUNK as u64) else { return Ok(None) };
        let length = sealed_length(STRETCH / CHUNK);
        let Some(sealed) = self.env.media().read(id, sealed_offset(first), length).await? else { return Ok(None) };
        match self.vault.unseal_media(id, &nonce, size, first, &sealed) {
            Ok(mut clear) => {
                let skip = usize::try_from(offset % CHUNK as u64).unwrap_or_default().min(clear.len());
                clear.drain(..skip);
                Ok((!clear.is_empty()).then_some(clear))
            }
            Err(VaultError::Damaged | VaultError::WrongSecret) => Ok(None),
        }
    }

    async fn sending<T>(&self, ids: &[Uuid], call: impl Future<Output = T>) -> T {
        self.sending.borrow_mut().extend(ids);
        self.bell.ring();
        let answer = call.await;
        self.sending.borrow_mut().clear();
        answer
    }

    fn token(&self) -> Option<String> {
        self.look(|state| match &state.session {
            Session::In { token, .. } => Some(token.clone()),
            _ => None,
        })
    }

    fn line_held(&self, pull_wanted: bool) {
        let line = self.line.get();
        let pull_wanted = line.pull_wanted || pull_wanted;
        self.line.set(Line { failures: 0, rests_until: None, pull_wanted, ..line });
    }

    fn line_failed(&self, error: &RemoteError) {
        if !matches!(error, RemoteError::Unreachable | RemoteError::Unavailable) {
            return;
        }
        let (line, moment) = (self.line.get(), self.moment());
        let failures = line.failures + 1;
        let until = moment.now + backoff::wait(failures, backoff::LONGEST_LINE, moment.random);
        self.line.set(Line { failures, rests_until: Some(until), ..line });
    }

    fn pull_failed(&self, error: &RemoteError) {
        if *error == RemoteError::SignedOut {
            return;
        }
        let (line, moment) = (self.line.get(), self.moment());
        let pull_failures = line.pull_failures + 1;
        let until = moment.now + backoff::wait(pull_failures, backoff::LONGEST, moment.random);
        self.line.set(Line { pull_failures, pull_rests_until: Some(until), ..line });
    }

    /// Notes what a call that brought nothing means for the session, the line, and the items that it was about.
    async fn failed(&self, token: &str, items: &[Item], error: &RemoteError) -> Result<(), Error> {
        self.line_failed(error);
        if *error == RemoteError::Restored {
            self.line.set(Line { pull_wanted: true, ..self.line.get() });
        }
        let (changes, is_revoked) = {
            let state = self.state.borrow();
            let there = items.iter().filter(|item| state.items.contains_key(&item.id));
            let mut changes: Vec<_> = there.map(|item| settle::failed(item, error, self.moment())).collect();
            let ended = ended(&state.session, token, error);
            let is_revoked = matches!(ended, Some(Change::Put(Record::Session(Session::Revoked))));
            changes.extend(ended);
            (changes, is_revoked)
        };
        match self.commit(changes) {
            // Removing needs no room: a revoked phone does not wait until its disk can take a note of it.
            Err(Error::Store(_)) if is_revoked => self.wipe().await,
            noted => noted,
        }
    }
}

/// What an error means for the session that it was about.
fn ended(session: &Session, used: &str, error: &RemoteError) -> Option<Change> {
    let Session::In { account, name, token, .. } = session else { return None };
    let session = match error {
        RemoteError::Revoked if token == used => Session::Revoked,
        RemoteError::SignedOut if token == used => Session::Out { account: *account, name: name.clone() },
        _ => return None,
    };
    Some(Change::Put(Record::Session(session)))
}

/// What the server lacks.
fn unsent<'a>(items: impl Iterator<Item = &'a Item>) -> Unsent {
    items.fold(Unsent::default(), |unsent, item| match item.work {
        Work::Answer(_) => Unsent { answers: unsent.answers + 1, ..unsent },
        Work::Bytes { .. } => Unsent { photos: unsent.photos + 1, ..unsent },
        _ => unsent,
    })
}
