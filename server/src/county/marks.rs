//! Two years of registers: a mark for every session that a placement ran, mornings and afternoons, in term time.
//!
//! Who comes is a habit of the pupil: most attend, some drift away, a few hardly come. What is written for a pupil who
//! is there depends on who arranged the place: the codes of 2024 tell a registered school, an authority's arrangement
//! and a school's arrangement apart (facts 2a).

use chrono::{Datelike, NaiveDate};
use domain::placement::{Session, Weekday};
use entity::{Coded, attendance_mark};

use super::calendar::is_school_day;
use super::draft::Draft;
use super::pupils::Placed;

/// Chances in a thousand of being away, early in a placement and today.
#[derive(Clone, Copy, Debug)]
struct Habit {
    at_first: u32,
    now: u32,
}

pub fn draft(draft: &mut Draft, placements: &[Placed]) {
    let school_days: Vec<(NaiveDate, Option<Weekday>)> = (0..=740)
        .map(|back| draft.days_ago(740 - back))
        .filter(|date| is_school_day(*date))
        .map(|date| (date, weekday(date)))
        .collect();
    for placed in placements {
        let habit = habit(draft);
        let length = (placed.until - placed.starts_on).num_days().max(1) as u32;
        for (date, weekday) in &school_days {
            if *date < placed.starts_on
                || *date > placed.until
                || !weekday.is_some_and(|day| placed.days.contains(&day))
            {
                continue;
            }
            let age = (*date - placed.starts_on).num_days() as u32;
            let away = (habit.at_first * (length - age) + habit.now * age) / length;
            add_day(draft, placed, *date, away);
        }
    }
}

fn weekday(date: NaiveDate) -> Option<Weekday> {
    match date.weekday() {
        chrono::Weekday::Mon => Some(Weekday::Monday),
        chrono::Weekday::Tue => Some(Weekday::Tuesday),
        chrono::Weekday::Wed => Some(Weekday::Wednesday),
        chrono::Weekday::Thu => Some(Weekday::Thursday),
        chrono::Weekday::Fri => Some(Weekday::Friday),
        chrono::Weekday::Sat | chrono::Weekday::Sun => None,
    }
}

fn habit(draft: &mut Draft) -> Habit {
    match draft.below(20) {
        0..=11 => Habit { at_first: 60, now: 80 },
        12..=15 => Habit { at_first: 150, now: 150 },
        16 | 17 => Habit { at_first: 90, now: 520 },
        18 => Habit { at_first: 400, now: 150 },
        _ => Habit { at_first: 550, now: 650 },
    }
}

/// The marks of one day. Who is away in the morning is mostly away in the afternoon as well.
fn add_day(draft: &mut Draft, placed: &Placed, date: NaiveDate, away: u32) {
    let absent = (draft.below(1000) as u32) < away;
    let code = absent.then(|| absence(draft, date));
    for session in if placed.mornings_only { &[Session::Am][..] } else { &[Session::Am, Session::Pm][..] } {
        let changes = draft.chance(4);
        let (code, minutes_late) = match code {
            Some(code) if !changes => (code, None),
            None if changes && *session == Session::Am => ("L", Some(draft.between(4, 28) as i32)),
            None if changes => ("M", None),
            Some(_) | None => (presence(placed, *session), None),
        };
        push(draft, placed, date, *session, code, minutes_late);
    }
}

/// What is written for a pupil who is there.
fn presence(placed: &Placed, session: Session) -> &'static str {
    match (placed.registered, placed.by_authority, session) {
        (true, _, Session::Am) => "/",
        (true, _, Session::Pm) => "\\",
        (false, true, _) => "K",
        (false, false, _) => "B",
    }
}

/// Why a pupil is not there; for the last days the reason is often not known yet.
fn absence(draft: &mut Draft, date: NaiveDate) -> &'static str {
    if (draft.today - date).num_days() <= 5 && draft.chance(50) {
        return "N";
    }
    match draft.below(100) {
        0..=39 => "I",
        40..=49 => "M",
        50..=79 => "O",
        80..=84 => "U",
        85..=88 => "E",
        89..=92 => "C",
        93..=95 => "G",
        96 | 97 => "Y1",
        _ => "R",
    }
}

fn push(draft: &mut Draft, placed: &Placed, date: NaiveDate, session: Session, code: &str, minutes_late: Option<i32>) {
    let half = if session == Session::Am { 75 } else { 285 };
    let at = (draft.morning(date) + chrono::TimeDelta::minutes(half)).min(draft.now);
    let row = attendance_mark::Model {
        id: draft.id(at),
        authority_id: draft.authority,
        placement_id: placed.id,
        pupil_id: placed.pupil,
        provider_id: placed.provider,
        date,
        session: Coded(session),
        code: code.to_owned(),
        minutes_late,
        created_at: at,
        updated_at: at,
        version: 1,
    };
    draft.rows.marks.push(row);
}
