//! Unique pupil numbers: read and checked, never made. A number is given by a school's own system; this one refuses
//! what cannot be a number, and leaves pupils without one alone.

/// Letters that may stand for a number: no I, O or S, which are misread.
const ALPHABET: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// Why a text is no unique pupil number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpnFault {
    /// Not a letter, eleven digits, and a digit or letter.
    Shape,
    /// The first letter does not follow from the rest.
    CheckLetter,
}

/// A unique pupil number as it is stored: 13 characters, capitals, without spaces at its ends.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str) -> Result<String, UpnFault> {
    let upn = text.trim().to_ascii_uppercase();
    let values: Vec<u32> = upn.bytes().map(value).collect::<Option<_>>().ok_or(UpnFault::Shape)?;
    let bytes = upn.as_bytes();
    let shaped = bytes.len() == 13 && bytes[0].is_ascii_uppercase() && bytes[1..12].iter().all(u8::is_ascii_digit);
    if !shaped {
        return Err(UpnFault::Shape);
    }
    let sum: u32 = (1u32..).zip(&values).skip(1).map(|(position, value)| position * value).sum();
    if sum % 23 == values[0] { Ok(upn) } else { Err(UpnFault::CheckLetter) }
}

/// A digit counts as itself, a letter as its place in the alphabet; a temporary number ends in a letter.
fn value(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        letter => ALPHABET.iter().position(|known| *known == letter).and_then(|place| u32::try_from(place).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::{UpnFault, read};

    #[test]
    fn a_number_is_read_as_it_is_stored() {
        assert_eq!(read("B801200005001").as_deref(), Ok("B801200005001"));
        assert_eq!(read(" b801200005001 ").as_deref(), Ok("B801200005001"));
        // 2×2 + 0 + 7×4 + 1×9 + 6×10 + 0 + 4×12 + 9×13 = 266, and 266 mod 23 is 13: P.
        assert_eq!(read("P207000016049").as_deref(), Ok("P207000016049"));
    }

    #[test]
    fn a_temporary_number_ends_in_a_letter_that_counts() {
        // 8×2 + 0 + 1×4 + 2×5 + 5×10 = 80; B adds 13 for 93: B again, C adds 26 for 106: 14, Q.
        assert_eq!(read("B80120000500B").as_deref(), Ok("B80120000500B"));
        assert_eq!(read("Q80120000500C").as_deref(), Ok("Q80120000500C"));
        assert_eq!(read("B80120000500C"), Err(UpnFault::CheckLetter));
    }

    #[test]
    fn what_cannot_be_a_number_is_refused() {
        for text in
            ["", "B80120000500", "B8012000050011", "1801200005001", "B80120000500S", "B8O1200005001", "I801200005001"]
        {
            assert_eq!(read(text), Err(UpnFault::Shape), "{text}");
        }
        for text in ["A801200005001", "B801200005002", "B801200050001", "Q207000016049"] {
            assert_eq!(read(text), Err(UpnFault::CheckLetter), "{text}");
        }
    }
}
