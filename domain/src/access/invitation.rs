//! Inviting people, and choosing a password by a link that works once.

use super::{AccountState, Role};
use crate::{codes, details, refusals};

refusals! {
    /// Why nobody was invited.
    InviteUserRefusal {
        /// Officers invite to any role of their authority; a provider's people invite to their own provider.
        NotAllowed = "not_allowed",
        /// This is not an e-mail address.
        EmailFormat = "email_format",
        /// A name has 2 to 200 characters.
        NameLength = "name_length",
        /// A coordinator has a partnership; nobody else has one.
        PartnershipMismatch = "partnership_mismatch",
        /// A provider's person has a provider; nobody else has one.
        ProviderMismatch = "provider_mismatch",
        /// There is no such partnership in this authority.
        PartnershipNotFound = "partnership_not_found",
        /// There is no such provider in this authority.
        ProviderNotFound = "provider_not_found",
        /// The account holds this very role already.
        AlreadyMember = "already_member",
        /// The account is closed. Have an officer open it again first.
        Deactivated = "deactivated",
        /// Another organisation invited this person, who has not answered yet. Ask them to accept that invitation first.
        PendingElsewhere = "pending_elsewhere",
    }
}

codes! {
    /// Why no password was chosen.
    ChoosePasswordRefusal {
        /// This link does not work, or not any more. Ask for a new one.
        LinkSpent = "link_spent",
        /// Too many attempts. Wait until the time that `retryAt` gives, then try again.
        Throttled = "throttled",
        /// A password needs at least 12 characters. Three or four unrelated words do well.
        PasswordTooShort = "password_too_short",
        /// A password has at most 128 characters.
        PasswordTooLong = "password_too_long",
        /// A password needs more than one or two different characters.
        PasswordRepetitive = "password_repetitive",
        /// Too many people have chosen this password. Choose another.
        PasswordCommon = "password_common",
        /// A password must not be your e-mail address.
        PasswordIsEmail = "password_is_email",
    }
}

/// Whom to invite, as what.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// E-mail.
    pub email: &'a str,
    /// Name.
    pub name: &'a str,
    /// The role.
    pub role: Role,
    /// Whether a partnership is named.
    pub has_partnership: bool,
    /// Whether a provider is named.
    pub has_provider: bool,
}

/// Whether a role may be given so.
///
/// # Errors
/// What is wrong, and with which field.
pub fn invite(wish: &Wish<'_>) -> Result<(), (InviteUserRefusal, &'static str)> {
    if !details::is_email(wish.email) {
        return Err((InviteUserRefusal::EmailFormat, "email"));
    }
    if !details::is_name(wish.name) {
        return Err((InviteUserRefusal::NameLength, "name"));
    }
    if wish.has_partnership != (wish.role == Role::Coordinator) {
        return Err((InviteUserRefusal::PartnershipMismatch, "partnershipId"));
    }
    if wish.has_provider != (wish.role == Role::Provider) {
        return Err((InviteUserRefusal::ProviderMismatch, "providerId"));
    }
    Ok(())
}

/// An account that somebody is invited with, although it is there already.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Its state.
    pub state: AccountState,
    /// Whether it holds the very role.
    pub holds_role: bool,
    /// Whether whoever invites could give every role that it holds.
    pub is_own: bool,
    /// Whether whoever invites may see it.
    pub is_seen: bool,
}

/// What an invitation does to an account that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joining {
    /// The role is added.
    pub adds_role: bool,
    /// A link is made, with which a first password is chosen.
    pub makes_link: bool,
}

/// How an account that is there already joins. A link sets the password of every role of an account, so it is only made
/// by somebody who could give all of them.
///
/// # Errors
/// Why it does not.
pub fn join(known: Known) -> Result<Joining, InviteUserRefusal> {
    match known.state {
        AccountState::Deactivated if known.is_seen => Err(InviteUserRefusal::Deactivated),
        AccountState::Invited if known.is_own => Ok(Joining { adds_role: !known.holds_role, makes_link: true }),
        AccountState::Invited => Err(InviteUserRefusal::PendingElsewhere),
        _ if known.holds_role => Err(InviteUserRefusal::AlreadyMember),
        _ => Ok(Joining { adds_role: true, makes_link: false }),
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountState, InviteUserRefusal as Refusal, Joining, Known, Role, Wish, invite, join};

    #[test]
    fn a_role_is_held_where_it_belongs() {
        let plain = Wish {
            email: "jo@fen.example",
            name: "Jo Reed",
            role: Role::Officer,
            has_partnership: false,
            has_provider: false,
        };
        assert_eq!(invite(&plain), Ok(()));
        assert_eq!(invite(&Wish { role: Role::Coordinator, has_partnership: true, ..plain }), Ok(()));
        assert_eq!(invite(&Wish { role: Role::Provider, has_provider: true, ..plain }), Ok(()));
        let cases = [
            (Wish { email: "jo", ..plain }, (Refusal::EmailFormat, "email")),
            (Wish { name: "", ..plain }, (Refusal::NameLength, "name")),
            (Wish { role: Role::Coordinator, ..plain }, (Refusal::PartnershipMismatch, "partnershipId")),
            (Wish { has_partnership: true, ..plain }, (Refusal::PartnershipMismatch, "partnershipId")),
            (Wish { role: Role::Provider, ..plain }, (Refusal::ProviderMismatch, "providerId")),
            (Wish { has_provider: true, ..plain }, (Refusal::ProviderMismatch, "providerId")),
        ];
        for (wish, refused) in cases {
            assert_eq!(invite(&wish), Err(refused), "{wish:?}");
        }
    }

    #[test]
    fn a_link_is_only_made_by_whoever_could_give_every_role_of_the_account() {
        let active = Known { state: AccountState::Active, holds_role: false, is_own: false, is_seen: false };
        let invited = Known { state: AccountState::Invited, ..active };
        let closed = Known { state: AccountState::Deactivated, ..active };
        let cases = [
            (active, Ok(Joining { adds_role: true, makes_link: false })),
            (Known { is_own: true, ..active }, Ok(Joining { adds_role: true, makes_link: false })),
            (Known { holds_role: true, ..active }, Err(Refusal::AlreadyMember)),
            (invited, Err(Refusal::PendingElsewhere)),
            (Known { is_own: true, ..invited }, Ok(Joining { adds_role: true, makes_link: true })),
            (Known { is_own: true, holds_role: true, ..invited }, Ok(Joining { adds_role: false, makes_link: true })),
            (closed, Ok(Joining { adds_role: true, makes_link: false })),
            (Known { is_seen: true, ..closed }, Err(Refusal::Deactivated)),
        ];
        for (known, expected) in cases {
            assert_eq!(join(known), expected, "{known:?}");
        }
    }
}
