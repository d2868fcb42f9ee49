//! The receipt of a completed visit: the server's word, signed, that it holds every byte of a manifest.
//!
//! What is signed (Ed25519, RFC 8032) is a text, so that anybody who has the server's public key can check it with common
//! tools, years later:
//!
//! ```text
//! waymark receipt 1
//! visit 01900000-0000-7000-8000-000000000001
//! manifest ba7816bf…15ad
//! completed 2026-03-03T14:10:00.000Z
//! ```
//!
//! every line ends in a line feed; the manifest stands for itself by the SHA-256 of its own canonical text.

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

use crate::manifest::Sha256Sum;

/// What a receipt says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The visit that is complete.
    pub visit: Uuid,
    /// SHA-256 of its manifest's canonical text.
    pub manifest: Sha256Sum,
    /// When the server had verified all of it, by the server's clock, to the millisecond.
    pub completed_at: DateTime<Utc>,
}

impl Receipt {
    /// The text that is signed, as the module says.
    pub fn canonical(&self) -> String {
        let Self { visit, manifest, completed_at } = self;
        let completed = completed_at.to_rfc3339_opts(SecondsFormat::Millis, true);
        format!("waymark receipt 1\nvisit {visit}\nmanifest {manifest}\ncompleted {completed}\n")
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn the_canonical_text_is_fixed() {
        let receipt = Receipt {
            visit: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
            manifest: Sha256Sum::of(b"abc"),
            completed_at: Utc.with_ymd_and_hms(2026, 3, 3, 14, 10, 0).single().expect("an instant"),
        };
        let expected = "waymark receipt 1\n\
             visit 01900000-0000-7000-8000-000000000001\n\
             manifest ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n\
             completed 2026-03-03T14:10:00.000Z\n";
        assert_eq!(receipt.canonical(), expected);
    }
}
