//! Registering a provider.

use crate::refusals;

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

#[cfg(test)]
mod tests {
    use super::{Claims, RegisterProviderRefusal as Refusal, register};

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
