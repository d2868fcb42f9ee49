//! Pupils and their placements: several at once, each with its five separate edges (D11), its weekly sessions (S1) and
//! its rate in pence.

use chrono::{Datelike, Days, NaiveDate};
use domain::organisation::ProviderKind;
use domain::placement::{PlacementState, RateBasis, Weekday};
use domain::pupil::{Answer, PrimaryNeed, SenProvision};
use entity::ids::{PlacementId, ProviderId, PupilId};
use entity::{Coded, Private, placement, placement_session, pupil};

use super::calendar::{last_school_day, next_school_day, school_year_start};
use super::draft::{Draft, Stamp};
use super::organisations::{Organisations, Provider, School};

const PUPILS: usize = 500;
const PLACEMENTS: usize = 700;

const WEEK: [Weekday; 5] = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

const PURPOSES: [&str; 7] = [
    "Re-engagement with learning, with a view to full-time school",
    "A vocational course that the school does not offer",
    "Small-group support while needs are assessed",
    "A calm start after a difficult term",
    "Confidence and communication through practical work",
    "Preparation for an apprenticeship or college after Year 11",
    "Prevention of exclusion",
];

const END_REASONS: [&str; 5] = [
    "Returned to school full time",
    "Target date reached",
    "Moved to another provider",
    "The placement did not suit the pupil",
    "Family moved out of the county",
];

/// A placement, as far as its register needs it.
#[derive(Clone, Debug)]
pub struct Placed {
    pub id: PlacementId,
    pub pupil: PupilId,
    pub provider: ProviderId,
    pub registered: bool,
    pub by_authority: bool,
    pub starts_on: NaiveDate,
    /// The last day on which a register was taken.
    pub until: NaiveDate,
    pub days: Vec<Weekday>,
    pub mornings_only: bool,
}

/// A pupil, as far as placements need it.
struct Pupil {
    id: PupilId,
    school: School,
    authority_places: bool,
    /// Days of the week that placements have taken.
    taken: Vec<Weekday>,
}

pub fn draft(draft: &mut Draft, county: &Organisations) -> Vec<Placed> {
    let mut pupils: Vec<Pupil> = (0..PUPILS * draft.scale).map(|number| add_pupil(draft, county, number)).collect();
    let hosts: Vec<&Provider> = county.providers.iter().filter(|one| one.kind != ProviderKind::Broker).collect();
    let brokers: Vec<&Provider> = county.providers.iter().filter(|one| one.kind == ProviderKind::Broker).collect();
    let count = pupils.len();
    let mut placed = Vec::new();
    for number in 0..PLACEMENTS * draft.scale {
        // Every pupil has one; the rest go to pupils who have one already.
        let index = if number < count { number } else { with_a_free_day(draft, &pupils) };
        let provider = hosts[draft.below(hosts.len())];
        let broker = draft.chance(6).then(|| brokers[number % brokers.len()].id);
        if let Some(placement) = add_placement(draft, &mut pupils[index], provider, broker, number) {
            placed.push(placement);
        }
    }
    placed
}

/// Somebody who is not yet away on all five days of the week.
fn with_a_free_day(draft: &mut Draft, pupils: &[Pupil]) -> usize {
    let start = draft.below(pupils.len());
    (start..pupils.len()).chain(0..start).find(|index| pupils[*index].taken.len() < WEEK.len()).unwrap_or(start)
}

fn add_pupil(draft: &mut Draft, county: &Organisations, number: usize) -> Pupil {
    // All were known before their first placement.
    let enrolled = draft.days_ago(795 - (number as u64 * 13) % 50);
    let at = draft.morning(enrolled);
    let Stamp { created_at, updated_at, version } = draft.stamp(at);
    let school = draft.pick(&county.schools);
    let person = draft.names.person();
    let year_group = draft.pick(&[5, 6, 7, 7, 8, 8, 8, 9, 9, 9, 9, 10, 10, 10, 10, 10, 11, 11, 11, 11]);
    let date_of_birth = birthday(draft, year_group);
    let (sen_provision, primary_need) = needs(draft);
    let looked_after = match draft.below(100) {
        0..=7 => Answer::Yes,
        8..=12 => Answer::Unknown,
        _ => Answer::No,
    };
    let upn = (number % 20 != 9).then(|| upn(899, school.establishment, draft.today.year() - 5, number as u32));
    let row = pupil::Model {
        id: draft.id(at),
        authority_id: draft.authority,
        school_id: school.id,
        upn: upn.map(Private),
        given_name: Private(person.given),
        family_name: Private(person.family),
        date_of_birth: Private(date_of_birth),
        year_group,
        sen_provision: Coded(sen_provision),
        primary_need: primary_need.map(Coded),
        looked_after: Coded(looked_after),
        created_at,
        updated_at,
        version,
    };
    let authority_places = looked_after == Answer::Yes || sen_provision == SenProvision::Ehcp && draft.chance(30);
    let pupil = Pupil { id: row.id, school, authority_places, taken: Vec::new() };
    draft.rows.pupils.push(row);
    pupil
}

