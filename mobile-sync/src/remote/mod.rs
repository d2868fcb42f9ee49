//! The server, as a phone calls it: the graph for what is small, tus for bytes, over any [`Transport`].
//!
//! The operations are files, `operations/*.graphql`, held against `schema.graphql` when this is compiled. What an answer means is
//! decided here, once, for every transport: whether it is the server's at all (a guest network's portal answers in its
//! place), and which [`RemoteError`] it stands for.

mod commands;
mod graph;
mod rows;
#[cfg(test)]
mod script;
mod session;
pub mod transport;
mod tus;

pub use transport::Transport;

use uuid::Uuid;

use crate::environment::{Begun, Credentials, Remote, RemoteError, Renewed, SignInError, SignedIn, Unsent};
use crate::wire::{Command, Page, Verdict};

/// A server behind a transport.
#[derive(Debug, Clone)]
pub struct Server<T> {
    transport: T,
}

impl<T: Transport> Server<T> {
    /// The server that this transport leads to.
    pub fn new(transport: T) -> Self {
        Self { transport }
    }
}

impl<T: Transport> Remote for Server<T> {
    async fn sign_in(&self, credentials: &Credentials<'_>) -> Result<SignedIn, SignInError> {
        session::sign_in(&self.transport, credentials).await
    }

    async fn refresh(&self, token: &str, key: Uuid) -> Result<Renewed, RemoteError> {
        session::refresh(&self.transport, token, key).await
    }

    async fn pull(&self, token: &str, after: Option<&str>, unsent: Unsent) -> Result<Page, RemoteError> {
        rows::pull(&self.transport, token, after, unsent).await
    }

    async fn push(&self, token: &str, epoch: &str, commands: &[Command]) -> Result<Vec<Verdict>, RemoteError> {
        commands::push(&self.transport, token, epoch, commands).await
    }

    async fn begin(&self, token: &str, file: Uuid, size: u64, first: Vec<u8>) -> Result<Begun, RemoteError> {
        tus::begin(&self.transport, token, file, size, first).await
    }

    async fn offset(&self, token: &str, upload: &str) -> Result<Option<u64>, RemoteError> {
        tus::offset(&self.transport, token, upload).await
    }

    async fn send(&self, token: &str, upload: &str, offset: u64, bytes: Vec<u8>) -> Result<u64, RemoteError> {
        tus::send(&self.transport, token, upload, offset, bytes).await
    }
}
