//! One run: people, phones, a server, and what befalls them.

#[path = "simulation/happenings.rs"]
mod happenings;

use std::cell::RefCell;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};
use domain::quality::VisitState;
use domain::reference::AnswerKind;
use uuid::Uuid;
use waymark_mobile_sync::item::{Standing, Status, Trouble, Work};
use waymark_mobile_sync::phone::Keep;
use waymark_mobile_sync::state::{Choices, State};
use waymark_mobile_sync::store::Store;
use waymark_mobile_sync::wire::{Framework, Provider, Row, Standard, Visit, Visitor};

use crate::handset::{Handset, SimulatedPhone};
use crate::promises::{Promises, check_complete, check_receipts};
use crate::server::Server;
use crate::service::Service;
use crate::world::World;

/// What a run is like. Everything else follows from the seed.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub phones: usize,
    pub visits: u64,
    /// How often something happens, and over how long.
    pub happenings: usize,
    pub span: TimeDelta,
    /// How long it is left alone at most, each time, until everything is quiet.
    pub quiet: TimeDelta,
    pub is_restored: bool,
    pub shares_accounts: bool,
    pub revokes: bool,
}

pub struct Simulation {
    pub world: World,
    pub server: Rc<RefCell<Server>>,
    handsets: Vec<Handset>,
    promises: Promises,
    plan: Plan,
    prepare: fn(&SimulatedPhone),
    backup: Option<<Server as Service>::Backup>,
    count: u64,
}

const STANDARDS: u128 = 4;

/// In so long a time every phone reads its feed.
const ROUND: TimeDelta = TimeDelta::minutes(11);

pub fn id(kind: u128, number: usize) -> Uuid {
    Uuid::from_u128((kind << 96) | (number as u128 + 1))
}

impl Simulation {
    pub fn new(seed: u64, plan: Plan, prepare: fn(&SimulatedPhone)) -> Self {
        let world = World::new(seed);
        let accounts = if plan.shares_accounts { plan.phones.div_ceil(2) } else { plan.phones };
        let server = Server::new(&world, &plan, accounts);
        let server = Rc::new(RefCell::new(server));
        let handset = |number| Handset::new(number, id(1, number % accounts), &world, &server);
        let handsets = (0..plan.phones).map(handset).collect();
        Self { world, server, handsets, promises: Promises::default(), plan, prepare, backup: None, count: 0 }
    }

    /// An afternoon of trouble, then quiet; and then everything must be right.
    pub fn run(mut self) -> Vec<String> {
        for handset in &mut self.handsets {
            handset.start(self.prepare);
            handset.sign_in();
        }
        self.work_forever();
        self.settle(TimeDelta::minutes(10));
        let end = self.world.now() + self.plan.span;
        for _ in 0..self.plan.happenings {
            let span = self.plan.span * 2 / i32::try_from(self.plan.happenings).expect("few");
            let at = self.world.now() + self.world.millis(u64::try_from(span.num_milliseconds()).expect("positive"));
            self.pass(at.min(end));
            self.happen();
        }
        self.heal();
        self.check_that_others_are_not_blocked();
        self.server.borrow_mut().mend();
        // Somebody decides where somebody has to; what follows from that is quiet again soon.
        for _ in 0..4 {
            self.settle(self.plan.quiet);
            self.decide();
        }
        self.settle(self.plan.quiet);
        self.check();
        self.world.take_log()
    }

    /// Lets time go on. Phones whose disk died are started again.
    fn pass(&mut self, until: DateTime<Utc>) {
        while self.world.advance(until) {
            check_receipts(self.server.borrow_mut().held());
            for handset in &mut self.handsets {
                if handset.disk.fate.is_dead.get() {
                    self.world.log(|| format!("phone {} is killed", handset.number));
                    handset.kill();
                    handset.start(self.prepare);
                }
            }
        }
        self.server.borrow_mut().set_now(self.world.now());
    }

    /// Lets time go on for so long, or until it is calm and has been long enough for every phone to read its feed once more.
    fn settle(&mut self, span: TimeDelta) {
        let end = self.world.now() + span;
        while self.world.now() < end {
            let was_calm = self.is_calm();
            self.pass((self.world.now() + ROUND).min(end));
            if was_calm && self.is_calm() {
                return;
            }
        }
    }