/// A day in the school year in which pupils of this year group were born.
fn birthday(draft: &mut Draft, year_group: i32) -> NaiveDate {
    let first = school_year_start(draft.today).with_year(school_year_start(draft.today).year() - year_group - 5);
    first.unwrap_or(draft.today) + Days::new(draft.between(0, 364))
}

fn needs(draft: &mut Draft) -> (SenProvision, Option<PrimaryNeed>) {
    const COMMON: [PrimaryNeed; 10] = [
        PrimaryNeed::Semh,
        PrimaryNeed::Semh,
        PrimaryNeed::Semh,
        PrimaryNeed::Semh,
        PrimaryNeed::Asd,
        PrimaryNeed::Asd,
        PrimaryNeed::Slcn,
        PrimaryNeed::Spld,
        PrimaryNeed::Mld,
        PrimaryNeed::Hi,
    ];
    match draft.below(100) {
        0..=39 => (SenProvision::None, None),
        40..=44 => (SenProvision::SenSupport, Some(PrimaryNeed::Nsa)),
        45..=76 => (SenProvision::SenSupport, Some(draft.pick(&COMMON))),
        _ => (SenProvision::Ehcp, Some(draft.pick(&COMMON))),
    }
}

/// A unique pupil number: its letter is the sum of the digits, each times its place, in the alphabet of 23 letters.
fn upn(authority: u32, establishment: u32, year: i32, serial: u32) -> String {
    const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    let year = year.rem_euclid(100) + (serial / 1000) as i32;
    let digits = format!("{authority:03}{establishment:04}{year:02}{:03}", serial % 1000);
    let sum: usize = digits.bytes().zip(2..).map(|(digit, place)| usize::from(digit - b'0') * place).sum();
    format!("{}{digits}", char::from(LETTERS[sum % LETTERS.len()]))
}

fn add_placement(
    draft: &mut Draft,
    pupil: &mut Pupil,
    provider: &Provider,
    broker: Option<ProviderId>,
    number: usize,
) -> Option<Placed> {
    let state = match number % 40 {
        0..=25 => PlacementState::Active,
        26..=35 => PlacementState::Ended,
        36 | 37 => PlacementState::Agreed,
        38 => PlacementState::Proposed,
        _ => PlacementState::Cancelled,
    };
    let days = free_days(draft, pupil, state);
    let (starts_on, until) = span(draft, state);
    let target_ends_on = starts_on + Days::new(draft.pick(&[84, 180, 270, 320]));
    let mornings_only = days.len() == 1 && draft.chance(25);
    let (rate_pence, rate_basis) = rate(draft, provider.kind, days.len());
    let partnership_buys = !pupil.authority_places && number.is_multiple_of(2);
    let school_buys = !pupil.authority_places && !partnership_buys;
    // The school may sign and the partnership pay.
    let partnership_pays = partnership_buys || school_buys && draft.chance(25);
    let agreed_on = starts_on.min(draft.today) - Days::new(draft.between(3, 20));
    let Stamp { created_at, updated_at, version } = draft.stamp(draft.morning(agreed_on));
    let row = placement::Model {
        id: draft.id(created_at),
        authority_id: draft.authority,
        pupil_id: pupil.id,
        provider_id: provider.id,
        site_id: Some(provider.site),
        on_roll_school_id: pupil.school.id,
        contracting_school_id: school_buys.then_some(pupil.school.id),
        contracting_partnership_id: partnership_buys.then_some(pupil.school.partnership),
        contracting_authority_id: pupil.authority_places.then_some(draft.authority),
        paying_school_id: (school_buys && !partnership_pays).then_some(pupil.school.id),
        paying_partnership_id: partnership_pays.then_some(pupil.school.partnership),
        paying_authority_id: pupil.authority_places.then_some(draft.authority),
        broker_id: broker,
        state: Coded(state),
        starts_on,
        target_ends_on,
        ended_on: (state == PlacementState::Ended).then_some(until),
        end_reason: (state == PlacementState::Ended).then(|| draft.pick(&END_REASONS).to_owned()),
        rate_pence,
        rate_basis: Coded(rate_basis),
        purpose: draft.pick(&PURPOSES).to_owned(),
        created_at,
        updated_at,
        version,
    };
    let id = row.id;
    draft.rows.placements.push(row);
    add_sessions(draft, id, &days, mornings_only, draft.stamp(created_at));
    let attended = matches!(state, PlacementState::Active | PlacementState::Ended);
    attended.then_some(Placed {
        id,
        pupil: pupil.id,
        provider: provider.id,
        registered: provider.registered,
        by_authority: pupil.authority_places,
        starts_on,
        until,
        days,
        mornings_only,
    })
}

