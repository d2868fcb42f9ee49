//! What is said of a file before its bytes are sent: enough to know later that they are the right ones.

use crate::file::MediaType;
use crate::manifest::Sha256Sum;

/// The most bytes that a file may have: 64 MiB.
pub const MAX_BYTES: i64 = 64 << 20;

/// A file, as its sender describes it.
#[derive(Debug, Clone, Copy)]
pub struct Announcement<'a> {
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: &'a str,
    /// How many bytes.
    pub byte_size: i64,
    /// Media type, e.g. `image/jpeg`.
    pub media_type: &'a str,
}

/// A file that may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announced {
    /// SHA-256 of the bytes.
    pub sha256: Sha256Sum,
    /// How many bytes.
    pub byte_size: i64,
    /// Media type.
    pub media_type: MediaType,
}

/// What is wrong with an announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The hash is not 64 hexadecimal digits.
    Hash,
    /// Empty, or too large.
    Size,
    /// A type that is not taken.
    Type,
}

impl Announcement<'_> {
    /// The file that may be sent.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<Announced, Fault> {
        let sha256 = self.sha256.to_ascii_lowercase().parse().map_err(|_| Fault::Hash)?;
        if !(1..=MAX_BYTES).contains(&self.byte_size) {
            return Err(Fault::Size);
        }
        let media_type = self.media_type.parse().map_err(|_| Fault::Type)?;
        Ok(Announced { sha256, byte_size: self.byte_size, media_type })
    }
}

#[cfg(test)]
mod tests {
    use super::{Announcement, Fault, MAX_BYTES};

    #[test]
    fn a_file_is_announced_by_hash_size_and_type() {
        let hash = "aB".repeat(32);
        let plan = Announcement { sha256: &hash, byte_size: 3, media_type: "image/png" };
        let announced = plan.check().expect("a picture");
        assert_eq!(announced.sha256.to_string(), "ab".repeat(32));
        assert!(Announcement { byte_size: MAX_BYTES, media_type: "application/pdf", ..plan }.check().is_ok());
        let cases = [
            (Announcement { sha256: &hash[1..], ..plan }, Fault::Hash),
            (Announcement { sha256: &"xy".repeat(32), ..plan }, Fault::Hash),
            (Announcement { byte_size: 0, ..plan }, Fault::Size),
            (Announcement { byte_size: MAX_BYTES + 1, ..plan }, Fault::Size),
            (Announcement { media_type: "application/msword", ..plan }, Fault::Type),
            (Announcement { media_type: "image/heic", ..plan }, Fault::Type),
        ];
        for (announcement, fault) in cases {
            assert_eq!(announcement.check(), Err(fault), "{announcement:?}");
        }
    }
}
