//! How long to wait before something is tried again: twice as long each time, up to a longest wait, with jitter, so that
//! phones which lost the server together do not come back together.

use chrono::{DateTime, TimeDelta, Utc};

/// The longest that anything waits. What waits longer was dated by a clock that has since been set back.
pub const LONGEST: TimeDelta = TimeDelta::minutes(15);

/// The longest that the line as a whole rests after a call that brought no answer.
pub const LONGEST_LINE: TimeDelta = TimeDelta::minutes(1);

const SHORTEST: TimeDelta = TimeDelta::seconds(2);

/// How long to wait after so many failures, the first being 1; between half and the whole of the doubled wait.
/// `random` is any number, all equally likely.
pub fn wait(failures: u32, longest: TimeDelta, random: u32) -> TimeDelta {
    let doublings = failures.saturating_sub(1).min(16);
    let whole = (SHORTEST * (1 << doublings)).min(longest).num_milliseconds();
    let half = whole / 2;
    let jitter = i64::from(random) * (whole - half) / i64::from(u32::MAX);
    TimeDelta::milliseconds(half + jitter)
}

/// Whether an instant has come. One that lies too far ahead has: the clock was set back since it was noted.
pub fn is_due(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at <= now || at > now + LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let seconds = |failures, random| wait(failures, LONGEST, random).num_milliseconds();
        assert_eq!([1, 2, 3, 4].map(|failures| seconds(failures, u32::MAX)), [2_000, 4_000, 8_000, 16_000]);
        assert_eq!([1, 2, 3, 4].map(|failures| seconds(failures, 0)), [1_000, 2_000, 4_000, 8_000]);
        assert_eq!(seconds(u32::MAX, u32::MAX), LONGEST.num_milliseconds());
        assert_eq!(wait(40, LONGEST_LINE, 0), LONGEST_LINE / 2);
    }

    #[test]
    fn a_clock_that_went_back_does_not_make_a_phone_wait_for_hours() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        assert!(is_due(now, now) && is_due(now - TimeDelta::hours(5), now));
        assert!(!is_due(now + LONGEST, now));
        assert!(is_due(now + LONGEST + TimeDelta::seconds(1), now));
    }
}