/// The weekdays of a placement: one to three, now and then all five; a pupil cannot be in two places on one day.
fn free_days(draft: &mut Draft, pupil: &mut Pupil, state: PlacementState) -> Vec<Weekday> {
    let wanted = draft.pick(&[1, 1, 2, 2, 2, 2, 3, 3, 5]);
    let free: Vec<Weekday> = WEEK.into_iter().filter(|day| !pupil.taken.contains(day)).collect();
    let from = if free.is_empty() { WEEK.to_vec() } else { free };
    let start = draft.below(from.len());
    let mut days: Vec<Weekday> = from.iter().cycle().skip(start).take(wanted.min(from.len())).copied().collect();
    days.sort_unstable();
    if matches!(state, PlacementState::Active | PlacementState::Ended) {
        pupil.taken.extend(&days);
    }
    days
}

/// First day, and the last day of its register so far.
fn span(draft: &mut Draft, state: PlacementState) -> (NaiveDate, NaiveDate) {
    let today = last_school_day(draft.today);
    match state {
        PlacementState::Active => {
            let longest = draft.pick(&[90, 150, 240, 360, 540, 700]);
            let days = draft.between(14, longest);
            (next_school_day(draft.days_ago(days)).min(today), today)
        }
        PlacementState::Ended => {
            let ended = draft.between(10, 500);
            let length = draft.between(30, 225);
            (next_school_day(draft.days_ago(ended + length)), last_school_day(draft.days_ago(ended)))
        }
        PlacementState::Proposed | PlacementState::Agreed | PlacementState::Cancelled => {
            let days = draft.between(7, 60);
            let start = next_school_day(draft.days_ahead(days));
            (start, start)
        }
    }
}

/// The agreed rate in pence: tuition by the session, whole weeks by the week, all else by the day.
fn rate(draft: &mut Draft, kind: ProviderKind, days: usize) -> (i64, RateBasis) {
    let pounds = |draft: &mut Draft, from, to| draft.between(from, to) as i64 * 100;
    match kind {
        ProviderKind::Tuition => (pounds(draft, 32, 58), RateBasis::Session),
        _ if days == 5 => (pounds(draft, 390, 640), RateBasis::Week),
        ProviderKind::RegisteredSchool => (pounds(draft, 110, 165), RateBasis::Day),
        _ => (pounds(draft, 70, 125) + 50 * draft.below(2) as i64, RateBasis::Day),
    }
}

fn add_sessions(draft: &mut Draft, placement_id: PlacementId, days: &[Weekday], mornings_only: bool, stamp: Stamp) {
    let Stamp { created_at, updated_at, version } = stamp;
    let halves: &[(&str, &str, i32)] =
        if mornings_only { &[("09:15", "12:15", 180)] } else { &[("09:15", "12:00", 165), ("12:45", "14:45", 120)] };
    for weekday in days {
        for (starts_at, ends_at, minutes) in halves {
            let row = placement_session::Model {
                id: draft.id(created_at),
                authority_id: draft.authority,
                placement_id,
                weekday: Coded(*weekday),
                starts_at: (*starts_at).to_owned(),
                ends_at: (*ends_at).to_owned(),
                minutes: *minutes,
                created_at,
                updated_at,
                version,
            };
            draft.rows.placement_sessions.push(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pupil_number_carries_its_check_letter() {
        // The published example B801200005001.
        assert_eq!(upn(801, 2000, 2005, 1), "B801200005001");
    }
}
