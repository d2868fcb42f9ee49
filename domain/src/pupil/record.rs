//! A pupil's record: what it may say.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::upn::{self, UpnFault};
use super::{PrimaryNeed, SenProvision};
use crate::reference;
use crate::refusals;

/// How many years a pupil may be placed above or below the year group of their age.
const YEARS_OUT_OF_COHORT: i32 = 2;

/// What is wrong with a record, and the field it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A name is empty or too long.
    GivenName,
    /// A name is empty or too long.
    FamilyName,
    /// Born in the future, or longer ago than any pupil.
    BirthDate,
    /// No such year group.
    YearGroup,
    /// A year group far from the pupil's age.
    YearGroupAge,
    /// Not a unique pupil number.
    UpnShape,
    /// The check letter does not follow from the number.
    UpnCheckLetter,
    /// A need that cannot stand beside this provision.
    Need,
}

impl Fault {
    /// The field of the input that it is about.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::GivenName => "givenName",
            Self::FamilyName => "familyName",
            Self::BirthDate => "dateOfBirth",
            Self::YearGroup | Self::YearGroupAge => "yearGroup",
            Self::UpnShape | Self::UpnCheckLetter => "upn",
            Self::Need => "primaryNeed",
        }
    }
}

/// Declares why a mutation of a record refuses: reasons of its own, and those that every record has.
macro_rules! record_refusals {
    ($(#[doc = $list_doc:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $value:ident = $text:literal,)* }) => {
        refusals! {
            $(#[doc = $list_doc])+
            $name {
                $($(#[doc = $doc])+ $value = $text,)*
                /// A name has 1 to 100 characters.
                NameLength = "name_length",
                /// A date of birth lies in the past, and not more than 30 years ago. Check the year.
                BirthDate = "birth_date",
                /// A year group is 0 (reception) to 13.
                YearGroup = "year_group",
                /// The year group is more than two years from the pupil's age. Check both.
                YearGroupAge = "year_group_age",
                /// A unique pupil number is a letter, eleven digits, and a digit or letter. Leave it out if there is none yet.
                UpnShape = "upn_shape",
                /// The first letter does not follow from the number: a character is wrong. Copy it again from the school's system.
                UpnCheckLetter = "upn_check_letter",
                /// Another pupil of the authority has this number.
                UpnTaken = "upn_taken",
                /// A primary need stands beside SEN support or a plan; support without an assessment beside SEN support alone.
                NeedMismatch = "need_mismatch",
            }
        }

        impl From<Fault> for $name {
            fn from(fault: Fault) -> Self {
                match fault {
                    Fault::GivenName | Fault::FamilyName => Self::NameLength,
                    Fault::BirthDate => Self::BirthDate,
                    Fault::YearGroup => Self::YearGroup,
                    Fault::YearGroupAge => Self::YearGroupAge,
                    Fault::UpnShape => Self::UpnShape,
                    Fault::UpnCheckLetter => Self::UpnCheckLetter,
                    Fault::Need => Self::NeedMismatch,
                }
            }
        }
    };
}

record_refusals! {
    /// Why a pupil was not created.
    CreatePupilRefusal {
        /// Officers create pupils of their authority, coordinators those of their partnership's schools.
        NotAllowed = "not_allowed",
        /// There is no school with this id whose pupils you look after.
        SchoolNotFound = "school_not_found",
    }
}

record_refusals! {
    /// Why a pupil was not changed.
    ChangePupilRefusal {
        /// There is no pupil with this id that you may see.
        NotFound = "not_found",
        /// Officers change pupils of their authority, coordinators those of their partnership's schools.
        NotAllowed = "not_allowed",
        /// Somebody changed the pupil since you read it. Look at it as it is now, and change that.
        Stale = "stale",
        /// There is no school with this id, in the pupil's authority, whose pupils you look after.
        SchoolNotFound = "school_not_found",
    }
}

/// What a record claims.
#[derive(Clone, Copy)]
pub struct Claims<'a> {
    /// Given name.
    pub given_name: &'a str,
    /// Family name.
    pub family_name: &'a str,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// National curriculum year; 0 is reception.
    pub year_group: i32,
    /// Unique pupil number, as it was typed.
    pub upn: Option<&'a str>,
    /// SEN provision.
    pub sen_provision: SenProvision,
    /// Primary need.
    pub primary_need: Option<PrimaryNeed>,
}

/// Says nothing of the pupil: records are not for logs.
impl fmt::Debug for Claims<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims").finish_non_exhaustive()
    }
}

/// Whether a record may say this; answers its unique pupil number as it is stored.
///
/// # Errors
/// The first thing that is wrong.
pub fn check(claims: &Claims<'_>, today: NaiveDate) -> Result<Option<String>, Fault> {
    for (name, fault) in [(claims.given_name, Fault::GivenName), (claims.family_name, Fault::FamilyName)] {
        if !(1..=100).contains(&name.trim().chars().count()) || name.chars().any(char::is_control) {
            return Err(fault);
        }
    }
    if claims.date_of_birth >= today || today.years_since(claims.date_of_birth).is_none_or(|years| years > 30) {
        return Err(Fault::BirthDate);
    }
    if !(0..=13).contains(&claims.year_group) {
        return Err(Fault::YearGroup);
    }
    if (year_group_by_age(claims.date_of_birth, today) - claims.year_group).abs() > YEARS_OUT_OF_COHORT {
        return Err(Fault::YearGroupAge);
    }
    if claims.primary_need.is_some_and(|need| !may_stand_beside(need, claims.sen_provision)) {
        return Err(Fault::Need);
    }
    claims.upn.map(upn::read).transpose().map_err(|fault| match fault {
        UpnFault::Shape => Fault::UpnShape,
        UpnFault::CheckLetter => Fault::UpnCheckLetter,
    })
}

/// The year group of somebody born on a day, in the school year of `today`: school years begin on 1 September, and
/// reception is the one in which a child turns five.
fn year_group_by_age(born: NaiveDate, today: NaiveDate) -> i32 {
    let school_year = |day: NaiveDate| if day.month() >= 9 { day.year() } else { day.year() - 1 };
    school_year(today) - school_year(born) - 5
}

fn may_stand_beside(need: PrimaryNeed, provision: SenProvision) -> bool {
    let only_with = reference::need_types().iter().find(|line| line.value == need).and_then(|line| line.only_with);
    provision != SenProvision::None && only_with.is_none_or(|only| only == provision)
}

#[cfg(test)]
mod tests {
    use super::{ChangePupilRefusal, Claims, Fault, check, year_group_by_age};
    use crate::pupil::{PrimaryNeed, SenProvision};
    use chrono::NaiveDate;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn plain() -> Claims<'static> {
        Claims {
            given_name: "Robin",
            family_name: "Example",
            date_of_birth: day("2011-05-04"),
            year_group: 10,
            upn: None,
            sen_provision: SenProvision::SenSupport,
            primary_need: Some(PrimaryNeed::Semh),
        }
    }

    #[test]
    fn a_record_may_say_what_can_be_so() {
        let today = day("2026-03-03");
        assert_eq!(check(&plain(), today), Ok(None));
        let numbered = Claims { upn: Some("b801200005001"), ..plain() };
        assert_eq!(check(&numbered, today), Ok(Some("B801200005001".to_owned())));
        let cases = [
            (Claims { given_name: " ", ..plain() }, Fault::GivenName),
            (Claims { family_name: "a\nb", ..plain() }, Fault::FamilyName),
            (Claims { date_of_birth: today, ..plain() }, Fault::BirthDate),
            (Claims { date_of_birth: day("1911-05-04"), ..plain() }, Fault::BirthDate),
            (Claims { year_group: 14, ..plain() }, Fault::YearGroup),
            (Claims { year_group: -1, ..plain() }, Fault::YearGroup),
            (Claims { year_group: 7, ..plain() }, Fault::YearGroupAge),
            (Claims { upn: Some(""), ..plain() }, Fault::UpnShape),
            (Claims { upn: Some("A801200005001"), ..plain() }, Fault::UpnCheckLetter),
            (Claims { sen_provision: SenProvision::None, ..plain() }, Fault::Need),
            (
                Claims { sen_provision: SenProvision::Ehcp, primary_need: Some(PrimaryNeed::Nsa), ..plain() },
                Fault::Need,
            ),
        ];
        for (claims, fault) in cases {
            assert_eq!(check(&claims, today), Err(fault));
            assert!(!ChangePupilRefusal::from(fault).to_string().is_empty());
        }
    }

    #[test]
    fn year_groups_turn_on_the_first_of_september() {
        for (born, today, year) in [
            ("2011-08-31", "2026-03-03", 10),
            ("2011-09-01", "2026-03-03", 9),
            ("2011-09-01", "2026-09-01", 10),
            ("2021-08-31", "2025-09-01", 0),
        ] {
            assert_eq!(year_group_by_age(day(born), day(today)), year, "{born} on {today}");
        }
    }

    #[test]
    fn a_record_is_not_printed() {
        assert_eq!(format!("{:?}", plain()), "Claims { .. }");
    }
}
