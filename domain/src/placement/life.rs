//! How a placement lives: proposed, agreed, active, ended; or cancelled before it starts.

use chrono::NaiveDate;

use super::PlacementState;
use crate::refusals;

refusals! {
    /// Why a placement was not agreed.
    AgreePlacementRefusal {
        /// There is no placement with this id that you may see.
        NotFound = "not_found",
        /// Those who commission a placement and its provider's people agree it.
        NotAllowed = "not_allowed",
        /// Only a proposed placement can be agreed.
        NotProposed = "not_proposed",
    }
}

refusals! {
    /// Why a placement was not started.
    StartPlacementRefusal {
        /// There is no placement with this id that you may see.
        NotFound = "not_found",
        /// Those who commission a placement and its provider's people start it.
        NotAllowed = "not_allowed",
        /// A placement starts once it is agreed. Agree it first.
        NotAgreed = "not_agreed",
        /// The agreed start lies in the future. Start it on the day.
        TooEarly = "too_early",
        /// A placement really starts between its agreed start and today, and before its target end.
        StartDate = "start_date",
        /// The pupil is still at another placement at the time of some of these sessions. End that one, or change a week.
        WeekClash = "week_clash",
    }
}

refusals! {
    /// Why a placement was not ended.
    EndPlacementRefusal {
        /// There is no placement with this id that you may see.
        NotFound = "not_found",
        /// Those who commission a placement and its provider's people end it.
        NotAllowed = "not_allowed",
        /// Only a placement that runs can end; one that has not started is cancelled.
        NotActive = "not_active",
        /// A placement ends between its start and today.
        EndDate = "end_date",
        /// The register has marks after that day. Correct the date.
        MarkedLater = "marked_later",
        /// A reason has 3 to 1000 characters.
        ReasonLength = "reason_length",
    }
}

refusals! {
    /// Why a placement was not cancelled.
    CancelPlacementRefusal {
        /// There is no placement with this id that you may see.
        NotFound = "not_found",
        /// Those who commission a placement and its provider's people cancel it.
        NotAllowed = "not_allowed",
        /// Only a placement that has not started can be cancelled; one that runs is ended.
        NotOpen = "not_open",
        /// A reason has 3 to 1000 characters.
        ReasonLength = "reason_length",
    }
}

impl PlacementState {
    /// The states of a placement that a pupil's week must leave room for.
    pub const CURRENT: [Self; 3] = [Self::Proposed, Self::Agreed, Self::Active];

    /// Whether it is neither ended nor cancelled.
    #[must_use]
    pub fn is_current(self) -> bool {
        Self::CURRENT.contains(&self)
    }
}

/// The dates of a placement and its state.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// State.
    pub state: PlacementState,
    /// First day.
    pub starts_on: NaiveDate,
    /// Day on which it is meant to end.
    pub target_ends_on: NaiveDate,
}

/// Whether a placement may be agreed.
///
/// # Errors
/// Why not.
pub fn agree(state: PlacementState) -> Result<(), AgreePlacementRefusal> {
    if state == PlacementState::Proposed { Ok(()) } else { Err(AgreePlacementRefusal::NotProposed) }
}

