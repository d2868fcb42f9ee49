//! Closing and opening accounts, resetting passwords, ending roles.
//!
//! An account is one for all its roles. So an officer rules over it only where all of them are of the officer's own
//! authorities; elsewhere the officer ends the role and leaves the account alone.

use chrono::NaiveDate;

use super::{AccountState, Role};
use crate::refusals;

refusals! {
    /// Why no link to a new password was made.
    RequestResetRefusal {
        /// There is no such account.
        NotFound = "not_found",
        /// Only officers of the account's authority reset passwords. Ask one of them.
        NotAllowed = "not_allowed",
        /// The account holds a role in another authority too, so nobody may reset it for both.
        HeldElsewhere = "held_elsewhere",
        /// The account has no password to reset: it is closed, or its invitation is still open. Invite again.
        NotActive = "not_active",
    }
}

refusals! {
    /// Why an account was not closed.
    DeactivateUserRefusal {
        /// There is no such account.
        NotFound = "not_found",
        /// Only officers of the account's authority close it. Ask one of them.
        NotAllowed = "not_allowed",
        /// The account holds a role in another authority too. End its roles in yours instead.
        HeldElsewhere = "held_elsewhere",
        /// Nobody closes their own account. Ask another officer.
        Oneself = "oneself",
        /// The account is closed already.
        AlreadyDeactivated = "already_deactivated",
    }
}

refusals! {
    /// Why an account was not opened again.
    ReactivateUserRefusal {
        /// There is no such account.
        NotFound = "not_found",
        /// Only officers of the account's authority open it again. Ask one of them.
        NotAllowed = "not_allowed",
        /// The account holds a role in another authority too, whose officers closed it.
        HeldElsewhere = "held_elsewhere",
        /// The account is not closed.
        NotDeactivated = "not_deactivated",
    }
}

refusals! {
    /// Why a role was not ended.
    SetMembershipEndRefusal {
        /// There is no such role of an account.
        NotFound = "not_found",
        /// Only officers of the authority end roles. Ask one of them.
        NotAllowed = "not_allowed",
        /// No officer ends their own office. Ask another officer.
        Oneself = "oneself",
        /// A role cannot end before its first day. Choose a later day.
        BeforeStart = "before_start",
        /// Somebody else changed the role since this version. Look at it as it is now, then repeat.
        Stale = "stale",
    }
}

/// How an officer stands to an account that they may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// No role of it is or was of the officer's authorities, or the viewer is no officer.
    None,
    /// It holds a role elsewhere too.
    Shared,
    /// All its roles are of the officer's authorities.
    Whole,
}

/// Why an officer does not rule over an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unruled {
    /// Not an officer of its authority.
    NotAllowed,
    /// It holds a role elsewhere too.
    HeldElsewhere,
}

macro_rules! unruled {
    ($($refusal:ident),+) => { $(
        impl From<Unruled> for $refusal {
            fn from(why: Unruled) -> Self {
                match why {
                    Unruled::NotAllowed => Self::NotAllowed,
                    Unruled::HeldElsewhere => Self::HeldElsewhere,
                }
            }
        }
    )+ };
}

unruled!(RequestResetRefusal, DeactivateUserRefusal, ReactivateUserRefusal);

impl Reach {
    /// Whether an officer rules over the account.
    pub(super) fn rule(self) -> Result<(), Unruled> {
        match self {
            Self::None => Err(Unruled::NotAllowed),
            Self::Shared => Err(Unruled::HeldElsewhere),
            Self::Whole => Ok(()),
        }
    }
}

/// Whether a link to a new password may be made.
///
/// # Errors
/// Why not.
pub fn request_reset(reach: Reach, state: AccountState) -> Result<(), RequestResetRefusal> {
    reach.rule()?;
    if state == AccountState::Active { Ok(()) } else { Err(RequestResetRefusal::NotActive) }
}

