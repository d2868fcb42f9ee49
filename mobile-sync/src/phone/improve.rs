//! Improvement actions: what the provider must do, by whom and when, set by this visitor on a standard of a visit.

use chrono::NaiveDate;
use domain::quality::Rag;
use domain::reference::stable_id;
use uuid::Uuid;

use super::{Error, Phone};
use crate::environment::Environment;
use crate::item::{Item, Standing, Work};
use crate::state::{Change, Record, State};
use crate::wire::Improving;

/// What has to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Area for improvement.
    pub area: String,
    pub action: String,
    pub owner: String,
    pub due_on: NaiveDate,
    pub rag: Rag,
}

impl<E: Environment> Phone<E> {
    /// Sets what has to be done about a standard, or changes it while it was not sent. Each visitor sets one action on a standard
    /// of a visit. Gives the item; none where the server has it.
    ///
    /// # Errors
    /// Where there is no such visit, or nobody has signed in yet.
    pub fn improve(&self, visit: Uuid, standard: Uuid, task: Task) -> Result<Option<Uuid>, Error> {
        let item = self.look(|state| improving(state, (visit, standard), task, self.env.new_id()))?;
        let Some(item) = item else { return Ok(None) };
        let id = item.id;
        self.commit(vec![Change::Put(Record::Item(item))])?;
        Ok(Some(id))
    }
}

fn improving(state: &State, (visit, standard): (Uuid, Uuid), task: Task, key: Uuid) -> Result<Option<Item>, Error> {
    let provider = state.visit(visit).ok_or(Error::NoSuchVisit)?.provider;
    let account = state.account().ok_or(Error::NotSignedIn)?;
    // Whoever finishes twice, or on another device as well, sets it once.
    let id = stable_id(&["action", &visit.to_string(), &standard.to_string(), &account.to_string()]);
    if state.rows.contains_key(&id) {
        return Ok(None);
    }
    let Task { area, action, owner, due_on, rag } = task;
    let work = Work::Improve(Improving { id, visit, provider, standard, area, action, owner, due_on, rag });
    Ok(Some(match state.items.get(&id) {
        Some(item) if item.work == work => item.clone(),
        Some(item) if item.may_have_arrived() && !matches!(item.standing, Standing::Attention { .. }) => item.clone(),
        Some(item) => item.anew(key, work),
        None => Item { key, ..Item::new(id, state.next_order(), visit, work) },
    }))
}
