//! Bugs to order: each is one that a program of this kind has had. The simulation must find every one of them.

use std::cell::{Cell, RefCell};

use chrono::TimeDelta;

use super::{Error, Phone};
use crate::environment::Environment;
use crate::item::Standing;
use crate::protocol::{Step, next_step};
use crate::store::{Store, Write};
use crate::wire::Command;

/// A bug of the phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    /// It says "saved" before it has written: writes are held back until the next one.
    AcknowledgesBeforeWriting,
    /// It sends again under a new key.
    RetriesWithoutKey,
    /// It sends strictly in order, so that what cannot go holds up all behind it.
    BlocksQueue,
}

/// The bug of this phone, if it has one.
#[derive(Debug, Default)]
pub(super) struct Bug {
    planted: Cell<Option<Planted>>,
    held_back: RefCell<Vec<Write>>,
}

impl<E: Environment> Phone<E> {
    /// Gives this phone a bug.
    pub fn plant(&self, planted: Planted) {
        self.planted.planted.set(Some(planted));
    }

    pub(super) fn write_down(&self, writes: Vec<Write>) -> Result<(), Error> {
        if self.planted.planted.get() != Some(Planted::AcknowledgesBeforeWriting) {
            return Ok(self.env.store().write(&writes)?);
        }
        let held_back = self.planted.held_back.replace(writes);
        Ok(self.env.store().write(&held_back)?)
    }

    pub(super) fn with_planted_key(&self, command: Command) -> Command {
        match self.planted.planted.get() {
            Some(Planted::RetriesWithoutKey) => Command { key: self.env.new_id(), ..command },
            _ => command,
        }
    }

    pub(super) fn next(&self) -> Step {
        let state = self.state.borrow();
        let step = next_step(self.env.now(), &state, &self.line.get());
        if self.planted.planted.get() != Some(Planted::BlocksQueue) {
            return step;
        }
        let first =
            state.items.values().filter(|item| item.standing != Standing::Checking).min_by_key(|item| item.order);
        let is_blocked = match (&step, first) {
            (Step::Push(items), Some(first)) => !items.contains(&first.id),
            (Step::Send(item), Some(first)) => *item != first.id,
            _ => false,
        };
        if is_blocked { Step::Rest(Some(self.env.now() + TimeDelta::seconds(10))) } else { step }
    }
}
