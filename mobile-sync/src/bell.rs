//! A bell: tells those who wait that something has changed.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// Counts changes, and wakes whoever waits for the next one.
#[derive(Debug, Default)]
pub struct Bell {
    revision: Cell<u64>,
    waiting: RefCell<Vec<Waker>>,
}

impl Bell {
    /// Says that something has changed.
    pub fn ring(&self) {
        self.revision.set(self.revision.get() + 1);
        self.waiting.take().into_iter().for_each(Waker::wake);
    }

    /// How often it rang.
    pub fn revision(&self) -> u64 {
        self.revision.get()
    }

    /// Waits until it has rung more often than this, and says how often it has.
    pub async fn rung_since(&self, revision: u64) -> u64 {
        poll_fn(|context| {
            if self.revision.get() > revision {
                return Poll::Ready(self.revision.get());
            }
            let mut waiting = self.waiting.borrow_mut();
            if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await
    }
}
