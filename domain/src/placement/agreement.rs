//! What a placement may be proposed with, and the week that it keeps.

use chrono::NaiveDate;

use super::PlacementState;
use super::week::WeekFault;
use crate::refusals;

/// Pence that a rate may be: up to £10,000.
const RATE: std::ops::RangeInclusive<i64> = 0..=1_000_000;

/// Declares why a mutation of a week refuses: reasons of its own, and those that every week has.
macro_rules! week_refusals {
    ($(#[doc = $list_doc:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $value:ident = $text:literal,)* }) => {
        refusals! {
            $(#[doc = $list_doc])+
            $name {
                $($(#[doc = $doc])+ $value = $text,)*
                /// A placement has 1 to 20 weekly sessions.
                SessionCount = "session_count",
                /// A session starts and ends at times written HH:MM, and ends after it starts.
                SessionTime = "session_time",
                /// Two of these sessions are at the same time.
                SessionsOverlap = "sessions_overlap",
                /// The pupil is at another placement at that time. Change one of the two weeks, or end the other placement.
                WeekClash = "week_clash",
            }
        }

        impl From<WeekFault> for $name {
            fn from(fault: WeekFault) -> Self {
                match fault {
                    WeekFault::Count => Self::SessionCount,
                    WeekFault::Time => Self::SessionTime,
                    WeekFault::Overlap => Self::SessionsOverlap,
                }
            }
        }
    };
}

week_refusals! {
    /// Why a placement was not proposed.
    ProposePlacementRefusal {
        /// Officers propose placements for pupils of their authority, coordinators for those of their partnership's schools.
        NotAllowed = "not_allowed",
        /// There is no pupil with this id that you may see.
        PupilNotFound = "pupil_not_found",
        /// There is no provider with this id in the pupil's authority.
        ProviderNotFound = "provider_not_found",
        /// The provider has no site with this id.
        SiteNotFound = "site_not_found",
        /// There is no broker with this id in the pupil's authority; a broker is a provider of that kind.
        BrokerNotFound = "broker_not_found",
        /// There is no such school, partnership or authority that you may sign for.
        ContractingPartyNotFound = "contracting_party_not_found",
        /// There is no such school, partnership or authority that you may let pay.
        PayingPartyNotFound = "paying_party_not_found",
        /// A placement's target end is not before its start.
        DateOrder = "date_order",
        /// A rate is 0.00 to 10000.00 pounds.
        RateAmount = "rate_amount",
        /// A purpose has 3 to 2000 characters.
        PurposeLength = "purpose_length",
    }
}

week_refusals! {
    /// Why a placement's week was not changed.
    ChangePlacementSessionsRefusal {
        /// There is no placement with this id that you may see.
        NotFound = "not_found",
        /// Those who commission a placement change its week: officers, and coordinators of its school or of a party to it.
        NotAllowed = "not_allowed",
        /// Somebody changed the placement since you read it. Look at it as it is now, and change that.
        Stale = "stale",
        /// The placement has ended or was cancelled: its week stands as it was.
        Over = "over",
    }
}

/// What a proposal says, beside the parties and the week.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// First day.
    pub starts_on: NaiveDate,
    /// Day on which it is meant to end.
    pub target_ends_on: NaiveDate,
    /// Agreed rate in pence.
    pub rate_pence: i64,
    /// Purpose in commissioning (S1).
    pub purpose: &'a str,
}

/// Whether a placement may be proposed on these terms.
///
/// # Errors
/// What is wrong, and with which field.
pub fn propose(terms: &Terms<'_>) -> Result<(), (ProposePlacementRefusal, &'static str)> {
    if terms.target_ends_on < terms.starts_on {
        return Err((ProposePlacementRefusal::DateOrder, "targetEndsOn"));
    }
    if !RATE.contains(&terms.rate_pence) {
        return Err((ProposePlacementRefusal::RateAmount, "rate"));
    }
    if !(3..=2000).contains(&terms.purpose.trim().chars().count()) {
        return Err((ProposePlacementRefusal::PurposeLength, "purpose"));
    }
    Ok(())
}

/// Whether a placement in this state and version may have its week replaced by somebody who read that version.
///
/// # Errors
/// Why not.
pub fn change_week(state: PlacementState, version: i32, read: i32) -> Result<(), ChangePlacementSessionsRefusal> {
    if !state.is_current() {
        return Err(ChangePlacementSessionsRefusal::Over);
    }
    if version != read {
        return Err(ChangePlacementSessionsRefusal::Stale);
    }
    Ok(())
}

/// The days that a placement takes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
}

impl Days {
    /// The days of a placement as they look today: one that runs past its target end takes up today as well.
    #[must_use]
    pub fn of(state: PlacementState, starts_on: NaiveDate, target_ends_on: NaiveDate, today: NaiveDate) -> Self {
        let until = if state == PlacementState::Active { target_ends_on.max(today) } else { target_ends_on };
        Self { from: starts_on, until }
    }

    /// Whether some day is in both.
    #[must_use]
    pub fn meet(self, other: Self) -> bool {
        self.from <= other.until && other.from <= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::{Days, ProposePlacementRefusal as Refusal, Terms, change_week, propose};
    use crate::placement::PlacementState::{Active, Agreed, Ended};
    use crate::placement::agreement::ChangePlacementSessionsRefusal as WeekRefusal;
    use chrono::NaiveDate;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_proposal_has_an_end_a_rate_and_a_purpose_s1() {
        let terms = Terms {
            starts_on: day("2026-03-09"),
            target_ends_on: day("2026-07-17"),
            rate_pence: 9_500,
            purpose: "A vocational route into motor vehicle work",
        };
        assert_eq!(propose(&terms), Ok(()));
        assert_eq!(propose(&Terms { target_ends_on: terms.starts_on, rate_pence: 0, ..terms }), Ok(()));
        let cases = [
            (Terms { target_ends_on: day("2026-03-08"), ..terms }, (Refusal::DateOrder, "targetEndsOn")),
            (Terms { rate_pence: -1, ..terms }, (Refusal::RateAmount, "rate")),
            (Terms { rate_pence: 1_000_001, ..terms }, (Refusal::RateAmount, "rate")),
            (Terms { purpose: "  ok ", ..terms }, (Refusal::PurposeLength, "purpose")),
        ];
        for (terms, refused) in cases {
            assert_eq!(propose(&terms), Err(refused), "{terms:?}");
        }
    }

    #[test]
    fn a_week_changes_while_the_placement_is_current() {
        assert_eq!(change_week(Active, 3, 3), Ok(()));
        assert_eq!(change_week(Agreed, 3, 2), Err(WeekRefusal::Stale));
        assert_eq!(change_week(Ended, 3, 3), Err(WeekRefusal::Over));
    }

    #[test]
    fn a_placement_that_runs_on_takes_up_today() {
        let today = day("2026-03-09");
        let days = |state| Days::of(state, day("2026-01-05"), day("2026-03-06"), today);
        let next = Days { from: today, until: day("2026-07-17") };
        assert!(days(Active).meet(next));
        assert!(!days(Agreed).meet(next));
        assert!(days(Agreed).meet(Days { from: day("2026-03-06"), ..next }));
    }
}