    /// Whether nothing is on its way, or will be before somebody does something.
    fn is_calm(&self) -> bool {
        let rests = |state: &State| {
            let mut items = state.items.values().map(|item| item.status(&state.items, false));
            items.all(|status| matches!(status, Status::Waiting { .. } | Status::Attention { .. }))
        };
        !self.world.holds_more()
            && self.handsets.iter().filter_map(|handset| handset.phone.as_ref()).all(|phone| phone.look(rests))
    }

    /// The server's own work: it looks into files every other second.
    fn work_forever(&self) {
        let (world, server) = (self.world.clone(), Rc::clone(&self.server));
        self.world.spawn(async move {
            loop {
                world.sleep(TimeDelta::seconds(20)).await;
                server.borrow_mut().work();
            }
        });
    }

    fn some_phone(&self) -> usize {
        usize::try_from(self.world.below(self.handsets.len() as u64)).expect("few")
    }

    fn some_visit(&self) -> Uuid {
        id(2, usize::try_from(self.world.below(self.plan.visits)).expect("few"))
    }

    /// One thing happens to somebody.
    fn happen(&mut self) {
        let number = self.some_phone();
        match self.world.below(100) {
            0..30 => self.type_answer(number),
            30..50 => self.capture(number),
            50..54 => self.take_back(number),
            54..58 => self.complete(number),
            58 => self.begin(number),
            59 => self.improve(number),
            60..66 => self.change_weather(number),
            66..72 => self.change_network(number),
            72..80 => {
                self.handsets[number].disk.fate.writes_left.set(Some((self.world.below(6), self.world.chance(500))));
            }
            80..83 => {
                let is_full = !self.handsets[number].disk.fate.is_full.get();
                self.handsets[number].disk.fate.is_full.set(is_full);
            }
            83..87 => self.handsets[number].skew.set(self.world.millis(12 * 3_600_000) - TimeDelta::hours(6)),
            87..90 => self.handsets[number].sign_in(),
            90 => self.end_session(number),
            91..93 => self.change_visit(),
            93..95 => self.poison(number),
            95 => self.reassign(number),
            96 => self.call_off(),
            _ => self.restart_or_restore(),
        }
        check_complete(&mut self.server.borrow_mut());
    }

    fn phone(&self, number: usize) -> Option<Rc<SimulatedPhone>> {
        self.handsets[number].phone.clone()
    }

    /// The trouble is over, but for what is poisoned.
    fn heal(&mut self) {
        self.world.log(|| "heals".to_owned());
        for handset in &mut self.handsets {
            handset.heal();
        }
        self.settle(TimeDelta::minutes(20));
        for number in 0..self.handsets.len() {
            let account = self.handsets[number].account;
            (0..self.plan.visits).for_each(|visit| {
                let visit = id(2, usize::try_from(visit).expect("few"));
                self.server.borrow_mut().assign(visit, account, true);
            });
            self.handsets[number].sign_in();
            if let Some(phone) = self.phone(number).filter(|_| !self.handsets[number].is_revoked) {
                phone.choose(Choices::default()).expect("nothing is in the way");
            }
        }
        self.settle(self.plan.quiet);
    }

    /// Nothing is left on any phone but what is poisoned, what rests on that, and what somebody has to decide.
    fn check_that_others_are_not_blocked(&self) {
        let server = self.server.borrow();
        for handset in &self.handsets {
            let Some(phone) = handset.phone.as_ref().filter(|_| !handset.is_revoked) else { continue };
            phone.look(|state| {
                for item in state.items.values() {
                    let is_excused = server.is_poisoned(item.key)
                        || item.waits_for(&state.items).is_some()
                        || matches!(item.standing, Standing::Attention { .. })
                        || matches!(item.work, Work::Complete { .. });
                    assert!(is_excused, "phone {} does not send {item:?}", handset.number);
                }
            });
        }
    }

