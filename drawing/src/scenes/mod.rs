//! What the county's photographs show: one file a subject, each a drawing of 800 by 600 points.
//!
//! No person is in any of them, and no name but that of the invented provider.

mod accident_book;
mod certificate;
mod entrance;
mod extinguisher;
mod fire_plan;
mod first_aid;
mod label;
mod machine;
mod room;

use chrono::NaiveDate;
use rand_chacha::ChaCha8Rng;

use super::canvas::Canvas;

/// What a photograph shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The evacuation plan of a floor, in a frame on a wall.
    FirePlan,
    /// A fire extinguisher on its bracket, with the tag of its last service.
    Extinguisher,
    /// A first-aid box with its checklist and an eye-wash station.
    FirstAidBox,
    /// The label of an electrical safety test, on a plug.
    ElectricalLabel,
    /// A pillar drill with its guard, stop button and warning signs.
    MachineGuard,
    /// A framed certificate on a wall.
    Certificate,
    /// The door that visitors come in by, with its lock and its notice.
    Entrance,
    /// The accident book, shut.
    AccidentBook,
}

impl Subject {
    pub const ALL: [Self; 8] = [
        Self::FirePlan,
        Self::Extinguisher,
        Self::FirstAidBox,
        Self::ElectricalLabel,
        Self::MachineGuard,
        Self::Certificate,
        Self::Entrance,
        Self::AccidentBook,
    ];
}

/// Which premises a picture shows, and on what day it is taken.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    pub premises: &'a str,
    pub today: NaiveDate,
}

/// Draws the subject; the generator decides what two pictures of one subject do not share.
pub fn draw(subject: Subject, setting: &Setting<'_>, rng: &mut ChaCha8Rng) -> Canvas {
    match subject {
        Subject::FirePlan => fire_plan::draw(setting, rng),
        Subject::Extinguisher => extinguisher::draw(setting, rng),
        Subject::FirstAidBox => first_aid::draw(setting, rng),
        Subject::ElectricalLabel => label::draw(setting, rng),
        Subject::MachineGuard => machine::draw(setting, rng),
        Subject::Certificate => certificate::draw(setting, rng),
        Subject::Entrance => entrance::draw(setting, rng),
        Subject::AccidentBook => accident_book::draw(setting, rng),
    }
}
