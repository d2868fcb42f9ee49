//! Named people by role and date: "who was the safeguarding lead on 3 March" has an answer (S2, D17).

use chrono::NaiveDate;

use crate::{details, refusals};

refusals! {
    /// Why a contact was not added.
    AddContactRefusal {
        /// There is no such provider, school or partnership.
        NotFound = "not_found",
        /// Only officers and coordinators of the authority add contacts, and a provider's people their own.
        NotAllowed = "not_allowed",
        /// A name has 2 to 200 characters.
        NameLength = "name_length",
        /// A job title has 200 characters at most.
        PositionLength = "position_length",
        /// This is not an e-mail address.
        EmailFormat = "email_format",
        /// A telephone number has 10 to 15 digits.
        TelephoneFormat = "telephone_format",
        /// Give an e-mail address or a telephone number, so that the person can be reached.
        Unreachable = "unreachable",
    }
}

refusals! {
    /// Why a contact was not ended.
    EndContactRefusal {
        /// There is no such contact.
        NotFound = "not_found",
        /// Only officers and coordinators of the authority end contacts, and a provider's people their own.
        NotAllowed = "not_allowed",
        /// The contact has ended already.
        AlreadyEnded = "already_ended",
        /// A contact cannot end before its first day. Choose a later day.
        BeforeStart = "before_start",
    }
}

/// What a new contact claims.
#[derive(Debug, Clone, Copy)]
pub struct Claims<'a> {
    /// The person's name.
    pub name: &'a str,
    /// Job title.
    pub position: Option<&'a str>,
    /// E-mail.
    pub email: Option<&'a str>,
    /// Telephone.
    pub telephone: Option<&'a str>,
}

/// Whether a contact may be added with these claims.
///
/// # Errors
/// What is wrong, and with which field.
pub fn add(claims: &Claims<'_>) -> Result<(), (AddContactRefusal, &'static str)> {
    if !details::is_name(claims.name) {
        return Err((AddContactRefusal::NameLength, "name"));
    }
    if claims.position.is_some_and(|position| position.chars().count() > 200) {
        return Err((AddContactRefusal::PositionLength, "position"));
    }
    if claims.email.is_some_and(|email| !details::is_email(email)) {
        return Err((AddContactRefusal::EmailFormat, "email"));
    }
    if claims.telephone.is_some_and(|telephone| !details::is_telephone(telephone)) {
        return Err((AddContactRefusal::TelephoneFormat, "telephone"));
    }
    if claims.email.is_none() && claims.telephone.is_none() {
        return Err((AddContactRefusal::Unreachable, "email"));
    }
    Ok(())
}

/// Whether a contact since `starts_on` may end on `day`, the first day on which it no longer holds.
///
/// # Errors
/// Why not.
pub fn end(starts_on: NaiveDate, ends_on: Option<NaiveDate>, day: NaiveDate) -> Result<(), EndContactRefusal> {
    if ends_on.is_some() {
        return Err(EndContactRefusal::AlreadyEnded);
    }
    if day < starts_on {
        return Err(EndContactRefusal::BeforeStart);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{AddContactRefusal as Refusal, Claims, EndContactRefusal, add, end};

    /// S2: the key contact of a placement can be reached.
    #[test]
    fn a_contact_has_a_name_and_can_be_reached() {
        let plain = Claims { name: "Jo Reed", position: Some("Head"), email: Some("jo@fen.example"), telephone: None };
        assert_eq!(add(&plain), Ok(()));
        assert_eq!(add(&Claims { email: None, telephone: Some("01632 960001"), ..plain }), Ok(()));
        let long = "x".repeat(201);
        let cases = [
            (Claims { name: "", ..plain }, (Refusal::NameLength, "name")),
            (Claims { position: Some(&long), ..plain }, (Refusal::PositionLength, "position")),
            (Claims { email: Some("jo"), ..plain }, (Refusal::EmailFormat, "email")),
            (Claims { telephone: Some("123"), ..plain }, (Refusal::TelephoneFormat, "telephone")),
            (Claims { email: None, ..plain }, (Refusal::Unreachable, "email")),
        ];
        for (claims, refused) in cases {
            assert_eq!(add(&claims), Err(refused), "{claims:?}");
        }
    }

    #[test]
    fn a_contact_ends_once_and_not_before_it_began() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a day");
        assert_eq!(end(day(1), None, day(1)), Ok(()));
        assert_eq!(end(day(1), Some(day(5)), day(2)), Err(EndContactRefusal::AlreadyEnded));
        assert_eq!(end(day(3), None, day(2)), Err(EndContactRefusal::BeforeStart));
    }
}
