//! Making a partnership of schools.

use crate::{details, refusals};

refusals! {
    /// Why a partnership was not made.
    CreatePartnershipRefusal {
        /// Only officers of the authority make partnerships. Ask one of them.
        NotAllowed = "not_allowed",
        /// A short name has 2 to 12 letters and digits.
        CodeFormat = "code_format",
        /// A name has 2 to 200 characters.
        NameLength = "name_length",
        /// The authority has a partnership of this short name already. Choose another.
        CodeTaken = "code_taken",
    }
}

/// Whether a partnership may be called so.
///
/// # Errors
/// What is wrong, and with which field.
pub fn create(code: &str, name: &str) -> Result<(), (CreatePartnershipRefusal, &'static str)> {
    let plain = code.bytes().all(|letter| letter.is_ascii_alphanumeric());
    if !plain || !(2..=12).contains(&code.len()) {
        return Err((CreatePartnershipRefusal::CodeFormat, "code"));
    }
    if !details::is_name(name) {
        return Err((CreatePartnershipRefusal::NameLength, "name"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{CreatePartnershipRefusal as Refusal, create};

    #[test]
    fn a_partnership_has_a_short_name_and_a_long_one() {
        assert_eq!(create("FEN1", "Fen Edge Partnership"), Ok(()));
        for code in ["", "F", "FEN 1", "FENEDGEPARTNERSHIP"] {
            assert_eq!(create(code, "Fen Edge Partnership"), Err((Refusal::CodeFormat, "code")), "{code}");
        }
        assert_eq!(create("FEN1", " "), Err((Refusal::NameLength, "name")));
    }
}
