//! The browser's session cookie (RFC 6265bis).
//!
//! Over TLS it is `__Host-waymark`: Secure, for this host and the whole of it, so that no neighbouring site can plant
//! one. Over plain http, which is taken on this machine alone, a browser would refuse that name, and it is `waymark`.

use chrono::Duration;

use crate::access::secrets::Token;

/// The cookie's name, by whether people come over TLS.
pub fn name(is_https: bool) -> &'static str {
    if is_https { "__Host-waymark" } else { "waymark" }
}

/// The session token among a request's `Cookie` headers. Another cookie of the same name does not hide it.
pub fn find<'a>(headers: impl IntoIterator<Item = &'a str>, is_https: bool) -> Option<Token> {
    headers
        .into_iter()
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| key.trim() == name(is_https))
        .find_map(|(_, value)| Token::parse(value.trim()))
}

/// The `Set-Cookie` value that hands over a token for `lifetime`.
pub fn set(token: &Token, lifetime: Duration, is_https: bool) -> String {
    build(token.reveal(), lifetime.num_seconds(), is_https)
}

/// The `Set-Cookie` value that takes the cookie away.
pub fn clear(is_https: bool) -> String {
    build("", 0, is_https)
}

fn build(value: &str, seconds: i64, is_https: bool) -> String {
    let secure = if is_https { "; Secure" } else { "" };
    format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", name(is_https))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_tls_the_cookie_has_every_guard() {
        let token = Token::generate();
        let cookie = set(&token, Duration::hours(1), true);
        let expected =
            format!("__Host-waymark={}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure", token.reveal());
        assert_eq!(cookie, expected);
        assert_eq!(clear(false), "waymark=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn the_token_is_found_among_others() {
        let token = Token::generate();
        let header = format!("theme=dark; __Host-waymark=junk; __Host-waymark={} ; sid=x", token.reveal());
        assert_eq!(find([header.as_str()], true), Some(token));
        assert_eq!(find([header.as_str()], false), None);
        assert_eq!(find(["waymark", "=", ";;"], false), None);
    }
}