/// Whether an account may be closed.
///
/// # Errors
/// Why not.
pub fn deactivate(reach: Reach, is_oneself: bool, state: AccountState) -> Result<(), DeactivateUserRefusal> {
    reach.rule()?;
    if is_oneself {
        return Err(DeactivateUserRefusal::Oneself);
    }
    if state == AccountState::Deactivated { Err(DeactivateUserRefusal::AlreadyDeactivated) } else { Ok(()) }
}

/// The state in which a closed account opens again.
///
/// # Errors
/// Why it does not.
pub fn reactivate(
    reach: Reach,
    state: AccountState,
    has_password: bool,
) -> Result<AccountState, ReactivateUserRefusal> {
    reach.rule()?;
    match (state, has_password) {
        (AccountState::Deactivated, true) => Ok(AccountState::Active),
        (AccountState::Deactivated, false) => Ok(AccountState::Invited),
        _ => Err(ReactivateUserRefusal::NotDeactivated),
    }
}

/// A role of an account, seen by whoever wants to end it.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// The role.
    pub role: Role,
    /// First day.
    pub starts_on: NaiveDate,
    /// Whether it is the viewer's own.
    pub is_own: bool,
    /// Whether the viewer is an officer of its authority.
    pub is_officers: bool,
}

/// Whether a role may end on `day`, the first day on which it no longer holds. Ended on its first day, it never held.
///
/// # Errors
/// Why not.
pub fn set_end(held: Held, day: NaiveDate) -> Result<(), SetMembershipEndRefusal> {
    if !held.is_officers {
        return Err(SetMembershipEndRefusal::NotAllowed);
    }
    if held.is_own && held.role == Role::Officer {
        return Err(SetMembershipEndRefusal::Oneself);
    }
    if day < held.starts_on { Err(SetMembershipEndRefusal::BeforeStart) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_officer_rules_over_accounts_whose_roles_are_all_of_their_authority() {
        let active = AccountState::Active;
        assert_eq!(request_reset(Reach::Whole, active), Ok(()));
        assert_eq!(request_reset(Reach::None, active), Err(RequestResetRefusal::NotAllowed));
        assert_eq!(request_reset(Reach::Shared, active), Err(RequestResetRefusal::HeldElsewhere));
        for state in [AccountState::Invited, AccountState::Deactivated] {
            assert_eq!(request_reset(Reach::Whole, state), Err(RequestResetRefusal::NotActive));
        }
        assert_eq!(deactivate(Reach::Whole, false, active), Ok(()));
        assert_eq!(deactivate(Reach::Shared, false, active), Err(DeactivateUserRefusal::HeldElsewhere));
        assert_eq!(deactivate(Reach::Whole, true, active), Err(DeactivateUserRefusal::Oneself));
        let closed = AccountState::Deactivated;
        assert_eq!(deactivate(Reach::Whole, false, closed), Err(DeactivateUserRefusal::AlreadyDeactivated));
        assert_eq!(reactivate(Reach::Whole, closed, true), Ok(active));
        assert_eq!(reactivate(Reach::Whole, closed, false), Ok(AccountState::Invited));
        assert_eq!(reactivate(Reach::Whole, active, true), Err(ReactivateUserRefusal::NotDeactivated));
        assert_eq!(reactivate(Reach::None, closed, true), Err(ReactivateUserRefusal::NotAllowed));
    }

    #[test]
    fn a_role_ends_but_not_before_it_began_and_not_by_its_own_officer() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a day");
        let held = Held { role: Role::Visitor, starts_on: day(3), is_own: false, is_officers: true };
        assert_eq!(set_end(held, day(3)), Ok(()));
        assert_eq!(set_end(held, day(2)), Err(SetMembershipEndRefusal::BeforeStart));
        assert_eq!(set_end(Held { is_officers: false, ..held }, day(4)), Err(SetMembershipEndRefusal::NotAllowed));
        let office = Held { role: Role::Officer, is_own: true, ..held };
        assert_eq!(set_end(office, day(4)), Err(SetMembershipEndRefusal::Oneself));
        assert_eq!(set_end(Held { role: Role::Visitor, ..office }, day(4)), Ok(()));
    }
}
