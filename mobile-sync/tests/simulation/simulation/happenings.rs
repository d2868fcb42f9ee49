//! What may happen to somebody, one thing at a time.

use std::rc::Rc;

use domain::file::MediaType;
use domain::quality::{EvidenceKind, Rag};
use futures_util::FutureExt;
use uuid::Uuid;
use waymark_mobile_sync::item::{Standing, Trouble};
use waymark_mobile_sync::phone::{Beginning, Staging, Task};
use waymark_mobile_sync::state::{Choices, Session, State};
use waymark_mobile_sync::wire::Answer;
use waymark_mobile_sync::{Error, Network, statement};

use super::{Simulation, id};
use crate::handset::SimulatedPhone;
use crate::line::Weather;
use crate::promises::{Captured, Typed};
use crate::server::Server;
use crate::service::{End, Poison, Service};

impl Simulation {
    pub(super) fn type_answer(&mut self, number: usize) {
        let Some(phone) = self.phone(number) else { return };
        let (visit, standard) = (self.some_visit(), id(3, usize::try_from(self.world.below(4)).expect("few")));
        self.count += 1;
        let text = format!("{}: seen by {number}", self.count);
        let seen = phone.look(|state| seen_last(state, visit, standard).map(|answer| answer.seen.clone()));
        let answer = Answer { seen: text.clone(), ..Answer::default() };
        let kept = phone.answer(visit, standard, answer);
        self.world.log(|| format!("phone {number} types `{text}`: {:?}", kept.as_ref().map(|_| ())));
        if matches!(kept, Err(Error::NoSuchVisit | Error::Wiped)) {
            return;
        }
        let is_promised = kept.is_ok();
        self.promises.order.push(text.clone());
        self.promises.typed.insert(text, Typed { phone: number, visit, standard, seen, is_promised });
    }

    pub(super) fn capture(&mut self, number: usize) {
        let Some(phone) = self.phone(number) else { return };
        let most = if self.world.chance(20) { 2_500_000 } else { 3_000 };
        let mut bytes = vec![0; usize::try_from(1 + self.world.below(most)).expect("small")];
        self.world.fill(&mut bytes);
        let bytes = Server::photo(bytes, !self.world.chance(30));
        let visit = self.some_visit();
        let staging = Staging {
            visit,
            standard: Some(id(3, 0)),
            kind: EvidenceKind::Photo,
            media_type: MediaType::Jpeg,
            captured_at: self.world.now(),
            caption: None,
        };
        let kept = phone.stage(staging, &bytes).now_or_never().expect("nothing to wait for");
        self.world.log(|| format!("phone {number} captures {} bytes: {kept:?}", bytes.len()));
        if let Ok(id) = kept {
            self.promises.captured.insert(id, Captured { phone: number, visit, bytes, is_taken_back: false });
        }
    }

    pub(super) fn take_back(&mut self, number: usize) {
        let Some(phone) = self.phone(number) else { return };
        let own =
            self.promises.captured.iter().filter(|(_, captured)| captured.phone == number && !captured.is_taken_back);
        let own: Vec<_> = own.map(|(id, _)| *id).collect();
        let Some(id) = own.get(usize::try_from(self.world.below(own.len() as u64)).expect("few")) else { return };
        self.cancel(&phone, number, *id);
    }

    pub(super) fn cancel(&mut self, phone: &SimulatedPhone, number: usize, id: Uuid) {
        let cancelled = phone.cancel(id, "Blurred");
        self.world.log(|| format!("phone {number} takes {id} back: {cancelled:?}"));
        // Where the phone dies over it, it may or may not have happened: the owner looks again.
        match cancelled {
            Ok(()) => {
                if let Some(captured) = self.promises.captured.get_mut(&id) {
                    captured.is_taken_back = true;
                }
            }
            Err(_) => drop(self.promises.captured.remove(&id)),
        }
    }

    pub(super) fn complete(&mut self, number: usize) {
        let Some(phone) = self.phone(number) else { return };
        let visit = self.some_visit();
        let asked = phone.complete(visit, None);
        self.world.log(|| format!("phone {number} completes {visit}: {asked:?}"));
    }

    /// A visit that nobody planned. That it is on the server in the end, the mirror shows.
    pub(super) fn begin(&mut self, number: usize) {
        let Some(phone) = self.phone(number) else { return };
        let (provider, framework, purpose) = (id(5, 0), id(4, 0), "Unannounced".to_owned());
        let on = self.world.now().date_naive();
        let begun = phone.begin_visit(Beginning { provider, framework, purpose, on });
        self.world.log(|| format!("phone {number} begins a visit: {begun:?}"));
    }

