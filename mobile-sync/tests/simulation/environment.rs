//! A simulated phone's surroundings: a clock that is wrong, a disk that fills up or dies, a network that comes and goes.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use waymark_mobile_sync::media::{MediaStore, MemoryMedia};
use waymark_mobile_sync::store::{MemoryStore, Store, StoreError, Write};
use waymark_mobile_sync::{Environment, Network};

use crate::line::Line;
use crate::world::World;

/// What befalls a phone's disk.
#[derive(Debug, Default)]
pub struct Fate {
    /// How many more writes there are before the phone is killed, and whether the last one happens.
    pub writes_left: Cell<Option<(u64, bool)>>,
    pub is_dead: Cell<bool>,
    pub is_full: Cell<bool>,
}

impl Fate {
    /// Lets a write happen, or not. The write at which a phone dies may have happened.
    fn write(&self, write: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
        let dead = || Err(StoreError::Failed("killed".to_owned()));
        if self.is_dead.get() {
            return dead();
        }
        if self.is_full.get() {
            return Err(StoreError::Full);
        }
        match self.writes_left.get() {
            Some((0, happens)) => {
                self.is_dead.set(true);
                if happens {
                    write()?;
                }
                dead()
            }
            left => {
                self.writes_left.set(left.map(|(left, happens)| (left - 1, happens)));
                write()
            }
        }
    }
}

/// Rows that outlive the phone.
#[derive(Clone, Default)]
pub struct Disk {
    pub rows: MemoryStore,
    pub media: MemoryMedia,
    pub fate: Rc<Fate>,
}

impl Store for Disk {
    fn write(&self, writes: &[Write]) -> Result<(), StoreError> {
        self.fate.write(|| self.rows.write(writes))
    }

    fn read(&self, kind: &str) -> Result<Vec<(Uuid, Vec<u8>)>, StoreError> {
        self.rows.read(kind)
    }

    fn wipe(&self) -> Result<(), StoreError> {
        // Removing needs no room, but a phone that runs.
        if self.fate.is_dead.get() { Err(StoreError::Failed("killed".to_owned())) } else { self.rows.wipe() }
    }
}

impl MediaStore for Disk {
    async fn put(&self, id: Uuid, sealed: &[u8]) -> Result<(), StoreError> {
        use futures_util::FutureExt;
        self.fate.write(|| self.media.put(id, sealed).now_or_never().unwrap_or(Ok(())))
    }

    async fn read(&self, id: Uuid, offset: u64, length: usize) -> Result<Option<Vec<u8>>, StoreError> {
        self.media.read(id, offset, length).await
    }

    async fn remove(&self, id: Uuid) -> Result<(), StoreError> {
        if self.fate.is_dead.get() { Err(StoreError::Failed("killed".to_owned())) } else { self.media.remove(id).await }
    }

    async fn list(&self) -> Result<Vec<Uuid>, StoreError> {
        self.media.list().await
    }
}

/// A network that comes and goes.
#[derive(Clone)]
pub struct Connection {
    pub network: Rc<Cell<Network>>,
    waiting: Rc<RefCell<Vec<Waker>>>,
}

impl Connection {
    pub fn new() -> Self {
        Self { network: Rc::new(Cell::new(Network::Unmetered)), waiting: Rc::default() }
    }

    pub fn set(&self, network: Network) {
        self.network.set(network);
        self.waiting.take().into_iter().for_each(Waker::wake);
    }
}

/// The surroundings of one phone.
pub struct Surroundings {
    pub world: World,
    pub disk: Disk,
    pub line: Line,
    pub connection: Connection,
    pub skew: Rc<Cell<TimeDelta>>,
    pub is_asleep: Cell<bool>,
}

impl Environment for Surroundings {
    type Store = Disk;
    type Media = Disk;
    type Remote = Line;

    fn store(&self) -> &Disk {
        &self.disk
    }

    fn media(&self) -> &Disk {
        &self.disk
    }

    fn remote(&self) -> &Line {
        &self.line
    }

    fn now(&self) -> DateTime<Utc> {
        self.world.now() + self.skew.get()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.world.fill(bytes);
    }

    fn network(&self) -> Network {
        self.connection.network.get()
    }

    async fn network_changed(&self) {
        let before = self.connection.network.get();
        poll_fn(|context| {
            if self.connection.network.get() != before {
                return Poll::Ready(());
            }
            let mut waiting = self.connection.waiting.borrow_mut();
            if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    /// A timer that panics where it is misused: two at once, one that does not wait, one that waits for ever.
    async fn sleep_until(&self, instant: DateTime<Utc>) {
        let wait = instant - self.now();
        assert!(wait > TimeDelta::zero(), "a wait that does not wait");
        assert!(wait <= TimeDelta::hours(1), "a wait of {wait}");
        assert!(!self.is_asleep.replace(true), "two waits at once");
        let awake = Awake(&self.is_asleep);
        self.world.sleep(wait).await;
        drop(awake);
    }
}

/// Notes that a wait is over, also where it was given up.
struct Awake<'a>(&'a Cell<bool>);

impl Drop for Awake<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
