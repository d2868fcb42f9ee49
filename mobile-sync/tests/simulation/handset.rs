//! A simulated phone: what outlives a kill, and what does not.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use chrono::TimeDelta;
use futures_util::FutureExt;
use uuid::Uuid;
use waymark_mobile_sync::environment::Credentials;
use waymark_mobile_sync::state::Session;
use waymark_mobile_sync::vault::{Cost, Secret};
use waymark_mobile_sync::{Network, Phone};

use crate::environment::{Connection, Disk, Surroundings};
use crate::line::{Line, Weather};
use crate::server::Server;
use crate::world::World;

pub type SimulatedPhone = Phone<Surroundings>;

/// A phone and its owner.
pub struct Handset {
    pub number: usize,
    pub account: Uuid,
    pub disk: Disk,
    pub connection: Connection,
    pub weather: Rc<Cell<Weather>>,
    pub skew: Rc<Cell<TimeDelta>>,
    pub phone: Option<Rc<SimulatedPhone>>,
    pub is_revoked: bool,
    tasks: Vec<u64>,
    world: World,
    server: Rc<RefCell<Server>>,
}

impl Handset {
    pub fn new(number: usize, account: Uuid, world: &World, server: &Rc<RefCell<Server>>) -> Self {
        Self {
            number,
            account,
            disk: Disk::default(),
            connection: Connection::new(),
            weather: Rc::default(),
            skew: Rc::default(),
            phone: None,
            is_revoked: false,
            tasks: Vec::new(),
            world: world.clone(),
            server: Rc::clone(server),
        }
    }

    /// Switches it on: opens what the disk holds, and lets it run.
    pub fn start(&mut self, prepare: impl FnOnce(&SimulatedPhone)) {
        self.disk.fate.is_dead.set(false);
        self.disk.fate.writes_left.set(None);
        let line = Line {
            world: self.world.clone(),
            server: Rc::clone(&self.server),
            account: self.account,
            network: Rc::clone(&self.connection.network),
            weather: Rc::clone(&self.weather),
        };
        let surroundings = Surroundings {
            world: self.world.clone(),
            disk: self.disk.clone(),
            line,
            connection: self.connection.clone(),
            skew: Rc::clone(&self.skew),
            is_asleep: Cell::new(false),
        };
        let is_full = self.disk.fate.is_full.replace(false);
        let phone = Phone::open(surroundings, Secret::Pin("428517"), Cost::LEAST).now_or_never();
        self.disk.fate.is_full.set(is_full);
        let phone = Rc::new(phone.expect("nothing to wait for").expect("what was written can be opened"));
        prepare(&phone);
        let running = Rc::clone(&phone);
        self.tasks.push(self.world.spawn(async move { running.run().await }));
        self.phone = Some(phone);
    }

    /// Switches it off, wherever it is.
    pub fn kill(&mut self) {
        self.tasks.drain(..).for_each(|task| self.world.kill(task));
        self.phone = None;
    }

    /// Has its owner sign in, where nobody is.
    pub fn sign_in(&mut self) {
        let Some(phone) = self.phone.clone().filter(|_| !self.is_revoked) else { return };
        if phone.look(|state| matches!(state.session, Session::Nobody | Session::Out { .. })) {
            let task = async move {
                let credentials =
                    Credentials { email: "sam@council.example", password: "long enough", device: "Sam's", code: None };
                // An owner whom the line fails tries again later.
                let _ = phone.sign_in(credentials).await;
            };
            self.tasks.push(self.world.spawn(task));
        }
    }

    /// The best of all surroundings.
    pub fn heal(&mut self) {
        self.weather.set(Weather::default());
        self.disk.fate.is_full.set(false);
        self.disk.fate.writes_left.set(None);
        self.connection.set(Network::Unmetered);
    }
}
