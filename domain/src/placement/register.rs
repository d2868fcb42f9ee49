//! Taking a register: marks for sessions of a placement (S163). What a code counts as is reference data; whether it is
//! the right one is no question here.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::{PlacementState, Session};
use crate::{reference, refusals};

/// Marks that one request may bring.
const MARKS: std::ops::RangeInclusive<usize> = 1..=100;
/// Codes of somebody who came late: before the register closed, and after it.
const LATE: [&str; 2] = ["L", "U"];

refusals! {
    /// Why no marks were recorded.
    RecordMarksRefusal {
        /// There is no placement with this id that you may see.
        NotFound = "not_found",
        /// A provider's own people mark its registers, and those who commission the placement.
        NotAllowed = "not_allowed",
        /// A register is kept once a placement has started.
        NotStarted = "not_started",
        /// A request brings 1 to 100 marks.
        MarkCount = "mark_count",
        /// Two of these marks are for the same session, or carry the same id.
        MarkedTwice = "marked_twice",
        /// A date lies outside the placement.
        OutsidePlacement = "outside_placement",
        /// A date lies in the future.
        InFuture = "in_future",
        /// A code was not in use on its date. Choose one of the attendance codes of that day.
        UnknownCode = "unknown_code",
        /// Minutes late are 1 to 480, and stand beside the codes L and U alone.
        MinutesLate = "minutes_late",
        /// Another mark has one of these ids. Use a new id.
        IdTaken = "id_taken",
    }
}

/// A mark, as it was sent.
#[derive(Debug, Clone, Copy)]
pub struct Mark<'a> {
    /// Date.
    pub date: NaiveDate,
    /// Morning or afternoon.
    pub session: Session,
    /// Attendance code.
    pub code: &'a str,
    /// Minutes late.
    pub minutes_late: Option<i32>,
}

/// The placement that is marked.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// State.
    pub state: PlacementState,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day, once it has ended.
    pub ended_on: Option<NaiveDate>,
}

/// Whether these marks may be recorded today.
///
/// # Errors
/// The first thing that is wrong.
pub fn record(facts: &Facts, marks: &[Mark<'_>], today: NaiveDate) -> Result<(), RecordMarksRefusal> {
    if !matches!(facts.state, PlacementState::Active | PlacementState::Ended) {
        return Err(RecordMarksRefusal::NotStarted);
    }
    if !MARKS.contains(&marks.len()) {
        return Err(RecordMarksRefusal::MarkCount);
    }
    let mut sessions = HashSet::new();
    for mark in marks {
        if !sessions.insert((mark.date, mark.session)) {
            return Err(RecordMarksRefusal::MarkedTwice);
        }
        check(facts, mark, today)?;
    }
    Ok(())
}

fn check(facts: &Facts, mark: &Mark<'_>, today: NaiveDate) -> Result<(), RecordMarksRefusal> {
    if mark.date > today {
        return Err(RecordMarksRefusal::InFuture);
    }
    if mark.date < facts.starts_on || facts.ended_on.is_some_and(|last| mark.date > last) {
        return Err(RecordMarksRefusal::OutsidePlacement);
    }
    if reference::attendance_code(mark.code, mark.date).is_none() {
        return Err(RecordMarksRefusal::UnknownCode);
    }
    if mark.minutes_late.is_some_and(|minutes| !LATE.contains(&mark.code) || !(1..=480).contains(&minutes)) {
        return Err(RecordMarksRefusal::MinutesLate);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_register_is_taken_for_days_of_the_placement_s163() {
        let today = day("2026-03-12");
        let ended =
            Facts { state: PlacementState::Ended, starts_on: day("2026-03-02"), ended_on: Some(day("2026-03-11")) };
        let active = Facts { state: PlacementState::Active, ended_on: None, ..ended };
        let here = Mark { date: day("2026-03-10"), session: Session::Am, code: "B", minutes_late: None };
        let late = Mark { session: Session::Pm, code: "L", minutes_late: Some(12), ..here };
        assert_eq!(record(&active, &[here, late], today), Ok(()));
        assert_eq!(record(&ended, &[late], today), Ok(()));
        let cases = [
            (active, Mark { date: day("2026-03-13"), ..here }, RecordMarksRefusal::InFuture),
            (active, Mark { date: day("2026-03-01"), ..here }, RecordMarksRefusal::OutsidePlacement),
            (ended, Mark { date: day("2026-03-12"), ..here }, RecordMarksRefusal::OutsidePlacement),
            (active, Mark { code: "H", ..here }, RecordMarksRefusal::UnknownCode),
            (active, Mark { code: "b", ..here }, RecordMarksRefusal::UnknownCode),
            (active, Mark { minutes_late: Some(5), ..here }, RecordMarksRefusal::MinutesLate),
            (active, Mark { minutes_late: Some(0), ..late }, RecordMarksRefusal::MinutesLate),
            (Facts { state: PlacementState::Agreed, ..active }, here, RecordMarksRefusal::NotStarted),
        ];
        for (facts, mark, refused) in cases {
            assert_eq!(record(&facts, &[mark], today), Err(refused), "{mark:?}");
        }
        assert_eq!(record(&active, &[here, here], today), Err(RecordMarksRefusal::MarkedTwice));
        assert_eq!(record(&active, &[], today), Err(RecordMarksRefusal::MarkCount));
    }
}
