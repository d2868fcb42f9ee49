//! The world of a simulation: one clock, one source of chance, one queue of events, and tasks that are polled in one thread.
//!
//! Nothing here is random but by the seed, and nothing happens at the same time as anything else, so a seed replays exactly.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use chrono::{DateTime, TimeDelta, Utc};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Something that happens at an instant.
enum Event {
    Wake(Rc<Cell<bool>>, Waker),
    Do(Box<dyn FnOnce()>),
}

/// A task, and what wakes it.
type Task = (Pin<Box<dyn Future<Output = ()>>>, Waker);

/// The world, shared by everything in it.
#[derive(Clone)]
pub struct World(Rc<Inner>);

struct Inner {
    now: Cell<DateTime<Utc>>,
    rng: RefCell<ChaCha8Rng>,
    queue: RefCell<BinaryHeap<Reverse<(DateTime<Utc>, u64)>>>,
    events: RefCell<BTreeMap<u64, Event>>,
    tasks: RefCell<BTreeMap<u64, Task>>,
    ready: Arc<Mutex<VecDeque<u64>>>,
    next: Cell<u64>,
    log: RefCell<Vec<String>>,
}

struct TaskWaker {
    task: u64,
    ready: Arc<Mutex<VecDeque<u64>>>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.ready.lock().expect("one thread").push_back(self.task);
    }
}

impl World {
    pub fn new(seed: u64) -> Self {
        let now = DateTime::from_timestamp(1_790_000_000, 0).expect("an instant");
        Self(Rc::new(Inner {
            now: Cell::new(now),
            rng: RefCell::new(ChaCha8Rng::seed_from_u64(seed)),
            queue: RefCell::default(),
            events: RefCell::default(),
            tasks: RefCell::default(),
            ready: Arc::default(),
            next: Cell::new(0),
            log: RefCell::default(),
        }))
    }

    /// True time, which no phone knows.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.now.get()
    }

    /// A number below `end`.
    pub fn below(&self, end: u64) -> u64 {
        self.0.rng.borrow_mut().random_range(0..end.max(1))
    }

    /// Whether something of this chance, in thousandths, happens.
    pub fn chance(&self, thousandths: u64) -> bool {
        self.below(1_000) < thousandths
    }

    pub fn fill(&self, bytes: &mut [u8]) {
        self.0.rng.borrow_mut().fill(bytes);
    }

    pub fn millis(&self, most: u64) -> TimeDelta {
        TimeDelta::milliseconds(i64::try_from(self.below(most)).expect("small"))
    }

    /// Notes what happened. Two runs of one seed have the same log.
    pub fn log(&self, line: impl FnOnce() -> String) {
        self.0.log.borrow_mut().push(format!("{} {}", self.now().format("%d %H:%M:%S%.3f"), line()));
    }

    pub fn take_log(&self) -> Vec<String> {
        self.0.log.take()
    }

    fn number(&self) -> u64 {
        let number = self.0.next.get();
        self.0.next.set(number + 1);
        number
    }

    fn enqueue(&self, at: DateTime<Utc>, event: Event) {
        let number = self.number();
        self.0.queue.borrow_mut().push(Reverse((at.max(self.now()), number)));
        self.0.events.borrow_mut().insert(number, event);
    }

    /// Has something done at an instant.
    pub fn at(&self, at: DateTime<Utc>, what: impl FnOnce() + 'static) {
        self.enqueue(at, Event::Do(Box::new(what)));
    }

    /// Whether something is still to happen that nobody waits for: a request that arrives again.
    pub fn holds_more(&self) -> bool {
        self.0.events.borrow().values().any(|event| matches!(event, Event::Do(_)))
    }

    /// Waits until this instant of true time.
    pub async fn sleep_until(&self, at: DateTime<Utc>) {
        let fired = Rc::new(Cell::new(false));
        let mut is_set = false;
        poll_fn(|context| {
            if fired.get() {
                return Poll::Ready(());
            }
            if !is_set {
                is_set = true;
                self.enqueue(at, Event::Wake(Rc::clone(&fired), context.waker().clone()));
            }
            Poll::Pending
        })
        .await;
    }

    pub async fn sleep(&self, span: TimeDelta) {
        self.sleep_until(self.now() + span).await;
    }

    /// Begins a task, and says its number.
    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) -> u64 {
        let number = self.number();
        let waker = Waker::from(Arc::new(TaskWaker { task: number, ready: Arc::clone(&self.0.ready) }));
        self.0.tasks.borrow_mut().insert(number, (Box::pin(task), waker));
        self.0.ready.lock().expect("one thread").push_back(number);
        number
    }

    /// Ends everything, wherever it stands: what happens in the world holds the world.
    pub fn end(&self) {
        drop(self.0.tasks.take());
        drop(self.0.events.take());
    }

    /// Ends a task where it stands.
    pub fn kill(&self, task: u64) {
        let task = self.0.tasks.borrow_mut().remove(&task);
        drop(task);
    }

    /// Lets the next thing happen, at this instant at the latest; false where there is nothing.
    pub fn advance(&self, until: DateTime<Utc>) -> bool {
        self.poll_ready();
        let Some(Reverse((at, number))) = self.0.queue.borrow().peek().copied().filter(|Reverse((at, _))| *at <= until)
        else {
            self.0.now.set(until);
            return false;
        };
        self.0.queue.borrow_mut().pop();
        self.0.now.set(at);
        let event = self.0.events.borrow_mut().remove(&number);
        match event {
            Some(Event::Wake(fired, waker)) => {
                fired.set(true);
                waker.wake();
            }
            Some(Event::Do(what)) => what(),
            None => {}
        }
        self.poll_ready();
        true
    }

    fn poll_ready(&self) {
        // A phone that never waits would never let time go on.
        for _ in 0..100_000 {
            let next = self.0.ready.lock().expect("one thread").pop_front();
            let Some(number) = next else { return };
            let task = self.0.tasks.borrow_mut().remove(&number);
            let Some((mut task, waker)) = task else { continue };
            if task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                self.0.tasks.borrow_mut().insert(number, (task, waker));
            }
        }
        panic!("a task does not rest");
    }
}
