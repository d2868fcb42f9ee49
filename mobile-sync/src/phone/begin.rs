//! A visit that nobody planned: begun on the phone, of what it knows, and planned on the server before anything else of it goes.

use chrono::NaiveDate;
use domain::quality::VisitState;
use uuid::Uuid;

use super::{Error, Phone};
use crate::environment::Environment;
use crate::item::{Item, Work};
use crate::state::{Change, Kept, Record, Session, State};
use crate::wire::{Row, Visit, Visitor};

/// What a visit is begun with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    pub provider: Uuid,
    pub framework: Uuid,
    /// The provider reads it.
    pub purpose: String,
    pub on: NaiveDate,
}

impl<E: Environment> Phone<E> {
    /// Begins a visit that this phone's owner makes alone. Gives its id.
    ///
    /// # Errors
    /// Where provider or framework is not known here, or nobody has signed in yet.
    pub fn begin_visit(&self, beginning: Beginning) -> Result<Uuid, Error> {
        let visit = self.look(|state| unplanned(state, self.env.new_id(), beginning))?;
        let id = visit.id;
        let changes = self.look(|state| {
            let item = Item::new(self.env.new_id(), state.next_order(), id, Work::Plan(visit.clone()));
            let kept = Kept { generation: state.feed.generation, row: Row::Visit(visit) };
            vec![Change::Put(Record::Row(kept)), Change::Put(Record::Item(item))]
        });
        self.commit(changes)?;
        Ok(id)
    }
}

fn unplanned(state: &State, id: Uuid, beginning: Beginning) -> Result<Visit, Error> {
    let Beginning { provider, framework, purpose, on } = beginning;
    let (Session::In { account, name, .. } | Session::Out { account, name }) = &state.session else {
        return Err(Error::NotSignedIn);
    };
    let row = |id| state.rows.get(&id).map(|kept| &kept.row);
    if !matches!((row(provider), row(framework)), (Some(Row::Provider(_)), Some(Row::Framework(_)))) {
        return Err(Error::NotFound);
    }
    let sites = state.rows.values().filter_map(|kept| match &kept.row {
        Row::Site(site) if site.provider == provider => Some(site.id),
        _ => None,
    });
    // Of several, nobody has said which.
    let sites: Vec<_> = sites.collect();
    let site = if let [only] = sites.as_slice() { Some(*only) } else { None };
    Ok(Visit {
        id,
        provider,
        site,
        framework,
        state: VisitState::Planned,
        purpose,
        planned_for: on,
        planned_at: None,
        visitors: vec![Visitor { account: *account, name: name.clone(), leads: true }],
        receipt: None,
    })
}
