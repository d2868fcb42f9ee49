//! Names of objects: random, of one form, and so unable to point anywhere else.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The name of an object: 32 hexadecimal digits that say nothing about what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(Uuid);

impl Key {
    /// The key with these random bits.
    pub fn new(random: Uuid) -> Self {
        Self(random)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

/// A text that is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the key of an object")]
pub struct NotAKey;

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let key = Uuid::try_parse(text).map(Self).map_err(|_| NotAKey)?;
        // One way to write each: an object must not be reachable by two names.
        if key.to_string() == text { Ok(key) } else { Err(NotAKey) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_form_is_a_key() {
        let key = Key::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00ff));
        assert_eq!(key.to_string(), "019000000000700080000000000000ff");
        assert_eq!(key.to_string().parse(), Ok(key));
        for text in [
            "",
            "..",
            "../../../../../../etc/passwd00000",
            "/etc/passwd",
            "019000000000700080000000000000FF",
            "01900000-0000-7000-8000-0000000000ff",
            "{019000000000700080000000000000ff}",
            "019000000000700080000000000000f",
            "019000000000700080000000000000ff\0",
        ] {
            assert_eq!(text.parse::<Key>(), Err(NotAKey), "{text}");
        }
    }
}
