//! What can be done with people and their roles.

use domain::access::invitation::{self, InviteUserRefusal, Joining, Known, Wish};
use domain::access::second_factor::{self as factor_rule, ResetSecondFactorRefusal};
use domain::access::user::{
    self as rule, DeactivateUserRefusal, Held, Reach, ReactivateUserRefusal, RequestResetRefusal,
    SetMembershipEndRefusal,
};
use domain::access::{AccountState, LinkPurpose, Role};
use entity::account;
use entity::ids::{AccountId, AuthorityId, MembershipId};

use super::graph::{InviteUserInput, SetMembershipEndInput};
use super::store::{self, Place};
use crate::access::secrets::Token;
use crate::access::{link, second_factor, session};
use crate::app::App;
use crate::ledger::{Refused, Write};

/// Invites somebody to a role. Leaves the token of a link in `token` where the account has no password yet.
pub async fn invite(
    write: &mut Write<'_>,
    app: &App,
    input: InviteUserInput,
    token: &mut Option<Token>,
) -> Result<AccountId, Refused<InviteUserRefusal>> {
    let place = place(write, &input).await?;
    let (id, joining) = match store::by_email(&write.tx, &input.email).await? {
        Some(known) => (known.id, known_joins(write, &known, place).await?),
        None => {
            let id = write.id();
            store::insert(write, id, &input.email, &input.name).await?;
            write.created(place.authority_id, id);
            (id, Joining { adds_role: true, makes_link: true })
        }
    };
    if joining.adds_role {
        // More rights begin with a new sign-in, which asks for what they need.
        session::end_all(&write.tx, id, write.now).await?;
        let role_id: MembershipId = write.id();
        store::insert_role(write, role_id, id, place).await?;
        write.created(place.authority_id, role_id);
    }
    if joining.makes_link {
        *token = Some(link::create(&write.tx, app, id, LinkPurpose::Invitation).await?);
    }
    Ok(id)
}

/// Where the role is to be held, if the viewer may give it there.
async fn place(write: &Write<'_>, input: &InviteUserInput) -> Result<Place, Refused<InviteUserRefusal>> {
    let place = Place {
        role: input.role.0,
        authority_id: input.authority_id.0,
        partnership_id: input.partnership_id.map(|id| id.0),
        provider_id: input.provider_id.map(|id| id.0),
    };
    if !place.is_given_by(write.scope()) {
        return Err(Refused::field(InviteUserRefusal::NotAllowed, "authorityId"));
    }
    let wish = Wish {
        email: &input.email,
        name: &input.name,
        role: place.role,
        has_partnership: place.partnership_id.is_some(),
        has_provider: place.provider_id.is_some(),
    };
    invitation::invite(&wish).map_err(|(code, field)| Refused::field(code, field))?;
    if let Some(id) = place.partnership_id
        && !store::has_partnership(&write.tx, place.authority_id, id).await?
    {
        return Err(Refused::field(InviteUserRefusal::PartnershipNotFound, "partnershipId"));
    }
    if let Some(id) = place.provider_id
        && !store::has_provider(&write.tx, place.authority_id, id).await?
    {
        return Err(Refused::field(InviteUserRefusal::ProviderNotFound, "providerId"));
    }
    Ok(place)
}

async fn known_joins(
    write: &Write<'_>,
    account: &account::Model,
    place: Place,
) -> Result<Joining, Refused<InviteUserRefusal>> {
    let roles = store::roles(&write.tx, account.id).await?;
    let known = Known {
        state: account.state.0,
        holds_role: roles.holds(place, write.today()),
        is_own: roles.are_given_by(write.scope()),
        is_seen: store::seen(write, account.id).await?.is_some(),
    };
    invitation::join(known)
        .map_err(|code| if known.is_seen { Refused::current(code, account.id) } else { Refused::field(code, "email") })
}

/// An account that the viewer may see, how they stand to it, and the authority in which acts upon it are recorded.
async fn ruled<C: domain::RefusalCode>(
    write: &Write<'_>,
    id: AccountId,
    not_found: C,
) -> Result<(account::Model, Reach, Option<AuthorityId>), Refused<C>> {
    let account = store::seen(write, id).await?.ok_or_else(|| Refused::field(not_found, "accountId"))?;
    let roles = store::roles(&write.tx, id).await?;
    Ok((account, roles.reach(write.scope()), roles.authority(write.scope())))
}

