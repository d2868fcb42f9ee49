//! Schools, and which partnership each belongs to from which day on (D9).

use chrono::NaiveDate;

use crate::{details, refusals};

refusals! {
    /// Why a school was not made.
    CreateSchoolRefusal {
        /// Only officers of the authority add schools. Ask one of them.
        NotAllowed = "not_allowed",
        /// A name has 2 to 200 characters.
        NameLength = "name_length",
        /// A unique reference number has 6 digits.
        UrnDigits = "urn_digits",
        /// A school with this unique reference number is there already.
        UrnTaken = "urn_taken",
        /// This is not a postcode.
        PostcodeFormat = "postcode_format",
    }
}

refusals! {
    /// Why a school's partnership was not changed.
    SetSchoolPartnershipRefusal {
        /// There is no such school.
        NotFound = "not_found",
        /// Only officers of the authority change partnerships. Ask one of them.
        NotAllowed = "not_allowed",
        /// There is no such partnership in the school's authority.
        PartnershipNotFound = "partnership_not_found",
        /// A membership that begins on this day or later is there already. Choose a later day.
        Overlaps = "overlaps",
        /// The school belongs to this partnership on this day already.
        AlreadyMember = "already_member",
        /// The school belongs to no partnership on this day.
        NotMember = "not_member",
        /// Somebody else changed the school at the same moment. Look again, then repeat.
        Stale = "stale",
    }
}

/// What a new school claims.
#[derive(Debug, Clone, Copy)]
pub struct Claims<'a> {
    /// Its name.
    pub name: &'a str,
    /// Unique reference number of the school register.
    pub urn: Option<i32>,
    /// Postcode, as it was typed.
    pub postcode: &'a str,
}

/// The postcode of a new school as it is printed, if everything else may be so too.
///
/// # Errors
/// What is wrong, and with which field.
pub fn create(claims: &Claims<'_>) -> Result<String, (CreateSchoolRefusal, &'static str)> {
    if !details::is_name(claims.name) {
        return Err((CreateSchoolRefusal::NameLength, "name"));
    }
    if claims.urn.is_some_and(|urn| !(100_000..1_000_000).contains(&urn)) {
        return Err((CreateSchoolRefusal::UrnDigits, "urn"));
    }
    details::postcode(claims.postcode).ok_or((CreateSchoolRefusal::PostcodeFormat, "postcode"))
}

/// A membership of a partnership, from one day to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term<P> {
    /// The partnership.
    pub partnership: P,
    /// First day.
    pub starts_on: NaiveDate,
    /// First day on which it no longer holds.
    pub ends_on: Option<NaiveDate>,
}

/// Which of the terms ends on `day`, when the school belongs to `next` from then on, or to none. The past stays as it
/// was: nothing that began on that day or later is touched (D9).
///
/// # Errors
/// What is wrong, and with which field.
pub fn set_partnership<P: PartialEq>(
    terms: &[Term<P>],
    next: Option<&P>,
    day: NaiveDate,
) -> Result<Option<usize>, (SetSchoolPartnershipRefusal, &'static str)> {
    let ended = |term: &Term<P>| term.ends_on.is_some_and(|ends_on| ends_on <= term.starts_on);
    if terms.iter().any(|term| term.starts_on >= day && !ended(term)) {
        return Err((SetSchoolPartnershipRefusal::Overlaps, "startsOn"));
    }
    let present =
        terms.iter().position(|term| term.starts_on < day && term.ends_on.is_none_or(|ends_on| ends_on > day));
    match (present, next) {
        (None, None) => Err((SetSchoolPartnershipRefusal::NotMember, "partnershipId")),
        (Some(at), Some(next)) if terms[at].partnership == *next => {
            Err((SetSchoolPartnershipRefusal::AlreadyMember, "partnershipId"))
        }
        _ => Ok(present),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{Claims, CreateSchoolRefusal, SetSchoolPartnershipRefusal as Refusal, Term, create, set_partnership};

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).expect("a day")
    }

    #[test]
    fn a_school_is_written_as_the_register_writes_it() {
        let plain = Claims { name: "Fen Edge Academy", urn: Some(123_456), postcode: "zz99 1aa" };
        assert_eq!(create(&plain).as_deref(), Ok("ZZ99 1AA"));
        assert_eq!(create(&Claims { urn: None, ..plain }).as_deref(), Ok("ZZ99 1AA"));
        assert_eq!(create(&Claims { name: "", ..plain }), Err((CreateSchoolRefusal::NameLength, "name")));
        assert_eq!(create(&Claims { urn: Some(99), ..plain }), Err((CreateSchoolRefusal::UrnDigits, "urn")));
        let nowhere = Claims { postcode: "nowhere", ..plain };
        assert_eq!(create(&nowhere), Err((CreateSchoolRefusal::PostcodeFormat, "postcode")));
    }

    /// D9: memberships are dated, and what was stays on record.
    #[test]
    fn a_school_moves_between_partnerships_without_overlap() {
        let past = Term { partnership: 'a', starts_on: day(1, 1), ends_on: Some(day(3, 1)) };
        let present = Term { partnership: 'b', starts_on: day(3, 1), ends_on: None };
        let dated = Term { ends_on: Some(day(9, 1)), ..present };
        let never = Term { starts_on: day(6, 1), ends_on: Some(day(6, 1)), ..present };
        let cases: [(&[Term<char>], Option<char>, NaiveDate, Result<Option<usize>, (Refusal, &str)>); 11] = [
            (&[], Some('a'), day(4, 1), Ok(None)),
            (&[], None, day(4, 1), Err((Refusal::NotMember, "partnershipId"))),
            (&[past, present], Some('a'), day(4, 1), Ok(Some(1))),
            (&[past, present], None, day(4, 1), Ok(Some(1))),
            (&[past, present], Some('b'), day(4, 1), Err((Refusal::AlreadyMember, "partnershipId"))),
            (&[past, present], Some('a'), day(3, 1), Err((Refusal::Overlaps, "startsOn"))),
            (&[past, present], Some('a'), day(2, 1), Err((Refusal::Overlaps, "startsOn"))),
            (&[past], Some('a'), day(3, 1), Ok(None)),
            (&[past, dated], Some('a'), day(4, 1), Ok(Some(1))),
            (&[past, dated], None, day(10, 1), Err((Refusal::NotMember, "partnershipId"))),
            (&[past, present, never], Some('a'), day(4, 1), Ok(Some(1))),
        ];
        for (terms, next, on, expected) in cases {
            assert_eq!(set_partnership(terms, next.as_ref(), on), expected, "{terms:?} {next:?} {on}");
        }
    }
}