/// The first day of a placement that starts: the agreed one, or the later one on which it really did (S36, S84).
///
/// # Errors
/// Why it may not start.
pub fn start(
    facts: &Facts,
    started_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<NaiveDate, (StartPlacementRefusal, Option<&'static str>)> {
    if facts.state != PlacementState::Agreed {
        return Err((StartPlacementRefusal::NotAgreed, None));
    }
    if today < facts.starts_on {
        return Err((StartPlacementRefusal::TooEarly, None));
    }
    let day = started_on.unwrap_or(facts.starts_on);
    if (facts.starts_on..=today.min(facts.target_ends_on)).contains(&day) {
        Ok(day)
    } else {
        Err((StartPlacementRefusal::StartDate, Some("startedOn")))
    }
}

/// Whether a placement may end on a day, for a reason (S84).
///
/// # Errors
/// What is wrong, and with which field.
pub fn end(
    facts: &Facts,
    ended_on: NaiveDate,
    reason: &str,
    today: NaiveDate,
) -> Result<(), (EndPlacementRefusal, Option<&'static str>)> {
    if facts.state != PlacementState::Active {
        return Err((EndPlacementRefusal::NotActive, None));
    }
    if !(facts.starts_on..=today).contains(&ended_on) {
        return Err((EndPlacementRefusal::EndDate, Some("endedOn")));
    }
    if is_reason(reason) { Ok(()) } else { Err((EndPlacementRefusal::ReasonLength, Some("reason"))) }
}

/// Whether a placement may be cancelled for a reason.
///
/// # Errors
/// What is wrong, and with which field.
pub fn cancel(state: PlacementState, reason: &str) -> Result<(), (CancelPlacementRefusal, Option<&'static str>)> {
    if !matches!(state, PlacementState::Proposed | PlacementState::Agreed) {
        return Err((CancelPlacementRefusal::NotOpen, None));
    }
    if is_reason(reason) { Ok(()) } else { Err((CancelPlacementRefusal::ReasonLength, Some("reason"))) }
}

fn is_reason(text: &str) -> bool {
    (3..=1000).contains(&text.trim().chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use crate::placement::PlacementState::{Active, Agreed, Cancelled, Ended, Proposed};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn facts(state: PlacementState) -> Facts {
        Facts { state, starts_on: day("2026-03-09"), target_ends_on: day("2026-07-17") }
    }

    #[test]
    fn each_step_follows_the_one_before() {
        let today = day("2026-03-09");
        for state in PlacementState::ALL.iter().copied() {
            assert_eq!(agree(state).is_ok(), state == Proposed, "{state}");
            assert_eq!(start(&facts(state), None, today).is_ok(), state == Agreed, "{state}");
            assert_eq!(end(&facts(state), today, "moved away", today).is_ok(), state == Active, "{state}");
            assert_eq!(cancel(state, "moved away").is_ok(), [Proposed, Agreed].contains(&state), "{state}");
            assert_eq!(state.is_current(), ![Ended, Cancelled].contains(&state), "{state}");
        }
    }

    #[test]
    fn a_placement_starts_when_it_is_agreed_and_due_s36() {
        let agreed = facts(Agreed);
        let refused = |refusal, field| Err((refusal, field));
        assert_eq!(start(&facts(Proposed), None, day("2026-03-09")), refused(StartPlacementRefusal::NotAgreed, None));
        assert_eq!(start(&agreed, None, day("2026-03-08")), refused(StartPlacementRefusal::TooEarly, None));
        assert_eq!(start(&agreed, None, day("2026-03-12")), Ok(day("2026-03-09")));
        assert_eq!(start(&agreed, Some(day("2026-03-11")), day("2026-03-12")), Ok(day("2026-03-11")));
        for odd in ["2026-03-08", "2026-03-13"] {
            let started = start(&agreed, Some(day(odd)), day("2026-03-12"));
            assert_eq!(started, refused(StartPlacementRefusal::StartDate, Some("startedOn")), "{odd}");
        }
    }

    #[test]
    fn a_placement_ends_on_a_day_that_was_and_for_a_reason_s84() {
        let today = day("2026-05-01");
        let ends = |on: &str, reason| end(&facts(Active), day(on), reason, today).map_err(|(refusal, _)| refusal);
        assert_eq!(ends("2026-03-09", "moved away"), Ok(()));
        assert_eq!(ends("2026-03-08", "moved away"), Err(EndPlacementRefusal::EndDate));
        assert_eq!(ends("2026-05-02", "moved away"), Err(EndPlacementRefusal::EndDate));
        assert_eq!(ends("2026-05-01", " . "), Err(EndPlacementRefusal::ReasonLength));
        assert_eq!(cancel(Agreed, ""), Err((CancelPlacementRefusal::ReasonLength, Some("reason"))));
    }
}