    /// People decide where their phones ask them to.
    fn decide(&mut self) {
        for number in 0..self.handsets.len() {
            let Some(phone) = self.phone(number).filter(|_| !self.handsets[number].is_revoked) else { continue };
            let asking: Vec<_> = phone.look(|state| state.items.values().cloned().collect());
            for item in asking {
                let Standing::Attention { why } = &item.standing else { continue };
                self.world.log(|| format!("phone {number} asks about {why:?}"));
                match (why, &item.work) {
                    (Trouble::Conflict { current }, Work::Answer(judging)) => {
                        let keep = if self.world.chance(500) { Keep::Mine } else { Keep::Theirs };
                        let (text, seen) = (judging.answer.seen.clone(), current.answer.seen.clone());
                        phone.resolve(item.id, keep).expect("nothing is in the way");
                        match keep {
                            Keep::Mine => self.promises.typed.get_mut(&text).expect("it was typed").seen = Some(seen),
                            Keep::Theirs => drop(self.promises.discarded.insert(text)),
                        }
                    }
                    (Trouble::File { .. }, Work::Bytes { evidence, .. }) => self.cancel(&phone, number, *evidence),
                    (Trouble::Refused { .. }, Work::Complete { .. }) => drop(phone.cancel(item.id, "")),
                    (Trouble::Refused { .. }, _) => phone.try_again(item.id).expect("it needs attention"),
                    _ => panic!("phone {number} needs attention for no reason: {item:?}"),
                }
            }
        }
    }

    /// After quiet, everything is right.
    fn check(&self) {
        let mut server = self.server.borrow_mut();
        check_complete(&mut server);
        self.promises.check_once(server.held(), self.plan.is_restored);
        self.promises.check_answers(server.held());
        self.promises.check_evidence(&mut server);
        for handset in &self.handsets {
            if handset.is_revoked {
                let kept = handset.disk.rows.read("item").expect("rows are in memory").len();
                assert_eq!(kept, 0, "phone {} was revoked and keeps items", handset.number);
                continue;
            }
            let phone = handset.phone.as_ref().expect("it runs");
            phone.look(|state| {
                let left: Vec<_> = state.items.values().filter(|item| !is_waiting_for_others(item)).collect();
                assert!(left.is_empty(), "phone {} is blocked: {left:#?}", handset.number);
                check_mirror(handset, state, &server.seen_by(handset.account));
                self.promises.check_safe(handset.number, state, &mut server);
            });
        }
    }
}

/// A completion that waits for bytes of another phone, which was revoked, waits rightly.
fn is_waiting_for_others(item: &waymark_mobile_sync::item::Item) -> bool {
    matches!(
        (&item.work, &item.standing),
        (
            Work::Complete { .. },
            Standing::RetryAt { why: Trouble::NotVerified { .. }, .. } | Standing::Attention { .. }
        )
    )
}

/// What a phone shows of the server is what its owner may see there, now.
fn check_mirror(handset: &Handset, state: &State, expected: &[Row]) {
    let held: Vec<_> = state.rows.values().map(|kept| kept.row.clone()).collect();
    let differing = expected.iter().find(|row| !held.contains(row));
    assert!(differing.is_none(), "phone {} does not show {differing:?}", handset.number);
    assert_eq!(held.len(), expected.len(), "phone {} shows what may not be seen", handset.number);
}

/// A provider, a framework of four standards, and the visits, with one visitor each or all.
pub fn rows(world: &World, plan: &Plan, accounts: usize) -> Vec<Row> {
    let standard = |number: u128| Standard {
        id: id(3, usize::try_from(number).expect("few")),
        code: format!("{number}a"),
        section: String::new(),
        title: "Fire exits".to_owned(),
        guidance: None,
        answer: AnswerKind::Text,
        competent_person: false,
        evidence: Vec::new(),
    };
    let framework = Framework {
        id: id(4, 0),
        name: "A framework".to_owned(),
        ratings: Vec::new(),
        standards: (0..STANDARDS).map(standard).collect(),
        outcomes: Vec::new(),
    };
    let provider =
        Provider { id: id(5, 0), name: "Fen Motors".to_owned(), contact: None, telephone: None, people: Vec::new() };
    let visits = (0..plan.visits).map(|number| {
        let visits = |account: &usize| number == 0 || world.chance(600) || *account == 0;
        let visitor = |account| Visitor { account: id(1, account), name: "Sam".to_owned(), leads: account == 0 };
        Row::Visit(Visit {
            id: id(2, usize::try_from(number).expect("few")),
            provider: provider.id,
            site: None,
            framework: framework.id,
            state: VisitState::Planned,
            purpose: "Yearly".to_owned(),
            planned_for: world.now().date_naive(),
            planned_at: None,
            visitors: (0..accounts).filter(visits).map(visitor).collect(),
            receipt: None,
        })
    });
    visits.chain([Row::Provider(provider.clone()), Row::Framework(framework.clone())]).collect()
}
