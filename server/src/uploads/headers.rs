//! The headers of tus, read strictly.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poem::http::{HeaderMap, StatusCode};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::answers::Refusal;

/// Lengths and offsets are decimal digits and nothing else, and fit a signed 64-bit number.
pub fn number(headers: &HeaderMap, name: &'static str) -> Result<Option<i64>, Refusal> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let digits = value.to_str().ok().filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.and_then(|digits| digits.parse().ok());
    number.map(Some).ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, format!("{name} must be a whole number.")))
}

/// The text of a header.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A sum that a request's bytes must have.
#[derive(Debug)]
pub struct Checksum {
    sum: Sum,
    expected: Vec<u8>,
}

#[derive(Debug)]
enum Sum {
    Sha1(Box<Sha1>),
    Sha256(Box<Sha256>),
}

impl Checksum {
    /// The names of what is understood, as `Tus-Checksum-Algorithm` lists them.
    pub const ALGORITHMS: &'static str = "sha1,sha256";

    /// Reads `Upload-Checksum`: the algorithm's name, a space, the Base64 sum.
    pub fn from_header(headers: &HeaderMap) -> Result<Option<Self>, Refusal> {
        let Some(header) = headers.get("upload-checksum") else { return Ok(None) };
        let refused = || {
            let text = format!("Upload-Checksum must be one of {} and a Base64 sum.", Self::ALGORITHMS);
            Refusal::new(StatusCode::BAD_REQUEST, text)
        };
        let (name, sum) = header.to_str().ok().and_then(|text| text.trim().split_once(' ')).ok_or_else(refused)?;
        let expected = STANDARD.decode(sum.trim()).map_err(|_| refused())?;
        let sum = match name {
            "sha1" => Sum::Sha1(Box::default()),
            "sha256" => Sum::Sha256(Box::default()),
            _ => return Err(refused()),
        };
        Ok(Some(Self { sum, expected }))
    }

    /// Takes the next bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.sum {
            Sum::Sha1(sum) => sum.update(bytes),
            Sum::Sha256(sum) => sum.update(bytes),
        }
    }

    /// Whether the bytes were the right ones.
    pub fn holds(self) -> bool {
        match self.sum {
            Sum::Sha1(sum) => sum.finalize()[..] == self.expected[..],
            Sum::Sha256(sum) => sum.finalize()[..] == self.expected[..],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().expect("a header"));
        headers
    }

    #[test]
    fn only_digits_are_a_number() {
        assert_eq!(number(&HeaderMap::new(), "upload-length").expect("none"), None);
        assert_eq!(number(&headers("upload-length", "0"), "upload-length").expect("zero"), Some(0));
        assert_eq!(
            number(&headers("upload-length", "9223372036854775807"), "upload-length").expect("max"),
            Some(i64::MAX)
        );
        for bad in ["", "-1", "+1", "1.5", "0x10", "1 ", "abc", "9223372036854775808", "٣"] {
            assert!(number(&headers("upload-length", bad), "upload-length").is_err(), "{bad}");
        }
    }

    #[test]
    fn both_sums_are_checked() {
        for (header, holds) in [
            ("sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", true),
            ("sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", true),
            ("sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=", false),
            ("sha256 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", false),
        ] {
            let mut checksum =
                Checksum::from_header(&headers("upload-checksum", header)).expect("read").expect("there");
            checksum.update(b"a");
            checksum.update(b"bc");
            assert_eq!(checksum.holds(), holds, "{header}");
        }
        for bad in ["nope AAAA", "sha1", "sha1 !!!", "SHA1 AAAA", "md5 AAAA"] {
            assert!(Checksum::from_header(&headers("upload-checksum", bad)).is_err(), "{bad}");
        }
    }
}
