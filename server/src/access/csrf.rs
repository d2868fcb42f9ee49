//! Forged requests: what a page of another site could make a signed-in browser send.
//!
//! Three walls, each enough alone. The browser says where a request comes from (Fetch Metadata, RFC 6454's Origin) and
//! other sites are refused. A cookie counts only beside a header of our own, which no page of another site can add
//! without asking first, and we never answer yes. And the cookie is SameSite=Lax. A bearer token needs none of this: no
//! browser adds one by itself.

use poem::http::HeaderMap;
use thiserror::Error;

use crate::config::is_loopback;

/// The header that a request with a session cookie must carry; its value does not matter.
pub const MARKER: &str = "x-waymark-request";

/// Why a request may be forged.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Forged {
    /// The browser says that another site sent it.
    #[error("Requests from other sites are not taken.")]
    OtherSite,
    /// It rides on a cookie without our header.
    #[error("A request with a session cookie needs the header X-Waymark-Request.")]
    Unmarked,
}

/// Whether a request without a bearer token may be believed. `own_origin` is the public address, without a slash at the
/// end; `with_session` says whether it carries a session cookie.
///
/// # Errors
/// Why it may be forged.
pub fn check(headers: &HeaderMap, own_origin: &str, with_session: bool) -> Result<(), Forged> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return Err(Forged::OtherSite);
    }
    if text("origin").is_some_and(|origin| origin != own_origin && !is_this_machine(origin, own_origin, text("host"))) {
        return Err(Forged::OtherSite);
    }
    if with_session && !headers.contains_key(MARKER) {
        return Err(Forged::Unmarked);
    }
    Ok(())
}

/// On one's own machine it has several names: `localhost` typed for `127.0.0.1` is no other site, if the request was
/// sent to that name too. Only names of this machine count, or a name that an attacker points at it would.
fn is_this_machine(origin: &str, own_origin: &str, host: Option<&str>) -> bool {
    let Some(authority) = origin.strip_prefix("http://") else { return false };
    own_origin.starts_with("http://") && host == Some(authority) && is_loopback(authority)
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderName, HeaderValue};

    use super::*;

    const OWN: &str = "https://waymark.example.org";

    fn verdict(headers: &[(&str, &str)], with_session: bool) -> Result<(), Forged> {
        verdict_at(OWN, headers, with_session)
    }

    fn verdict_at(own: &str, headers: &[(&str, &str)], with_session: bool) -> Result<(), Forged> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect();
        check(&headers, own, with_session)
    }

    #[test]
    fn other_sites_are_refused_with_or_without_a_session() {
        let other: [&[(&str, &str)]; 6] = [
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "https://waymark.example.org.evil.example")],
            &[("origin", "https://evil.example"), ("host", "waymark.example.org")],
        ];
        for headers in other {
            for with_session in [true, false] {
                let marked: Vec<_> = headers.iter().copied().chain([(MARKER, "1")]).collect();
                assert_eq!(verdict(&marked, with_session), Err(Forged::OtherSite), "{headers:?}");
            }
        }
    }

    #[test]
    fn a_session_needs_the_marker() {
        assert_eq!(verdict(&[("origin", OWN)], true), Err(Forged::Unmarked));
        assert_eq!(verdict(&[("origin", OWN), ("sec-fetch-site", "same-origin"), (MARKER, "1")], true), Ok(()));
        assert_eq!(verdict(&[(MARKER, "1")], true), Ok(()), "a program sends no origin");
        assert_eq!(verdict(&[], false), Ok(()));
        assert_eq!(verdict(&[("sec-fetch-site", "none")], false), Ok(()), "typed into the address bar");
    }

    #[test]
    fn this_machine_has_several_names() {
        let at_home = |origin, host| {
            verdict_at("http://127.0.0.1:8080", &[("origin", origin), ("host", host), (MARKER, "1")], true)
        };
        assert_eq!(at_home("http://localhost:8080", "localhost:8080"), Ok(()));
        assert_eq!(
            at_home("http://localhost:3000", "localhost:8080"),
            Err(Forged::OtherSite),
            "another program's page"
        );
        assert_eq!(at_home("http://evil.example:8080", "evil.example:8080"), Err(Forged::OtherSite), "a rebound name");
        let insecure = [("origin", "http://waymark.example.org"), ("host", "waymark.example.org"), (MARKER, "1")];
        assert_eq!(verdict(&insecure, true), Err(Forged::OtherSite), "the same host in clear text");
    }
}
