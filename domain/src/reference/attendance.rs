//! Codes of the attendance register: what each says and how it counts. Data only; what may be marked when is a rule of its own.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::Error as _;
use uuid::Uuid;

use super::{Mark, stable_id};
use crate::codes;
use crate::placement::Session;

codes! {
    /// How a marked session counts in statistics.
    AttendanceCategory {
        /// There, at the school itself.
        Attending = "attending",
        /// At an approved educational activity elsewhere: counts as there.
        ApprovedActivity = "approved_activity",
        /// Could not have been there: does not count as a possible session.
        NotPossible = "not_possible",
        /// Away, with good reason.
        Authorised = "authorised",
        /// Away, without good reason or with none known.
        Unauthorised = "unauthorised",
        /// Not part of the statistics.
        NotCollected = "not_collected",
    }
}

/// An attendance code during a span of time. A code that was counted differently later stands once per span.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttendanceCode {
    #[serde(skip)]
    pub id: Uuid,
    pub code: String,
    pub meaning: String,
    pub category: AttendanceCategory,
    /// The only session that it can be marked for.
    pub session: Option<Session>,
    /// First day; `None`: older than these records.
    #[serde(default, rename = "from", deserialize_with = "day")]
    pub effective_from: Option<NaiveDate>,
    /// Last day; `None`: still in use.
    #[serde(default, rename = "until", deserialize_with = "day")]
    pub effective_until: Option<NaiveDate>,
    pub mark: Mark,
    /// Where the list comes from; the same for every code.
    #[serde(skip)]
    pub citation: String,
}

impl AttendanceCode {
    /// Whether the code may be marked for this day.
    pub fn is_in_use(&self, on: NaiveDate) -> bool {
        self.effective_from.is_none_or(|from| from <= on) && self.effective_until.is_none_or(|until| on <= until)
    }
}

/// A day as TOML writes it, without quotes.
fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = toml::value::Datetime::deserialize(deserializer)?.to_string();
    text.parse().map(Some).map_err(D::Error::custom)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodesFile {
    source: String,
    #[serde(rename = "code")]
    codes: Vec<AttendanceCode>,
}

/// Every attendance code, those withdrawn last.
pub fn attendance_codes() -> &'static [AttendanceCode] {
    static CODES: LazyLock<Vec<AttendanceCode>> = LazyLock::new(|| {
        let file: CodesFile = super::read("attendance_codes.toml", include_str!("../../data/attendance_codes.toml"));
        let complete = |line: AttendanceCode| {
            let from = line.effective_from.map(|from| from.to_string()).unwrap_or_default();
            let id = stable_id(&["attendance_code", &line.code, &from]);
            AttendanceCode { id, citation: file.source.clone(), ..line }
        };
        file.codes.into_iter().map(complete).collect()
    });
    &CODES
}

/// What a code means on a day; `None` where it was not in use.
pub fn attendance_code(code: &str, on: NaiveDate) -> Option<&'static AttendanceCode> {
    attendance_codes().iter().find(|line| line.code == code && line.is_in_use(on))
}

#[cfg(test)]
mod tests {
    use super::AttendanceCategory::{ApprovedActivity, Attending, Authorised, NotCollected, NotPossible, Unauthorised};
    use super::*;
    use crate::reference::repeated;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn each_category_holds_the_codes_of_the_2024_regulations() {
        let cases: [(AttendanceCategory, &[&str]); 6] = [
            (Attending, &["/", "\\", "L"]),
            (ApprovedActivity, &["K", "V", "P", "W", "B"]),
            (NotPossible, &["D", "X", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"]),
            (Authorised, &["C1", "M", "J1", "S", "C2", "C", "T", "R", "I", "E"]),
            (Unauthorised, &["G", "N", "O", "U"]),
            (NotCollected, &["Z", "#"]),
        ];
        let today = date("2026-03-03");
        for (category, expected) in cases {
            let in_use = attendance_codes().iter().filter(|line| line.category == category && line.is_in_use(today));
            assert_eq!(in_use.map(|line| line.code.as_str()).collect::<Vec<_>>(), expected, "{category}");
        }
    }

    #[test]
    fn withdrawn_codes_are_kept_for_older_registers() {
        for code in ["H", "J", "Y"] {
            assert!(attendance_code(code, date("2024-08-18")).is_some(), "{code}");
            assert!(attendance_code(code, date("2024-08-19")).is_none(), "{code}");
        }
        for code in ["K", "C1", "C2", "J1", "Q", "Y1", "Y7"] {
            assert!(attendance_code(code, date("2024-08-18")).is_none(), "{code}");
        }
    }

    #[test]
    fn dual_registration_counted_as_an_activity_until_the_change() {
        let category = |on| attendance_code("D", date(on)).map(|line| line.category);
        assert_eq!(category("2024-06-03"), Some(ApprovedActivity));
        assert_eq!(category("2024-09-03"), Some(NotPossible));
    }

    #[test]
    fn on_no_day_does_a_code_mean_two_things() {
        for day in ["2020-01-01", "2024-08-18", "2024-08-19", "2026-11-22"] {
            let in_use = attendance_codes().iter().filter(|line| line.is_in_use(date(day)));
            assert!(repeated(in_use.map(|line| &line.code)).is_empty(), "{day}");
        }
        assert!(repeated(attendance_codes().iter().map(|line| line.id)).is_empty());
        assert_eq!(attendance_codes().len(), 38);
    }

    #[test]
    fn every_code_says_what_it_means_and_where_it_comes_from() {
        for line in attendance_codes() {
            assert!(!line.meaning.is_empty() && line.citation.contains("2024/208"), "{}", line.code);
        }
        assert_eq!(attendance_code("/", date("2026-03-03")).and_then(|line| line.session), Some(Session::Am));
        assert_eq!(attendance_code("\\", date("2026-03-03")).and_then(|line| line.session), Some(Session::Pm));
    }
}
