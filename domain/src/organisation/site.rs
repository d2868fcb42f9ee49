//! Sites of a provider: where a child is.

use chrono::NaiveDate;

use crate::{details, refusals};

refusals! {
    /// Why a site was not added.
    AddSiteRefusal {
        /// There is no such provider.
        NotFound = "not_found",
        /// Only the provider's own people, and officers and coordinators of its authority, add sites.
        NotAllowed = "not_allowed",
        /// A name has 2 to 200 characters.
        NameLength = "name_length",
        /// An address has 5 to 300 characters, in one line.
        AddressLength = "address_length",
        /// This is not a postcode.
        PostcodeFormat = "postcode_format",
        /// A unique property reference number has 1 to 12 digits.
        UprnDigits = "uprn_digits",
    }
}

refusals! {
    /// Why a site was not closed.
    CloseSiteRefusal {
        /// There is no such site.
        NotFound = "not_found",
        /// Only the provider's own people, and officers and coordinators of its authority, close sites.
        NotAllowed = "not_allowed",
        /// The site is closed already.
        AlreadyClosed = "already_closed",
        /// A site cannot close before its first day. Choose a later day.
        BeforeStart = "before_start",
    }
}

/// What a new site claims.
#[derive(Debug, Clone, Copy)]
pub struct Claims<'a> {
    /// Its name.
    pub name: &'a str,
    /// Address in one line.
    pub address: &'a str,
    /// Postcode, as it was typed.
    pub postcode: &'a str,
    /// Unique property reference number.
    pub uprn: Option<i64>,
}

/// The postcode of a new site as it is printed, if everything else may be so too.
///
/// # Errors
/// What is wrong, and with which field.
pub fn add(claims: &Claims<'_>) -> Result<String, (AddSiteRefusal, &'static str)> {
    if !details::is_name(claims.name) {
        return Err((AddSiteRefusal::NameLength, "name"));
    }
    let address = claims.address.trim();
    if !(5..=300).contains(&address.chars().count()) || address.contains(['\n', '\r']) {
        return Err((AddSiteRefusal::AddressLength, "address"));
    }
    if claims.uprn.is_some_and(|uprn| !(1..1_000_000_000_000).contains(&uprn)) {
        return Err((AddSiteRefusal::UprnDigits, "uprn"));
    }
    details::postcode(claims.postcode).ok_or((AddSiteRefusal::PostcodeFormat, "postcode"))
}

/// Whether a site in use since `starts_on` may close on `day`, the first day on which it is no longer used.
///
/// # Errors
/// Why not.
pub fn close(starts_on: NaiveDate, ends_on: Option<NaiveDate>, day: NaiveDate) -> Result<(), CloseSiteRefusal> {
    if ends_on.is_some() {
        return Err(CloseSiteRefusal::AlreadyClosed);
    }
    if day < starts_on {
        return Err(CloseSiteRefusal::BeforeStart);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{AddSiteRefusal as Refusal, Claims, CloseSiteRefusal, add, close};

    #[test]
    fn a_site_is_where_it_says_it_is() {
        let plain = Claims { name: "Workshop", address: "1 Dyke Road, Fenton", postcode: "ZZ991AA", uprn: Some(1) };
        assert_eq!(add(&plain).as_deref(), Ok("ZZ99 1AA"));
        let cases = [
            (Claims { name: "W", ..plain }, (Refusal::NameLength, "name")),
            (Claims { address: "1", ..plain }, (Refusal::AddressLength, "address")),
            (Claims { address: "1 Dyke Road\nFenton", ..plain }, (Refusal::AddressLength, "address")),
            (Claims { postcode: "?", ..plain }, (Refusal::PostcodeFormat, "postcode")),
            (Claims { uprn: Some(0), ..plain }, (Refusal::UprnDigits, "uprn")),
        ];
        for (claims, refused) in cases {
            assert_eq!(add(&claims), Err(refused), "{claims:?}");
        }
    }

    #[test]
    fn a_site_closes_once_and_not_before_it_opened() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a day");
        assert_eq!(close(day(1), None, day(2)), Ok(()));
        assert_eq!(close(day(1), Some(day(5)), day(2)), Err(CloseSiteRefusal::AlreadyClosed));
        assert_eq!(close(day(3), None, day(2)), Err(CloseSiteRefusal::BeforeStart));
    }
}
