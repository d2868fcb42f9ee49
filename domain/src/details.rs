//! How names, addresses and numbers of people and organisations are written.

/// Whether a name has 2 to 200 characters.
#[must_use]
pub fn is_name(text: &str) -> bool {
    (2..=200).contains(&text.trim().chars().count())
}

/// Whether a text can be an e-mail address: one `@`, a host with a dot, no spaces, 254 characters at most (RFC 5321).
#[must_use]
pub fn is_email(text: &str) -> bool {
    let text = text.trim();
    let plain = text.len() <= 254 && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    let (name, host) = text.split_once('@').unwrap_or_default();
    let labels = host.split('.').all(|label| !label.is_empty());
    plain && !name.is_empty() && !host.contains('@') && host.contains('.') && labels
}

/// Whether a text can be a telephone number: 10 to 15 digits (E.164), grouped as people do.
#[must_use]
pub fn is_telephone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (10..=15).contains(&digits)
        && text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ' ' | '+' | '-' | '(' | ')'))
}

/// Whether a text can be the address of a website.
#[must_use]
pub fn is_website(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    text.len() <= 200 && !text.contains(char::is_whitespace) && host.contains('.')
}

/// A UK postcode as it is printed: capitals, one space before the last three characters; `None` where it is none.
#[must_use]
pub fn postcode(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    if !plain.is_ascii() || !(5..=7).contains(&plain.len()) {
        return None;
    }
    let plain = plain.to_ascii_uppercase();
    let (area, rest) = plain.split_at(plain.len() - 3);
    let [number, unit @ ..] = rest.as_bytes() else { return None };
    let fits = number.is_ascii_digit()
        && unit.iter().all(u8::is_ascii_uppercase)
        && area.as_bytes()[0].is_ascii_uppercase()
        && area.bytes().any(|letter| letter.is_ascii_digit())
        && area.bytes().all(|letter| letter.is_ascii_alphanumeric());
    fits.then(|| format!("{area} {rest}"))
}

#[cfg(test)]
mod tests {
    use super::{is_email, is_name, is_telephone, is_website, postcode};

    #[test]
    fn what_people_write_is_read_and_what_they_mistype_is_not() {
        assert!(is_name("Fen Motors") && !is_name(" x ") && !is_name(&"x".repeat(201)));
        assert!(is_email("jo.bloggs@school.example"));
        for odd in ["", "jo", "@school.example", "jo@school", "jo@@school.example", "jo b@school.example", "jo@a..b"] {
            assert!(!is_email(odd), "{odd}");
        }
        assert!(is_telephone("01632 960 001") && is_telephone("+44 (1632) 960001"));
        for odd in ["", "960001", "01632 960001 ext 4", "1234567890123456"] {
            assert!(!is_telephone(odd), "{odd}");
        }
        assert!(is_website("https://fen-motors.example/about"));
        for odd in ["fen-motors.example", "https://", "https://fen motors.example", "javascript:alert(1)"] {
            assert!(!is_website(odd), "{odd}");
        }
    }

    #[test]
    fn postcodes_are_written_one_way() {
        for (text, printed) in [("zz99 9zz", "ZZ99 9ZZ"), ("A11AA", "A1 1AA"), (" ec1a1bb ", "EC1A 1BB")] {
            assert_eq!(postcode(text).as_deref(), Some(printed));
        }
        for odd in ["", "ZZ99", "ZZZ 9ZZ", "1Z9 9ZZ", "ZZ99 ZZZ", "ZZ999 9ZZ Z", "ÉZ9 9ZZ"] {
            assert_eq!(postcode(odd), None, "{odd}");
        }
    }
}
