//! What a native program gives a phone: a directory to keep everything in, HTTP, the system's clock and chance.

mod http;

pub use http::{AddressError, Http};

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::environment::{Environment, Network};
use crate::media::DirectoryMedia;
use crate::remote::Server;
use crate::store::{SqliteStore, StoreError};

/// The surroundings of a phone that is a directory on this machine. It runs on tokio, on one thread.
#[derive(Debug)]
pub struct Shell {
    store: SqliteStore,
    media: DirectoryMedia,
    server: Server<Http>,
    network: watch::Sender<Network>,
}

impl Shell {
    /// Opens the directory, or makes it. The network is what whoever calls says it is.
    ///
    /// # Errors
    /// The stores': above all where another program has the phone open.
    pub fn open(directory: &Path, server: Http, network: Network) -> Result<Self, StoreError> {
        std::fs::create_dir_all(directory)?;
        let store = SqliteStore::open(&directory.join("phone.sqlite"))?;
        let media = DirectoryMedia::open(directory.join("media"))?;
        Ok(Self { store, media, server: Server::new(server), network: watch::Sender::new(network) })
    }

    /// Says that the network is another one now.
    pub fn set_network(&self, network: Network) {
        self.network.send_replace(network);
    }
}

impl Environment for Shell {
    type Store = SqliteStore;
    type Media = DirectoryMedia;
    type Remote = Server<Http>;

    fn store(&self) -> &SqliteStore {
        &self.store
    }

    fn media(&self) -> &DirectoryMedia {
        &self.media
    }

    fn remote(&self) -> &Server<Http> {
        &self.server
    }

    #[expect(clippy::disallowed_methods, reason = "the one place of a native phone that asks the machine for the time")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system's random source is there as long as the system is");
    }

    fn network(&self) -> Network {
        *self.network.borrow()
    }

    async fn network_changed(&self) {
        // What the network is at this moment counts as seen. The sender is `self`, so there will be another.
        let _ = self.network.subscribe().changed().await;
    }

    #[expect(clippy::disallowed_methods, reason = "the one place of a native phone that waits for the clock")]
    async fn sleep_until(&self, instant: DateTime<Utc>) {
        tokio::time::sleep((instant - self.now()).to_std().unwrap_or(Duration::ZERO)).await;
    }
}
