//! Signing in by more than a password: who must, and what can go wrong.

use super::user::{Reach, Unruled};
use super::{AccountState, Role};
use crate::{codes, refusals};

codes! {
    /// Why nobody was signed in by a code.
    ConfirmSecondFactorRefusal {
        /// This sign-in waited too long, or the account changed meanwhile. Sign in again with the password.
        PendingSpent = "pending_spent",
        /// This code is not right, or was used already. Wait for the next code of your app and enter that.
        WrongCode = "wrong_code",
        /// Too many attempts. Wait until the time that `retryAt` gives, then try again.
        Throttled = "throttled",
    }
}

refusals! {
    /// Why a second factor was not reset.
    ResetSecondFactorRefusal {
        /// There is no such account.
        NotFound = "not_found",
        /// Only officers of the account's authority reset a second factor. Ask one of them.
        NotAllowed = "not_allowed",
        /// The account holds a role in another authority too, so nobody may reset it for both.
        HeldElsewhere = "held_elsewhere",
        /// Nobody resets their own second factor. Ask another officer.
        Oneself = "oneself",
        /// The account has no second factor.
        NotSet = "not_set",
    }
}

impl Role {
    /// Whether the role sees pupils' records, and so needs more than a password.
    #[must_use]
    pub fn sees_pupils(self) -> bool {
        matches!(self, Self::Officer | Self::Coordinator | Self::Provider)
    }
}

impl From<Unruled> for ResetSecondFactorRefusal {
    fn from(why: Unruled) -> Self {
        match why {
            Unruled::NotAllowed => Self::NotAllowed,
            Unruled::HeldElsewhere => Self::HeldElsewhere,
        }
    }
}

/// Whether a second factor may be reset.
///
/// # Errors
/// Why not.
pub fn reset(reach: Reach, is_oneself: bool, is_set: bool) -> Result<(), ResetSecondFactorRefusal> {
    reach.rule()?;
    if is_oneself {
        return Err(ResetSecondFactorRefusal::Oneself);
    }
    if is_set { Ok(()) } else { Err(ResetSecondFactorRefusal::NotSet) }
}

/// Whether a sign-in that was begun with the account at one version may still be ended.
#[must_use]
pub fn still_holds(state: AccountState, begun_at: i32, version: i32) -> bool {
    state == AccountState::Active && begun_at == version
}

/// What somebody typed as a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Six digits of an app.
    Code(String),
    /// One of the codes for a lost app: sixteen hexadecimal digits.
    Recovery(String),
}

/// Reads a code, however it was spaced.
#[must_use]
pub fn read(typed: &str) -> Option<Typed> {
    let plain: String =
        typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect::<String>().to_lowercase();
    match plain.len() {
        6 if plain.bytes().all(|byte| byte.is_ascii_digit()) => Some(Typed::Code(plain)),
        16 if plain.bytes().all(|byte| byte.is_ascii_hexdigit()) => Some(Typed::Recovery(plain)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Reach, ResetSecondFactorRefusal as Refusal, Role, Typed, read, reset};
    use crate::Code;

    #[test]
    fn whoever_sees_pupils_needs_more_than_a_password() {
        let need: Vec<_> = Role::ALL.iter().copied().filter(|role| role.sees_pupils()).collect();
        assert_eq!(need, [Role::Officer, Role::Coordinator, Role::Provider]);
    }

    #[test]
    fn an_officer_resets_for_whole_accounts_of_their_authority() {
        assert_eq!(reset(Reach::Whole, false, true), Ok(()));
        assert_eq!(reset(Reach::Whole, false, false), Err(Refusal::NotSet));
        assert_eq!(reset(Reach::Whole, true, true), Err(Refusal::Oneself));
        assert_eq!(reset(Reach::Shared, false, true), Err(Refusal::HeldElsewhere));
        assert_eq!(reset(Reach::None, false, true), Err(Refusal::NotAllowed));
    }

    #[test]
    fn codes_are_read_however_they_are_spaced() {
        assert_eq!(read(" 123 456 "), Some(Typed::Code("123456".to_owned())));
        assert_eq!(read("00AB-cdef-1234-5678"), Some(Typed::Recovery("00abcdef12345678".to_owned())));
        for odd in ["", "12345", "1234567", "12345a", "00ab-cdef-1234-567g", "١٢٣٤٥٦"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
