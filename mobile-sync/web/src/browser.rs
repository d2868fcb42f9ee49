//! The world around a phone in a browser.

use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use gloo_timers::future::TimeoutFuture;
use mobile_sync::remote::Server;
use mobile_sync::store::SqliteStore;
use mobile_sync::{Environment, Network};

use crate::fetch::SameOrigin;
use crate::media::{OpfsMedia, worker};
use crate::network::{self, Listener};

/// The longest that a timer is set for: a browser that sleeps stops its timers, and the clock goes on.
const LONGEST_TIMER: TimeDelta = TimeDelta::seconds(30);

/// A browser. A clone is the same one.
#[derive(Clone)]
pub struct Browser {
    store: Rc<SqliteStore>,
    media: OpfsMedia,
    server: Server<SameOrigin>,
    listener: Rc<Listener>,
}

impl Browser {
    /// A browser that keeps rows and media here.
    pub fn new(store: SqliteStore, media: OpfsMedia) -> Self {
        let server = Server::new(SameOrigin);
        Self { store: Rc::new(store), media, server, listener: Rc::new(Listener::new()) }
    }
}

impl Environment for Browser {
    type Store = SqliteStore;
    type Media = OpfsMedia;
    type Remote = Server<SameOrigin>;

    fn store(&self) -> &SqliteStore {
        &self.store
    }

    fn media(&self) -> &OpfsMedia {
        &self.media
    }

    fn remote(&self) -> &Server<SameOrigin> {
        &self.server
    }

    fn now(&self) -> DateTime<Utc> {
        // Milliseconds since 1970 are whole, and far from what cannot be a date.
        DateTime::from_timestamp_millis(js_sys::Date::now() as i64).unwrap_or_default()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        let chance = worker().crypto().expect("every worker of a secure page has crypto");
        // A browser gives 65,536 bytes at once at most.
        for part in bytes.chunks_mut(1 << 16) {
            chance.get_random_values_with_u8_array(part).expect("so few bytes are never refused");
        }
    }

    fn network(&self) -> Network {
        network::network()
    }

    async fn network_changed(&self) {
        self.listener.changed().await;
    }

    async fn sleep_until(&self, instant: DateTime<Utc>) {
        loop {
            let rest = instant - self.now();
            if rest <= TimeDelta::zero() {
                return;
            }
            let millis = rest.min(LONGEST_TIMER).num_milliseconds() + 1;
            TimeoutFuture::new(u32::try_from(millis).unwrap_or_default()).await;
        }
    }
}
