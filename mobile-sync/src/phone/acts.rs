//! What a visitor does: answering, completing, deciding.

use uuid::Uuid;

use super::{Error, Phone};
use crate::environment::Environment;
use crate::item::{Item, Standing, Trouble, Work};
use crate::protocol::Line;
use crate::settle::judged_again;
use crate::state::{Capture, Change, Choices, Key, Record, State};
use crate::wire::{Answer, Judging};

/// Which of two answers to one standard, of one visitor on two devices, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The one of this phone.
    Mine,
    /// The one that the server holds.
    Theirs,
}

impl std::str::FromStr for Keep {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "mine" => Ok(Self::Mine),
            "theirs" => Ok(Self::Theirs),
            _ => Err(Error::NotFound),
        }
    }
}

impl<E: Environment> Phone<E> {
    /// Answers a standard, or changes the answer. Gives the item that carries it; none where nothing has changed.
    ///
    /// # Errors
    /// Where there is no such visit, or the answer cannot be kept.
    pub fn answer(&self, visit: Uuid, standard: Uuid, answer: Answer) -> Result<Option<Uuid>, Error> {
        let new = self.env.new_id();
        let changes = {
            let state = self.state.borrow();
            state.visit(visit).ok_or(Error::NoSuchVisit)?;
            if crate::statement::own_answer(&state, visit, standard) == Some(&answer) {
                return Ok(None);
            }
            let item = answering(&state, visit, standard, answer, [new, self.env.new_id()]);
            let mut changes = vec![Change::Put(Record::Item(item))];
            changes.extend(touched(&state, visit, || self.env.new_id()));
            changes
        };
        let carries = changes.iter().find_map(|change| match change {
            Change::Put(Record::Item(item)) if item.answers(visit, standard) => Some(item.id),
            _ => None,
        });
        self.commit(changes)?;
        Ok(carries)
    }

    /// Asks that a visit be completed as soon as all of it is with the server, and proposes an outcome of its framework, or none.
    /// Gives the item; none where it is complete. Asked again, the first proposal stands, until it is cancelled.
    ///
    /// # Errors
    /// Where there is no such visit, or it cannot be noted.
    pub fn complete(&self, visit: Uuid, proposed: Option<Uuid>) -> Result<Option<Uuid>, Error> {
        let item = {
            let state = self.state.borrow();
            state.visit(visit).ok_or(Error::NoSuchVisit)?;
            if state.receipt(visit).is_some() {
                return Ok(None);
            }
            let is_its = |item: &&Item| item.visit == visit && matches!(item.work, Work::Complete { .. });
            if let Some(item) = state.items.values().find(is_its) {
                return Ok(Some(item.id));
            }
            Item::new(self.env.new_id(), state.next_order(), visit, Work::Complete { manifest: None, proposed })
        };
        let id = item.id;
        self.commit(vec![Change::Put(Record::Item(item))])?;
        Ok(Some(id))
    }

    /// Says which of two answers stands, where an item shows a conflict.
    ///
    /// # Errors
    /// Where it shows none.
    pub fn resolve(&self, item: Uuid, keep: Keep) -> Result<(), Error> {
        let change = {
            let state = self.state.borrow();
            let item = state.items.get(&item).ok_or(Error::NotFound)?;
            let (Work::Answer(judging), Standing::Attention { why: Trouble::Conflict { current } }) =
                (&item.work, &item.standing)
            else {
                return Err(Error::NotFound);
            };
            match keep {
                Keep::Theirs => Change::Remove(Key::Item(item.id)),
                Keep::Mine => {
                    let item = judged_again(item, judging.answer.clone(), current, self.env.new_id());
                    Change::Put(Record::Item(item))
                }
            }
        };
        self.commit(vec![change])
    }

    /// Tries an item again that needed attention, after somebody has put right what was wrong.
    ///
    /// # Errors
    /// Where it does not need attention.
    pub fn try_again(&self, item: Uuid) -> Result<(), Error> {
        let item = {
            let state = self.state.borrow();
            let item = state.items.get(&item).ok_or(Error::NotFound)?;
            if !matches!(item.standing, Standing::Attention { .. }) {
                return Err(Error::NotFound);
            }
            Item { standing: Standing::Ready, ..item.clone() }
        };
        self.commit(vec![Change::Put(Record::Item(item))])
    }

