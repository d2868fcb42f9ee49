//! The line between a phone and the server, which loses, cuts, doubles, delays and reorders.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use chrono::TimeDelta;
use uuid::Uuid;
use waymark_mobile_sync::environment::{Begun, Credentials, Remote, Renewed, SignInError, SignedIn, Unsent};
use waymark_mobile_sync::wire::{Command, Page, Verdict};
use waymark_mobile_sync::{Network, RemoteError};

use crate::server::Server;
use crate::service::{Arriving, Service};
use crate::world::World;

/// How bad a line is, in thousandths.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weather {
    /// Requests that do not arrive.
    pub lost: u64,
    /// Answers that do not arrive.
    pub unanswered: u64,
    /// Requests that arrive again, minutes or hours later.
    pub doubled: u64,
    /// Bytes that are cut somewhere.
    pub cut: u64,
}

/// A phone's line.
#[derive(Clone)]
pub struct Line {
    pub world: World,
    pub server: Rc<RefCell<Server>>,
    pub account: Uuid,
    pub network: Rc<Cell<Network>>,
    pub weather: Rc<Cell<Weather>>,
}

impl Line {
    /// Takes a request there, and its answer back.
    async fn call<T: 'static>(
        &self,
        what: &'static str,
        request: impl Fn(&mut Server) -> Result<T, RemoteError> + 'static,
    ) -> Result<T, RemoteError> {
        let weather = self.weather.get();
        let request = Rc::new(request);
        if self.world.chance(weather.doubled) {
            let (request, server, world) = (Rc::clone(&request), Rc::clone(&self.server), self.world.clone());
            let later = self.world.now() + self.world.millis(3 * 3_600_000);
            self.world.at(later, move || {
                let mut server = server.borrow_mut();
                server.set_now(world.now());
                let outcome = request(&mut server).map(|_| ()).map_err(|error| error.to_string());
                world.log(|| format!("{what} again: {outcome:?}"));
            });
        }
        self.world.sleep(self.world.millis(300)).await;
        if self.network.get() == Network::Offline || self.world.chance(weather.lost) {
            self.world.sleep(TimeDelta::seconds(10)).await;
            return Err(RemoteError::Unreachable);
        }
        let answer = {
            let mut server = self.server.borrow_mut();
            server.set_now(self.world.now());
            request(&mut server)
        };
        let outcome = answer.as_ref().map(|_| ()).map_err(ToString::to_string);
        self.world.log(|| format!("{what} of {}: {outcome:?}", self.account.as_u128() & 0xff));
        self.world.sleep(self.world.millis(300)).await;
        if self.network.get() == Network::Offline || self.world.chance(weather.unanswered) {
            return Err(RemoteError::Unreachable);
        }
        answer
    }

    /// What of these bytes arrives.
    fn cut(&self, mut bytes: Vec<u8>) -> Arriving {
        let is_cut = self.world.chance(self.weather.get().cut);
        if is_cut {
            let arrives = self.world.below(bytes.len() as u64 + 1);
            bytes.truncate(usize::try_from(arrives).expect("small"));
        }
        Arriving { bytes, is_cut }
    }
}

impl Remote for Line {
    async fn sign_in(&self, _: &Credentials<'_>) -> Result<SignedIn, SignInError> {
        let account = self.account;
        let token = self.call("sign in", move |server| Ok(server.sign_in(account))).await?;
        // So near its end that it is renewed within the afternoon.
        let expires_at = Some(self.world.now() + TimeDelta::days(30) + TimeDelta::hours(1));
        Ok(SignedIn { token, expires_at, account, name: "Sam".to_owned() })
    }

    async fn refresh(&self, token: &str, key: Uuid) -> Result<Renewed, RemoteError> {
        let token = token.to_owned();
        let token = self.call("refresh", move |server| server.refresh(&token, key)).await?;
        Ok(Renewed { token, expires_at: self.world.now() + TimeDelta::days(90) })
    }

    async fn pull(&self, token: &str, after: Option<&str>, _: Unsent) -> Result<Page, RemoteError> {
        let (token, after) = (token.to_owned(), after.map(str::to_owned));
        self.call("pull", move |server| server.pull(&token, after.as_deref())).await
    }

    async fn push(&self, token: &str, epoch: &str, commands: &[Command]) -> Result<Vec<Verdict>, RemoteError> {
        let (token, epoch, commands) = (token.to_owned(), epoch.to_owned(), commands.to_vec());
        self.call("push", move |server| server.push(&token, &epoch, &commands)).await
    }

    async fn begin(&self, token: &str, file: Uuid, size: u64, first: Vec<u8>) -> Result<Begun, RemoteError> {
        let (token, first) = (token.to_owned(), self.cut(first));
        let is_cut = first.is_cut;
        let begun = self.call("begin", move |server| server.begin(&token, file, size, &first)).await;
        if is_cut { Err(RemoteError::Unreachable) } else { begun }
    }

    async fn offset(&self, token: &str, upload: &str) -> Result<Option<u64>, RemoteError> {
        let (token, upload) = (token.to_owned(), upload.to_owned());
        self.call("offset", move |server| server.offset(&token, &upload)).await
    }

    async fn send(&self, token: &str, upload: &str, offset: u64, bytes: Vec<u8>) -> Result<u64, RemoteError> {
        let (token, upload, bytes) = (token.to_owned(), upload.to_owned(), self.cut(bytes));
        let is_cut = bytes.is_cut;
        let sent = self.call("send", move |server| server.send(&token, &upload, offset, &bytes)).await;
        if is_cut { Err(RemoteError::Unreachable) } else { sent }
    }
}
