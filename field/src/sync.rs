//! Sending, with a bar, until there is nothing to send, or somebody is needed.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use chrono::{DateTime, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use mobile_sync::item::{Item, Standing, Work};
use mobile_sync::phone::is_safe_to_leave;
use mobile_sync::protocol::Step;
use mobile_sync::state::{Session, State};
use mobile_sync::{Environment, Error, RemoteError};
use uuid::Uuid;

use crate::place::Phone;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Something cannot be sent before somebody has decided about it.
    NeedsAttention,
    /// The server was not reached.
    Unreached,
    /// The phone was signed out by somebody in charge, and emptied.
    Wiped,
}

impl Outcome {
    /// What the program ends with.
    pub fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::NeedsAttention => 3,
            Self::Unreached => 4,
            Self::Wiped => 5,
        })
    }
}

/// Reads the feed to its end. A phone that was signed out by somebody in charge is emptied.
pub async fn read(phone: &Phone) -> Result<Outcome> {
    match phone.pull().await {
        Ok(()) => Ok(Outcome::Done),
        Err(Error::Remote(RemoteError::Revoked)) => {
            phone.step().await?;
            Ok(wiped())
        }
        Err(Error::Remote(RemoteError::Unreachable | RemoteError::Unavailable)) => Ok(unreached()),
        Err(error) => Err(error.into()),
    }
}

/// Sends everything that the server lacks.
pub async fn everything(phone: &Phone, once: bool) -> Result<Outcome> {
    let outcome = drive(phone, once, |_| true).await?;
    if outcome == Outcome::Done {
        println!("Nothing on this phone is unsent.");
    }
    Ok(outcome)
}

/// Sends until the server has said that it holds all of a visit.
pub async fn to_receipt(phone: &Phone, visit: Uuid, once: bool) -> Result<Outcome> {
    let outcome = drive(phone, once, |state| is_safe_to_leave(state, visit)).await?;
    let receipt = phone.look(|state| state.receipts.get(&visit).cloned());
    if let (Outcome::Done, Some(receipt)) = (outcome, receipt) {
        println!("Safe to leave the site: the server holds all of it since {}.", receipt.completed_at);
        println!("Manifest {}, signed {}.", receipt.manifest, receipt.signature);
    }
    Ok(outcome)
}

/// Takes steps until nothing is left to send and this holds as well.
async fn drive(phone: &Phone, once: bool, holds: impl Fn(&State) -> bool) -> Result<Outcome> {
    let bar = Bar::of(phone);
    loop {
        bar.draw(phone);
        if phone.look(|state| state.items.is_empty() && holds(state)) {
            return Ok(Outcome::Done);
        }
        match phone.step().await {
            Ok(Step::Wipe) | Err(Error::Wiped) => return Ok(wiped()),
            Ok(Step::Rest(until)) => match phone.look(|state| resting(state, until, once))? {
                Rest::Until(instant) => phone.environment().sleep_until(instant).await,
                Rest::Over(outcome) => return Ok(outcome),
            },
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

enum Rest {
    Until(DateTime<Utc>),
    Over(Outcome),
}

/// What to do when the phone has nothing to do just now.
fn resting(state: &State, until: Option<DateTime<Utc>>, once: bool) -> Result<Rest> {
    if !matches!(state.session, Session::In { .. }) {
        bail!("nobody is signed in on this phone: `sign-in` goes on where this stopped");
    }
    let stuck = |item: &Item| matches!(item.standing, Standing::Attention { .. });
    let held_up = |item: &Item| item.waits_for(&state.items).and_then(|on| state.items.get(&on)).is_some_and(stuck);
    let is_stuck = !state.items.is_empty() && state.items.values().all(|item| stuck(item) || held_up(item));
    let is_checking = state.items.values().any(|item| item.standing == Standing::Checking);
    Ok(match until {
        _ if is_stuck => Rest::Over(attention()),
        Some(_) | None if once && !is_checking => Rest::Over(unreached()),
        Some(instant) => Rest::Until(instant),
        None => Rest::Over(unreached()),
    })
}

fn attention() -> Outcome {
    eprintln!("Something needs attention: `status` says what.");
    Outcome::NeedsAttention
}

fn unreached() -> Outcome {
    eprintln!("The server was not reached, or cannot take it just now. Everything is still on this phone.");
    Outcome::Unreached
}

fn wiped() -> Outcome {
    eprintln!("This phone was signed out by somebody in charge. Everything on it was removed.");
    Outcome::Wiped
}

/// A bar of the bytes that the server lacks. Where nobody looks at a terminal, there is none.
struct Bar(ProgressBar);

impl Bar {
    fn of(phone: &Phone) -> Self {
        let bar = ProgressBar::new(phone.look(lacking));
        let template = "{bar:32} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    fn draw(&self, phone: &Phone) {
        let (lacking, items) = phone.look(|state| (lacking(state), state.items.len()));
        let total = self.0.length().unwrap_or(lacking).max(lacking);
        self.0.set_length(total);
        self.0.set_position(total - lacking);
        self.0.set_message(format!("{items} to go"));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Bytes that have not arrived yet.
fn lacking(state: &State) -> u64 {
    let left = state.items.values().filter_map(|item| match &item.work {
        Work::Bytes { size, upload, .. } => {
            let arrived = upload.as_ref().and_then(|upload| upload.offset).unwrap_or(0);
            Some(size.saturating_sub(arrived))
        }
        _ => None,
    });
    left.sum()
}