/// Makes a link to a new password. Leaves its token in `token`.
pub async fn request_reset(
    write: &mut Write<'_>,
    app: &App,
    id: AccountId,
    token: &mut Option<Token>,
) -> Result<AccountId, Refused<RequestResetRefusal>> {
    let (account, reach, authority_id) = ruled(write, id, RequestResetRefusal::NotFound).await?;
    rule::request_reset(reach, account.state.0).map_err(|code| Refused::current(code, id))?;
    *token = Some(link::create(&write.tx, app, id, LinkPurpose::Reset).await?);
    write.updated(authority_id, id);
    Ok(id)
}

/// Takes away the second factor of somebody who lost it, and their sessions.
pub async fn reset_second_factor(
    write: &mut Write<'_>,
    id: AccountId,
) -> Result<AccountId, Refused<ResetSecondFactorRefusal>> {
    let (_, reach, authority_id) = ruled(write, id, ResetSecondFactorRefusal::NotFound).await?;
    let is_oneself = id == write.account_id();
    factor_rule::reset(reach, is_oneself, true).map_err(|code| Refused::current(code, id))?;
    let was_set = second_factor::reset(&write.tx, id, write.now).await?;
    factor_rule::reset(reach, is_oneself, was_set).map_err(|code| Refused::current(code, id))?;
    write.updated(authority_id, id);
    Ok(id)
}

/// Closes an account: its sessions end at once and its links are worth nothing.
pub async fn deactivate(write: &mut Write<'_>, id: AccountId) -> Result<AccountId, Refused<DeactivateUserRefusal>> {
    let (account, reach, authority_id) = ruled(write, id, DeactivateUserRefusal::NotFound).await?;
    rule::deactivate(reach, id == write.account_id(), account.state.0).map_err(|code| Refused::current(code, id))?;
    if !store::set_state(write, &account, AccountState::Deactivated).await? {
        return Err(Refused::current(DeactivateUserRefusal::AlreadyDeactivated, id));
    }
    session::end_all(&write.tx, id, write.now).await?;
    link::spend_all(&write.tx, id, write.now).await?;
    write.updated(authority_id, id);
    Ok(id)
}

/// Opens a closed account again: it signs in as before, or is invited again if it never had a password.
pub async fn reactivate(write: &mut Write<'_>, id: AccountId) -> Result<AccountId, Refused<ReactivateUserRefusal>> {
    let (account, reach, authority_id) = ruled(write, id, ReactivateUserRefusal::NotFound).await?;
    let state = rule::reactivate(reach, account.state.0, account.password_hash.is_some())
        .map_err(|code| Refused::current(code, id))?;
    if !store::set_state(write, &account, state).await? {
        return Err(Refused::current(ReactivateUserRefusal::NotDeactivated, id));
    }
    write.updated(authority_id, id);
    Ok(id)
}

/// Ends a role on a day.
pub async fn set_end(
    write: &mut Write<'_>,
    input: SetMembershipEndInput,
) -> Result<MembershipId, Refused<SetMembershipEndRefusal>> {
    let id = input.membership_id.0;
    let found = store::seen_role(write, id).await?;
    let row = found.ok_or_else(|| Refused::field(SetMembershipEndRefusal::NotFound, "membershipId"))?;
    let held = Held {
        role: row.role.0,
        starts_on: row.starts_on,
        is_own: row.account_id == write.account_id(),
        is_officers: write.scope().holds(Role::Officer, row.authority_id),
    };
    rule::set_end(held, input.ends_on.0).map_err(|code| Refused::current(code, id))?;
    if !store::set_end(write, id, input.version, input.ends_on.0).await? {
        return Err(Refused::current(SetMembershipEndRefusal::Stale, id));
    }
    if input.ends_on.0 <= write.today() {
        session::end_all(&write.tx, row.account_id, write.now).await?;
    }
    write.updated(row.authority_id, id);
    Ok(id)
}
