//! The world around a phone: stores in memory, and a server that says one page.

use std::cell::RefCell;
use std::future::pending;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use waymark_mobile_sync::environment::{Begun, Credentials, Renewed, SignInError, SignedIn, Unsent};
use waymark_mobile_sync::media::MemoryMedia;
use waymark_mobile_sync::store::MemoryStore;
use waymark_mobile_sync::wire::{Command, FeedItem, Page, Verdict};
use waymark_mobile_sync::{Environment, Network, Remote, RemoteError};

use crate::{id, noon, rows};

/// A server that says one page and nothing more.
#[derive(Clone, Default)]
pub struct OnePage;

impl Remote for OnePage {
    async fn sign_in(&self, _: &Credentials<'_>) -> Result<SignedIn, SignInError> {
        Ok(SignedIn { token: "token".into(), expires_at: None, account: id(1), name: "Ines Calder".into() })
    }

    async fn refresh(&self, _: &str, _: Uuid) -> Result<Renewed, RemoteError> {
        Err(RemoteError::Unreachable)
    }

    async fn pull(&self, _: &str, _: Option<&str>, _: Unsent) -> Result<Page, RemoteError> {
        let items = rows().into_iter().map(FeedItem::Row).collect();
        Ok(Page { epoch: "one".into(), restarts: true, cursor: "end".into(), is_caught_up: true, at: noon(), items })
    }

    async fn push(&self, _: &str, _: &str, _: &[Command]) -> Result<Vec<Verdict>, RemoteError> {
        Err(RemoteError::Unreachable)
    }

    async fn begin(&self, _: &str, _: Uuid, _: u64, _: Vec<u8>) -> Result<Begun, RemoteError> {
        Err(RemoteError::Unreachable)
    }

    async fn offset(&self, _: &str, _: &str) -> Result<Option<u64>, RemoteError> {
        Err(RemoteError::Unreachable)
    }

    async fn send(&self, _: &str, _: &str, _: u64, _: Vec<u8>) -> Result<u64, RemoteError> {
        Err(RemoteError::Unreachable)
    }
}

/// A world in memory. A clone is the same one.
#[derive(Clone, Default)]
pub struct World {
    pub store: MemoryStore,
    pub media: MemoryMedia,
    chance: RefCell<u64>,
}

impl Environment for World {
    type Store = MemoryStore;
    type Media = MemoryMedia;
    type Remote = OnePage;

    fn store(&self) -> &MemoryStore {
        &self.store
    }

    fn media(&self) -> &MemoryMedia {
        &self.media
    }

    fn remote(&self) -> &OnePage {
        &OnePage
    }

    fn now(&self) -> DateTime<Utc> {
        noon()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mut next = self.chance.borrow_mut();
            *next = next.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = next.to_be_bytes()[0];
        }
    }

    fn network(&self) -> Network {
        Network::Metered
    }

    async fn network_changed(&self) {
        pending::<()>().await;
    }

    async fn sleep_until(&self, _: DateTime<Utc>) {
        pending::<()>().await;
    }
}
