//! Accounts and the roles they hold.

pub mod invitation;
pub mod second_factor;
pub mod session;
pub mod user;

use crate::codes;

codes! {
    /// What an account may do for an organisation, from one date to another.
    Role {
        /// Officer of a local authority: sees and runs everything of that authority.
        Officer = "officer",
        /// Coordinator of a partnership: its schools' pupils, and the quality assurance of the authority's providers.
        Coordinator = "coordinator",
        /// Works for a provider: its own documents, visits, actions, and the pupils placed with it.
        Provider = "provider",
        /// QA visitor: plans and carries out visits; sees no pupil's record.
        Visitor = "visitor",
        /// Analyst of a local authority: reads what is not about a child, may only count what is.
        Analyst = "analyst",
    }
}

impl Role {
    /// Whether the role belongs to the QA team, which works on reports before a provider sees them (S47).
    #[must_use]
    pub fn is_qa_team(self) -> bool {
        matches!(self, Self::Officer | Self::Coordinator | Self::Visitor)
    }

    /// Whether somebody with this role may know who else of the authority holds the other today: the QA team knows its members,
    /// so that a visit or what is late can be given to one of them (S35), and an officer knows all. Who works for a provider,
    /// or counts, is for none but officers to know.
    #[must_use]
    pub fn knows_holders_of(self, other: Self) -> bool {
        match self {
            Self::Officer => true,
            Self::Coordinator | Self::Visitor => other.is_qa_team(),
            Self::Provider | Self::Analyst => false,
        }
    }

    /// Whether the role may take out as data what it sees (S77).
    #[must_use]
    pub fn may_extract(self) -> bool {
        matches!(self, Self::Officer | Self::Coordinator | Self::Analyst)
    }
}

codes! {
    /// State of an account.
    AccountState {
        /// Invited; no password chosen yet.
        Invited = "invited",
        /// May sign in.
        Active = "active",
        /// May not sign in; kept for the record.
        Deactivated = "deactivated",
    }
}

codes! {
    /// What carries a session.
    SessionKind {
        /// A browser, by cookie.
        Web = "web",
        /// A phone or tool, by bearer token.
        Device = "device",
    }
}

codes! {
    /// What a one-time link is for.
    LinkPurpose {
        /// Choose the first password.
        Invitation = "invitation",
        /// Choose a new password.
        Reset = "reset",
    }
}

#[cfg(test)]
mod tests {
    use crate::Code;

    use super::Role::{self, Analyst, Coordinator, Officer, Provider, Visitor};

    #[test]
    fn the_team_knows_its_members_and_only_officers_know_the_rest() {
        let team = [Officer, Coordinator, Visitor];
        for (role, known) in
            [(Officer, Role::ALL), (Coordinator, &team[..]), (Visitor, &team), (Provider, &[]), (Analyst, &[])]
        {
            let found: Vec<Role> = Role::ALL.iter().copied().filter(|other| role.knows_holders_of(*other)).collect();
            assert_eq!(found, known, "{role}");
        }
    }
}
