//! Fenshire's school calendar: when a register is taken.
//!
//! An invented calendar in the shape of an English one: three terms with a week's break in each, two weeks at Easter,
//! no dates that depend on the moon.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Breaks as (month, day) of their first and last days; the one over New Year is given as its two halves.
const BREAKS: [((u32, u32), (u32, u32)); 7] = [
    ((1, 1), (1, 4)),
    ((2, 14), (2, 21)),
    ((4, 3), (4, 18)),
    ((5, 25), (6, 1)),
    ((7, 22), (9, 2)),
    ((10, 24), (11, 1)),
    ((12, 20), (12, 31)),
];

/// Whether schools are open on the day: a weekday outside the breaks, and not the May bank holiday.
pub fn is_school_day(date: NaiveDate) -> bool {
    let day = (date.month(), date.day());
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    let may_day = date.month() == 5 && date.day() <= 7 && date.weekday() == Weekday::Mon;
    !weekend && !may_day && !BREAKS.iter().any(|(first, last)| (*first..=*last).contains(&day))
}

/// The first school day on or after `date`.
pub fn next_school_day(date: NaiveDate) -> NaiveDate {
    date.iter_days().find(|day| is_school_day(*day)).unwrap_or(date)
}

/// The last school day on or before `date`.
pub fn last_school_day(date: NaiveDate) -> NaiveDate {
    (0..60).filter_map(|back| date.checked_sub_days(Days::new(back))).find(|day| is_school_day(*day)).unwrap_or(date)
}

/// The first of September that begins the school year of `date`.
pub fn school_year_start(date: NaiveDate) -> NaiveDate {
    let year = if date.month() >= 9 { date.year() } else { date.year() - 1 };
    NaiveDate::from_ymd_opt(year, 9, 1).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_school_year_has_about_190_days() {
        for year in 2023..2030 {
            let days = day(year, 9, 1).iter_days().take(365).filter(|day| is_school_day(*day)).count();
            assert!((184..=198).contains(&days), "{year}: {days}");
        }
    }

    #[test]
    fn breaks_and_weekends_have_no_register() {
        assert!(is_school_day(day(2026, 11, 20)));
        assert!(!is_school_day(day(2026, 11, 22)));
        assert!(!is_school_day(day(2026, 12, 25)));
        assert!(!is_school_day(day(2026, 8, 12)));
        assert_eq!(last_school_day(day(2026, 11, 22)), day(2026, 11, 20));
        assert_eq!(next_school_day(day(2026, 8, 12)), day(2026, 9, 3));
        assert_eq!(school_year_start(day(2027, 2, 1)), day(2026, 9, 1));
    }
}
