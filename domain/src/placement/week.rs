//! The week of a placement: its sessions, how long they are, and whether two weeks can be one pupil's.

use super::Weekday;

/// Sessions that a week may have: mornings and afternoons of five days, twice over.
const SESSIONS: std::ops::RangeInclusive<usize> = 1..=20;

/// What is wrong with a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeekFault {
    /// No session, or too many.
    Count,
    /// A time that is none, or a session that ends before it starts.
    Time,
    /// Two sessions at the same time.
    Overlap,
}

/// A weekly session (S1): from one minute of a day to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeeklySession {
    weekday: Weekday,
    starts: i32,
    ends: i32,
}

impl WeeklySession {
    /// A session from times written `HH:MM`; `None` where they are not, or where it does not end after it starts.
    #[must_use]
    pub fn read(weekday: Weekday, starts_at: &str, ends_at: &str) -> Option<Self> {
        let session = Self { weekday, starts: minute_of_day(starts_at)?, ends: minute_of_day(ends_at)? };
        (session.starts < session.ends).then_some(session)
    }

    /// Its day.
    #[must_use]
    pub fn weekday(&self) -> Weekday {
        self.weekday
    }

    /// Start, `HH:MM`.
    #[must_use]
    pub fn starts_at(&self) -> String {
        written(self.starts)
    }

    /// Finish, `HH:MM`.
    #[must_use]
    pub fn ends_at(&self) -> String {
        written(self.ends)
    }

    /// Its length in minutes.
    #[must_use]
    pub fn minutes(&self) -> i32 {
        self.ends - self.starts
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.weekday == other.weekday && self.starts < other.ends && other.starts < self.ends
    }
}

fn minute_of_day(text: &str) -> Option<i32> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| match text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(i32::from(tens - b'0') * 10 + i32::from(ones - b'0')),
        _ => None,
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn written(minute: i32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A week of sessions given as day, start and finish.
///
/// # Errors
/// What is wrong with it.
pub fn week<'a>(given: impl Iterator<Item = (Weekday, &'a str, &'a str)>) -> Result<Vec<WeeklySession>, WeekFault> {
    let sessions: Vec<_> = given
        .map(|(weekday, starts_at, ends_at)| WeeklySession::read(weekday, starts_at, ends_at))
        .collect::<Option<_>>()
        .ok_or(WeekFault::Time)?;
    if !SESSIONS.contains(&sessions.len()) {
        return Err(WeekFault::Count);
    }
    let twice = sessions.iter().enumerate().any(|(at, session)| clash(&[*session], &sessions[at + 1..]));
    if twice { Err(WeekFault::Overlap) } else { Ok(sessions) }
}

/// Whether a pupil cannot keep both weeks: some session of one overlaps one of the other (S104, S136).
#[must_use]
pub fn clash(one: &[WeeklySession], other: &[WeeklySession]) -> bool {
    one.iter().any(|session| other.iter().any(|held| session.overlaps(held)))
}

#[cfg(test)]
mod tests {
    use super::Weekday::{Friday, Monday};
    use super::{WeekFault, WeeklySession, clash, week};

    #[test]
    fn hours_follow_from_start_and_finish_s1() {
        let session = WeeklySession::read(Monday, "09:00", "14:45").expect("a session");
        assert_eq!((session.minutes(), session.starts_at(), session.ends_at()), (345, "09:00".into(), "14:45".into()));
        for (starts, ends) in [
            ("9:00", "10:00"),
            ("09:00", "09:00"),
            ("10:00", "09:00"),
            ("09:60", "10:00"),
            ("23:00", "24:00"),
            ("+9:00", "10:00"),
            ("", ""),
        ] {
            assert_eq!(WeeklySession::read(Monday, starts, ends), None, "{starts} to {ends}");
        }
    }

    #[test]
    fn a_week_has_sessions_that_follow_each_other() {
        let read = |given: &[(_, &'static str, &'static str)]| week(given.iter().copied()).map(|week| week.len());
        assert_eq!(read(&[(Monday, "09:00", "12:00"), (Monday, "12:00", "15:00"), (Friday, "09:00", "12:00")]), Ok(3));
        assert_eq!(read(&[(Monday, "09:00", "12:00"), (Monday, "11:59", "15:00")]), Err(WeekFault::Overlap));
        assert_eq!(read(&[(Monday, "12:00", "09:00")]), Err(WeekFault::Time));
        assert_eq!(read(&[]), Err(WeekFault::Count));
        assert_eq!(read(&[(Monday, "09:00", "12:00"); 21]), Err(WeekFault::Count));
    }

    #[test]
    fn weeks_side_by_side_do_not_clash_s136() {
        let read = |weekday, starts, ends| [WeeklySession::read(weekday, starts, ends).expect("a session")];
        let morning = read(Monday, "09:00", "12:00");
        assert!(!clash(&morning, &read(Monday, "12:00", "15:00")));
        assert!(!clash(&morning, &read(Friday, "09:00", "12:00")));
        assert!(clash(&morning, &read(Monday, "10:00", "10:30")));
        assert!(clash(&morning, &read(Monday, "08:00", "16:00")));
    }
}
