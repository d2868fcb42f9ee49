//! Time as schools count it: months, terms, academic years; and calendar years.
//!
//! England's academic year runs from 1 September to 31 August. Where a term ends depends on Easter and on each school, so
//! here it ends with a month: autumn is September to December, spring January to March, summer April to August.
//!
//! A period is a number that goes up by one from each to the next, so that a database can group by it with whole numbers
//! alone. All begin from the number of a month: twelve times the year, and 0 for January.

use chrono::{Datelike, NaiveDate};

use crate::codes;

codes! {
    /// Periods that dates fall in.
    Period {
        /// A month, as in `2026-03`.
        Month = "month",
        /// A term of an academic year: autumn from September, spring from January, summer from April.
        Term = "term",
        /// An academic year, from September to August, as in `2025/26`.
        AcademicYear = "academic_year",
        /// A calendar year.
        Year = "year",
    }
}

/// Months from January to the September that begins an academic year.
pub const FIRST_MONTH: i64 = 8;
/// Months from September to the first of the spring and of the summer term.
pub const LATER_TERMS: [i64; 2] = [4, 7];
const TERMS: [&str; 3] = ["autumn", "spring", "summer"];

impl Period {
    /// The period that a day falls in.
    #[must_use]
    pub fn of(self, day: NaiveDate) -> i64 {
        self.of_month(i64::from(day.year()) * 12 + i64::from(day.month0()))
    }

    /// The period that a month falls in.
    #[must_use]
    pub fn of_month(self, month: i64) -> i64 {
        let school_month = month - FIRST_MONTH;
        match self {
            Self::Month => month,
            Self::Year => month.div_euclid(12),
            Self::AcademicYear => school_month.div_euclid(12),
            Self::Term => {
                let begun = LATER_TERMS.iter().filter(|first| school_month.rem_euclid(12) >= **first).count();
                school_month.div_euclid(12) * 3 + i64::try_from(begun).unwrap_or(0)
            }
        }
    }

    /// How a period is written; as text they stand in the order of time.
    #[must_use]
    pub fn text(self, number: i64) -> String {
        let academic = |year: i64| format!("{year}/{:02}", (year + 1).rem_euclid(100));
        match self {
            Self::Month => format!("{:04}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1),
            Self::Year => number.to_string(),
            Self::AcademicYear => academic(number),
            Self::Term => {
                let term = usize::try_from(number.rem_euclid(3)).unwrap_or(0);
                format!("{} {}", academic(number.div_euclid(3)), TERMS[term])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Period;
    use chrono::NaiveDate;

    #[test]
    fn days_fall_in_the_periods_that_schools_count() {
        let cases = [
            ("2025-08-31", ["2025-08", "2024/25 summer", "2024/25", "2025"]),
            ("2025-09-01", ["2025-09", "2025/26 autumn", "2025/26", "2025"]),
            ("2025-12-31", ["2025-12", "2025/26 autumn", "2025/26", "2025"]),
            ("2026-01-01", ["2026-01", "2025/26 spring", "2025/26", "2026"]),
            ("2026-03-31", ["2026-03", "2025/26 spring", "2025/26", "2026"]),
            ("2026-04-01", ["2026-04", "2025/26 summer", "2025/26", "2026"]),
            ("1999-10-10", ["1999-10", "1999/00 autumn", "1999/00", "1999"]),
        ];
        for (day, texts) in cases {
            let day: NaiveDate = day.parse().expect("a date");
            let told =
                [Period::Month, Period::Term, Period::AcademicYear, Period::Year].map(|one| one.text(one.of(day)));
            assert_eq!(told, texts, "{day}");
        }
    }

    #[test]
    fn numbers_and_texts_go_up_together() {
        for period in [Period::Month, Period::Term, Period::AcademicYear, Period::Year] {
            for month in 1_990 * 12..2_050 * 12 {
                let (one, next) = (period.of_month(month), period.of_month(month + 1));
                assert!(next == one || next == one + 1);
                assert!(period.text(one) <= period.text(next));
            }
        }
    }
}
