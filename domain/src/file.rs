//! Stored files: where each stands between "declared" and "served", why one is refused, and the forms it is served in.

use std::fmt;
use std::str::FromStr;

use crate::codes;

codes! {
    /// Where a file stands.
    FileState {
        /// Declared; no byte has arrived.
        Expected = "expected",
        /// Bytes are arriving.
        Receiving = "receiving",
        /// All bytes are here and are being checked; nobody can open it yet.
        Quarantined = "quarantined",
        /// Size, hash and type are right; it may be served.
        Accepted = "accepted",
        /// Refused; the reason says what to do.
        Refused = "refused",
        /// Removed on purpose; the hash stays, so that manifests still verify.
        Purged = "purged",
    }
}

impl FileState {
    /// Whether bytes may begin to arrive: at first, after a broken attempt, and again after what arrived was not what
    /// had been sent. A file that was refused for what it *is* stays refused.
    pub fn may_receive(self, refusal: Option<FileRefusal>) -> bool {
        match self {
            Self::Expected | Self::Receiving => true,
            Self::Refused => refusal.is_some_and(FileRefusal::may_send_again),
            Self::Quarantined | Self::Accepted | Self::Purged => false,
        }
    }
}

codes! {
    /// Why a file was refused, and what to do about it.
    FileRefusal {
        /// The file is empty. Choose it or take the photo again.
        Empty = "empty",
        /// More or fewer bytes arrived than were announced. Send it again.
        SizeMismatch = "size_mismatch",
        /// What arrived is not what was sent. Send it again.
        HashMismatch = "hash_mismatch",
        /// This is neither a JPEG or PNG picture nor a PDF. Save it as one of these and send that.
        TypeNotTaken = "type_not_taken",
        /// This is a HEIC photo. Set the camera to JPEG ("most compatible") and take it again, or save it as JPEG.
        Heic = "heic",
        /// The end of the file is missing. Open it to see that it is whole, then send it again.
        CutShort = "cut_short",
        /// The file is damaged and cannot be opened. Save or take it again, then send that.
        Damaged = "damaged",
        /// The picture has more than 64 million pixels. Save it at a smaller size and send that.
        TooManyPixels = "too_many_pixels",
        /// Opening the file takes more memory or time than a picture or document should. Save it anew, more simply.
        TooHeavy = "too_heavy",
        /// The PDF is protected by a password. Save it without one and send that.
        Encrypted = "encrypted",
        /// The PDF contains a program or starts one. Print it to a new PDF and send that.
        ActiveContent = "active_content",
        /// The PDF has no page. Save it again and send that.
        NoPages = "no_pages",
        /// The virus scanner found something harmful in the file. Have the device checked that it came from.
        Infected = "infected",
    }
}

impl FileRefusal {
    /// Whether the same file, sent again, may still turn out right: it went wrong on the way.
    pub fn may_send_again(self) -> bool {
        matches!(self, Self::SizeMismatch | Self::HashMismatch)
    }
}

codes! {
    /// The types of file that are taken. What the bytes say counts, never the name.
    MediaType {
        /// A JPEG picture.
        Jpeg = "image/jpeg",
        /// A PNG picture.
        Png = "image/png",
        /// A PDF document.
        Pdf = "application/pdf",
    }
}

impl MediaType {
    /// The ending that a downloaded file gets.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }
}

/// The widths that pictures are served at, in pixels. A narrower picture keeps its own width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Width {
    /// 320 pixels, for lists.
    W320,
    /// 1600 pixels, for reading.
    W1600,
}

impl Width {
    /// Both, the wider first: the narrower is made from it.
    pub const ALL: [Self; 2] = [Self::W1600, Self::W320];

    /// In pixels.
    pub fn pixels(self) -> u32 {
        match self {
            Self::W320 => 320,
            Self::W1600 => 1600,
        }
    }
}

/// A form that a file is served in. Written `original`, `w320`, `w1600`, `page-3-w320`, `page-3-w1600`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variant {
    /// The sealed bytes as they arrived.
    Original,
    /// The picture, oriented and without metadata.
    Picture(Width),
    /// One page of a document as a picture; pages count from 1.
    Page(u16, Width),
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Original => f.write_str("original"),
            Self::Picture(width) => write!(f, "w{}", width.pixels()),
            Self::Page(page, width) => write!(f, "page-{page}-w{}", width.pixels()),
        }
    }
}

/// A text that names no variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a form that files are served in")]
pub struct UnknownVariant(pub String);

impl FromStr for Variant {
    type Err = UnknownVariant;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let width = |text: &str| Width::ALL.into_iter().find(|width| text == format!("w{}", width.pixels()));
        let variant = match text.strip_prefix("page-") {
            Some(rest) => rest.split_once('-').and_then(|(page, rest)| {
                let page: u16 = page.parse().ok().filter(|page| *page > 0)?;
                Some(Self::Page(page, width(rest)?))
            }),
            None if text == "original" => Some(Self::Original),
            None => width(text).map(Self::Picture),
        };
        // One way to write each: `page-03-w320` is not a second name for page 3.
        variant.filter(|variant| variant.to_string() == text).ok_or_else(|| UnknownVariant(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_reads_back_what_it_writes() {
        let all = [
            Variant::Original,
            Variant::Picture(Width::W320),
            Variant::Picture(Width::W1600),
            Variant::Page(1, Width::W320),
            Variant::Page(20, Width::W1600),
        ];
        for variant in all {
            assert_eq!(variant.to_string().parse(), Ok(variant));
        }
        for text in ["", "w0", "w321", "Original", "page-0-w320", "page-03-w320", "page-1-w5", "page--w320", "page-1"] {
            assert!(text.parse::<Variant>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_what_went_wrong_on_the_way_may_be_sent_again() {
        assert!(FileState::Expected.may_receive(None));
        assert!(FileState::Receiving.may_receive(None));
        assert!(FileState::Refused.may_receive(Some(FileRefusal::HashMismatch)));
        assert!(!FileState::Refused.may_receive(Some(FileRefusal::ActiveContent)));
        for settled in [FileState::Quarantined, FileState::Accepted, FileState::Purged] {
            assert!(!settled.may_receive(None), "{settled}");
        }
    }
}