    /// Sends photos now although they were to wait for Wi-Fi, until the network changes. Some phones cannot tell which they have.
    pub fn send_photos_now(&self) {
        self.line.set(Line { photos_anyway: true, ..self.line.get() });
        self.bell.ring();
    }

    /// Sets what the owner chose.
    ///
    /// # Errors
    /// Where it cannot be noted.
    pub fn choose(&self, choices: Choices) -> Result<(), Error> {
        self.commit(vec![Change::Put(Record::Choices(choices))])
    }
}

/// The item that carries an answer: one that waits and was not sent, changed; else one that goes after it. `new` are two ids.
fn answering(state: &State, visit: Uuid, standard: Uuid, answer: Answer, new: [Uuid; 2]) -> Item {
    let waiting = state.items.values().filter(|item| item.answers(visit, standard)).max_by_key(|item| item.order);
    let Some((item, judging)) = waiting.and_then(|item| match &item.work {
        Work::Answer(judging) => Some((item, judging)),
        _ => None,
    }) else {
        let seen = state.own_judgement(visit, standard);
        let (id, base) = seen.map_or((new[1], None), |row| (row.id, Some(row.revision)));
        return Item::new(
            new[0],
            state.next_order(),
            visit,
            Work::Answer(Judging { id, visit, standard, answer, base }),
        );
    };
    let work = Work::Answer(Judging { answer: answer.clone(), ..judging.clone() });
    match &item.standing {
        Standing::Attention { why: Trouble::Conflict { current } } => judged_again(item, answer, current, new[0]),
        Standing::Attention { .. } => item.anew(new[0], work),
        _ if item.may_have_arrived() => {
            Item { is_addendum: item.is_addendum, ..Item::new(new[0], state.next_order(), visit, work) }
        }
        _ => Item { work, standing: Standing::Ready, ..item.clone() },
    }
}

/// What it means for a visit that something of it was changed: what was signed is not what is there any more, and a completion
/// that needed attention may have got it.
pub(super) fn touched(state: &State, visit: Uuid, mut new_id: impl FnMut() -> Uuid) -> Vec<Change> {
    let signed = state
        .captures
        .values()
        .filter(|capture| capture.announced.visit == visit && capture.withdrawn.is_none() && capture.signs.is_some());
    let mut changes: Vec<_> = signed
        .flat_map(|capture| withdraw(state, capture, "Something was changed after it was signed.", new_id()))
        .collect();
    changes.extend(tried_again(state, visit));
    changes
}

/// The completion of a visit, where one waits, as worth another try.
pub(super) fn tried_again(state: &State, visit: Uuid) -> Vec<Change> {
    let is_its = |item: &&Item| item.visit == visit && matches!(item.work, Work::Complete { .. });
    let completion = state.items.values().find(is_its);
    let ready = |item: &Item| Change::Put(Record::Item(Item { standing: Standing::Ready, ..item.clone() }));
    completion.map(ready).into_iter().collect()
}

/// Takes a capture back: without a trace where the server cannot know of it, else by a withdrawal that follows its record.
pub(super) fn withdraw(state: &State, capture: &Capture, reason: &str, new_id: Uuid) -> Vec<Change> {
    let id = capture.announced.id;
    let visit = capture.announced.visit;
    let bytes = state.items.values().find(|item| matches!(&item.work, Work::Bytes { evidence, .. } if *evidence == id));
    let mut changes: Vec<_> = bytes.map(|item| Change::Remove(Key::Item(item.id))).into_iter().collect();
    let withdrawn = Some(reason.to_owned());
    changes.push(Change::Put(Record::Capture(Capture { withdrawn, ..capture.clone() })));
    match state.items.get(&id) {
        Some(record) if !record.may_have_arrived() || matches!(record.standing, Standing::Attention { .. }) => {
            changes.push(Change::Remove(Key::Item(id)));
        }
        _ => {
            let work = Work::Withdraw { evidence: id, reason: reason.to_owned() };
            // Behind everything that is made in the same act.
            changes.push(Change::Put(Record::Item(Item::new(new_id, state.next_order() + 2, visit, work))));
        }
    }
    changes
}