    pub(super) fn improve(&mut self, number: usize) {
        let Some(phone) = self.phone(number) else { return };
        let task = Task {
            area: "Fire exits".to_owned(),
            action: "Unlock one".to_owned(),
            owner: "Jo Bloggs".to_owned(),
            // After any day to which the visit may be moved meanwhile.
            due_on: self.world.now().date_naive() + chrono::Days::new(30),
            rag: Rag::Amber,
        };
        let (visit, standard) = (self.some_visit(), id(3, usize::try_from(self.world.below(4)).expect("few")));
        let set = phone.improve(visit, standard, task);
        self.world.log(|| format!("phone {number} sets an action on {standard} of {visit}: {set:?}"));
    }

    pub(super) fn change_weather(&mut self, number: usize) {
        let worst = [0, 100, 400][usize::try_from(self.world.below(3)).expect("few")];
        let chance = || self.world.below(worst + 1);
        let weather = Weather { lost: chance(), unanswered: chance(), doubled: chance(), cut: chance() };
        self.handsets[number].weather.set(weather);
    }

    pub(super) fn change_network(&mut self, number: usize) {
        let all = [Network::Offline, Network::Metered, Network::Unmetered];
        self.handsets[number].connection.set(all[usize::try_from(self.world.below(3)).expect("three")]);
        if let Some(phone) = self.phone(number) {
            let photos_on_wifi_only = self.world.chance(300);
            // A full or dying disk may not take it.
            let _ = phone.choose(Choices { photos_on_wifi_only, ..Choices::default() });
        }
    }

    pub(super) fn end_session(&mut self, number: usize) {
        let is_revoked = self.plan.revokes && self.world.chance(300);
        let token = self.phone(number).and_then(|phone| {
            phone.look(|state| match &state.session {
                Session::In { token, .. } => Some(token.clone()),
                _ => None,
            })
        });
        let Some(token) = token else { return };
        let end = if is_revoked { End::Revoked } else { End::Expired };
        self.world.log(|| format!("the session of phone {number} ends: {end:?}"));
        self.server.borrow_mut().end_session(&token, end);
        if is_revoked {
            self.handsets[number].is_revoked = true;
            self.promises.revoked.insert(number);
        }
    }

    /// A coordinator changes a visit, in a transaction that commits late.
    pub(super) fn change_visit(&mut self) {
        let (visit, server) = (self.some_visit(), Rc::clone(&self.server));
        let begun = server.borrow_mut().begin_change(visit);
        self.count += 1;
        let (count, world) = (self.count, self.world.clone());
        self.world.at(self.world.now() + self.world.millis(600_000), move || {
            let mut server = server.borrow_mut();
            server.set_now(world.now());
            server.end_change(visit, begun, count);
        });
    }

    /// The server fails at one item of a phone, or the whole call breaks over it, until somebody mends it.
    pub(super) fn poison(&mut self, number: usize) {
        let Some(phone) = self.phone(number) else { return };
        let items: Vec<_> =
            phone.look(|state| state.items.values().filter(|item| item.is_small()).map(|item| item.key).collect());
        if let Some(item) = items.get(usize::try_from(self.world.below(items.len() as u64)).expect("few")) {
            let poison = if self.world.chance(500) { Poison::Fails } else { Poison::Breaks };
            self.server.borrow_mut().poison(*item, poison);
        }
    }

    pub(super) fn reassign(&mut self, number: usize) {
        // What a phone removed because its owner's part had ended, it cannot offer to a server that lost it as well.
        let is_visitor = self.plan.is_restored || self.world.chance(500);
        self.server.borrow_mut().assign(self.some_visit(), self.handsets[number].account, is_visitor);
    }

    pub(super) fn call_off(&mut self) {
        let visit = self.some_visit();
        if self.world.chance(300) {
            self.server.borrow_mut().call_off(visit);
        }
    }

    pub(super) fn restart_or_restore(&mut self) {
        if !self.plan.is_restored {
            self.server.borrow_mut().restart();
            return;
        }
        match self.backup.take() {
            Some(backup) => {
                self.world.log(|| "the server is restored".to_owned());
                self.server.borrow_mut().restore(backup);
            }
            None => self.backup = Some(self.server.borrow_mut().back_up()),
        }
    }
}

/// What somebody who answers a standard has seen there: where the phone shows a conflict, the answer of the other device as well
/// as their own, else their own.
fn seen_last(state: &State, visit: Uuid, standard: Uuid) -> Option<&Answer> {
    let waiting = state.items.values().filter(|item| item.answers(visit, standard)).max_by_key(|item| item.order);
    match waiting.map(|item| &item.standing) {
        Some(Standing::Attention { why: Trouble::Conflict { current } }) => Some(&current.answer),
        _ => statement::own_answer(state, visit, standard),
    }
}
