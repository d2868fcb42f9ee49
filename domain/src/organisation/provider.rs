//! Registering a provider, and keeping its record up to date.

use crate::{details, refusals};

refusals! {
    /// Why a provider was not registered.
    RegisterProviderRefusal {
        /// Only officers and coordinators of the authority register providers.
        NotAllowed = "not_allowed",
        /// A name has 2 to 200 characters.
        NameLength = "name_length",
        /// A registered school has a unique reference number of 5 or 6 digits; others have none.
        UrnMismatch = "urn_mismatch",
        /// A UK provider reference number has 8 digits.
        UkprnDigits = "ukprn_digits",
    }
}

refusals! {
    /// Why a provider was not changed.
    UpdateProviderRefusal {
        /// There is no such provider.
        NotFound = "not_found",
        /// Officers and coordinators of the authority change everything; the provider's own people its website, telephone, e-mail and capacity.
        NotAllowed = "not_allowed",
        /// Somebody else changed the provider since this version. Look at it as it is now, then repeat.
        Stale = "stale",
        /// A name has 2 to 200 characters.
        NameLength = "name_length",
        /// A registered school has a unique reference number of 5 or 6 digits; others have none.
        UrnMismatch = "urn_mismatch",
        /// A UK provider reference number has 8 digits.
        UkprnDigits = "ukprn_digits",
        /// A website is written like https://provider.example and has 200 characters at most.
        WebsiteFormat = "website_format",
        /// A telephone number has 10 to 15 digits.
        TelephoneFormat = "telephone_format",
        /// This is not an e-mail address.
        EmailFormat = "email_format",
        /// A capacity is between 0 and 2000 pupils.
        CapacityRange = "capacity_range",
    }
}

/// What a provider's registration claims.
#[derive(Debug, Clone, Copy)]
pub struct Claims<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it is a registered school.
    pub registered: bool,
    /// Unique reference number.
    pub urn: Option<i32>,
    /// UK provider reference number (S274).
    pub ukprn: Option<i32>,
}

/// Whether a provider may be registered with these claims.
///
/// # Errors
/// What is wrong, and with which field.
pub fn register(claims: &Claims<'_>) -> Result<(), (RegisterProviderRefusal, &'static str)> {
    if !(2..=200).contains(&claims.name.trim().chars().count()) {
        return Err((RegisterProviderRefusal::NameLength, "name"));
    }
    let urn_fits = claims.urn.map_or(!claims.registered, |urn| claims.registered && (10_000..1_000_000).contains(&urn));
    if !urn_fits {
        return Err((RegisterProviderRefusal::UrnMismatch, "urn"));
    }
    if claims.ukprn.is_some_and(|ukprn| !(10_000_000..100_000_000).contains(&ukprn)) {
        return Err((RegisterProviderRefusal::UkprnDigits, "ukprn"));
    }
    Ok(())
}

/// New values of what a provider's own people keep up to date; `None` where nothing is set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Details<'a> {
    /// Website.
    pub website: Option<&'a str>,
    /// Telephone.
    pub telephone: Option<&'a str>,
    /// E-mail.
    pub email: Option<&'a str>,
    /// Pupils it can take at once.
    pub capacity: Option<i32>,
}

/// Whether a provider may be changed: to these claims, where any of them changes, and to these details.
///
/// # Errors
/// What is wrong, and with which field.
pub fn update(claims: Option<&Claims<'_>>, details: &Details<'_>) -> Result<(), (UpdateProviderRefusal, &'static str)> {
    use UpdateProviderRefusal as Refusal;
    if let Some(claims) = claims {
        register(claims).map_err(|(code, field)| match code {
            RegisterProviderRefusal::NameLength => (Refusal::NameLength, field),
            RegisterProviderRefusal::UrnMismatch => (Refusal::UrnMismatch, field),
            RegisterProviderRefusal::UkprnDigits => (Refusal::UkprnDigits, field),
            RegisterProviderRefusal::NotAllowed | RegisterProviderRefusal::KeyReused => (Refusal::NotAllowed, field),
        })?;
    }
    if details.website.is_some_and(|website| !details::is_website(website)) {
        return Err((Refusal::WebsiteFormat, "website"));
    }
    if details.telephone.is_some_and(|telephone| !details::is_telephone(telephone)) {
        return Err((Refusal::TelephoneFormat, "telephone"));
    }
    if details.email.is_some_and(|email| !details::is_email(email)) {
        return Err((Refusal::EmailFormat, "email"));
    }
    if details.capacity.is_some_and(|capacity| !(0..=2000).contains(&capacity)) {
        return Err((Refusal::CapacityRange, "capacity"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Claims, Details, RegisterProviderRefusal as Refusal, UpdateProviderRefusal, register, update};

    #[test]
    fn a_provider_changes_to_what_could_be_registered() {
        let claims = Claims { name: "Fen Motors", registered: true, urn: None, ukprn: None };
        let none = Details::default();
        assert_eq!(update(None, &none), Ok(()));
        assert_eq!(update(Some(&claims), &none), Err((UpdateProviderRefusal::UrnMismatch, "urn")));
        let cases = [
            (Details { website: Some("fen"), ..none }, (UpdateProviderRefusal::WebsiteFormat, "website")),
            (Details { telephone: Some("1"), ..none }, (UpdateProviderRefusal::TelephoneFormat, "telephone")),
            (Details { email: Some("fen"), ..none }, (UpdateProviderRefusal::EmailFormat, "email")),
            (Details { capacity: Some(-1), ..none }, (UpdateProviderRefusal::CapacityRange, "capacity")),
        ];
        for (details, refused) in cases {
            assert_eq!(update(None, &details), Err(refused), "{details:?}");
        }
    }

    #[test]
    fn a_provider_registers_with_what_its_kind_has() {
        let plain = Claims { name: "Fen Motors", registered: false, urn: None, ukprn: Some(10_012_345) };
        assert_eq!(register(&plain), Ok(()));
        assert_eq!(register(&Claims { registered: true, urn: Some(123_456), ..plain }), Ok(()));
        let cases = [
            (Claims { name: " x ", ..plain }, (Refusal::NameLength, "name")),
            (Claims { registered: true, ..plain }, (Refusal::UrnMismatch, "urn")),
            (Claims { urn: Some(123_456), ..plain }, (Refusal::UrnMismatch, "urn")),
            (Claims { registered: true, urn: Some(99), ..plain }, (Refusal::UrnMismatch, "urn")),
            (Claims { ukprn: Some(1), ..plain }, (Refusal::UkprnDigits, "ukprn")),
        ];
        for (claims, refused) in cases {
            assert_eq!(register(&claims), Err(refused), "{claims:?}");
        }
    }
}
