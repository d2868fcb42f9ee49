//! Proposing a placement, and the week that it keeps.

use domain::organisation::ProviderKind;
use domain::placement::PlacementState;
use domain::placement::agreement::{
    self as rule, ChangePlacementSessionsRefusal, Days, ProposePlacementRefusal as Refusal, Terms,
};
use domain::placement::week::{self, WeekFault, WeeklySession};
use entity::ids::{AuthorityId, PlacementId};
use entity::placement;
use sea_orm::DbErr;

use super::graph::{ChangePlacementSessionsInput, PartyInput, ProposePlacementInput, WeeklySessionInput};
use super::store;
use crate::ledger::{self, Refused, Write};
use crate::placement::session::store as sessions;
use crate::pupil::pupil::store as pupils;

/// Proposes a placement of a pupil with a provider.
pub async fn propose(write: &mut Write<'_>, input: ProposePlacementInput) -> Result<PlacementId, Refused<Refusal>> {
    let pupil = pupils::find(write, input.pupil_id.0)
        .await?
        .ok_or_else(|| Refused::field(Refusal::PupilNotFound, "pupilId"))?;
    if !pupils::commissions(write.scope(), &pupil) {
        return Err(Refused::because(Refusal::NotAllowed));
    }
    let terms = Terms {
        starts_on: input.starts_on.0,
        target_ends_on: input.target_ends_on.0,
        rate_pence: input.rate.0,
        purpose: &input.purpose,
    };
    rule::propose(&terms).map_err(|(code, field)| Refused::field(code, field))?;
    let week = read_week(&input.sessions).map_err(|fault| Refused::field(fault.into(), "sessions"))?;
    let authority_id = pupil.authority_id;
    check_parties(write, authority_id, &input).await?;
    let row = drafted(write, &input, &pupil);
    if let Some(other) = clashing(write, &row, &week).await? {
        return Err(clash(Refusal::WeekClash, other));
    }
    let id = row.id;
    store::insert(&write.tx, row).await?;
    write.created(authority_id, id);
    sessions::insert(write, authority_id, id, &week).await?;
    Ok(id)
}

/// Replaces a placement's week.
pub async fn change_week(
    write: &mut Write<'_>,
    input: ChangePlacementSessionsInput,
) -> Result<PlacementId, Refused<ChangePlacementSessionsRefusal>> {
    use ChangePlacementSessionsRefusal as Refusal;
    let id = input.placement_id.0;
    let row = store::find(write, id).await?.ok_or_else(|| Refused::field(Refusal::NotFound, "placementId"))?;
    if !store::commissions(write.scope(), &row) {
        return Err(Refused::because(Refusal::NotAllowed));
    }
    rule::change_week(row.state.0, row.version, input.version).map_err(|code| Refused::current(code, id))?;
    let week = read_week(&input.sessions).map_err(|fault| Refused::field(fault.into(), "sessions"))?;
    if let Some(other) = clashing(write, &row, &week).await? {
        return Err(clash(Refusal::WeekClash, other));
    }
    if !store::advance(write, &row, placement::ActiveModel::default()).await? {
        return Err(Refused::current(Refusal::Stale, id));
    }
    write.updated(row.authority_id, id);
    sessions::remove(write, row.authority_id, id).await?;
    sessions::insert(write, row.authority_id, id, &week).await?;
    Ok(id)
}

/// The current placement of the same pupil, in the same weeks, at the time of some of these sessions (S136). Holds the
/// pupil until the write is over, so that two weeks cannot be checked past each other.
pub async fn clashing(
    write: &Write<'_>,
    row: &placement::Model,
    week: &[WeeklySession],
) -> Result<Option<PlacementId>, DbErr> {
    let days = |row: &placement::Model| Days::of(row.state.0, row.starts_on, row.target_ends_on, write.today());
    let others = store::current_of_pupil(write, row.pupil_id).await?;
    let meeting: Vec<_> = others
        .into_iter()
        .filter(|other| other.id != row.id && days(other).meet(days(row)))
        .map(|other| other.id)
        .collect();
    let held = sessions::weeks(&write.tx, &meeting).await?;
    Ok(meeting.into_iter().find(|other| held.get(other).is_some_and(|held| week::clash(week, held))))
}

/// A refusal that names the placement in the way.
pub fn clash<C>(code: C, other: PlacementId) -> Refused<C> {
    Refused::Rule(ledger::Refusal { code, field: Some("sessions"), current: Some(other.into()) })
}

fn read_week(given: &[WeeklySessionInput]) -> Result<Vec<WeeklySession>, WeekFault> {
    week::week(given.iter().map(|one| (one.weekday.0, one.starts_at.as_str(), one.ends_at.as_str())))
}

/// Provider, site, broker and parties belong to the pupil's authority and to each other (D11).
async fn check_parties(
    write: &Write<'_>,
    authority_id: AuthorityId,
    input: &ProposePlacementInput,
) -> Result<(), Refused<Refusal>> {
    if store::provider(write, authority_id, input.provider_id.0).await?.is_none() {
        return Err(Refused::field(Refusal::ProviderNotFound, "providerId"));
    }
    if let Some(site_id) = input.site_id
        && !store::is_site_of(write, input.provider_id.0, site_id.0).await?
    {
        return Err(Refused::field(Refusal::SiteNotFound, "siteId"));
    }
    if let Some(broker_id) = input.broker_id {
        let broker = store::provider(write, authority_id, broker_id.0).await?;
        if broker.is_none_or(|broker| broker.kind.0 != ProviderKind::Broker) {
            return Err(Refused::field(Refusal::BrokerNotFound, "brokerId"));
        }
    }
    if !store::may_commit(write, authority_id, input.contracting_party).await? {
        return Err(Refused::field(Refusal::ContractingPartyNotFound, "contractingParty"));
    }
    if !store::may_commit(write, authority_id, input.paying_party).await? {
        return Err(Refused::field(Refusal::PayingPartyNotFound, "payingParty"));
    }
    Ok(())
}

fn drafted(write: &Write<'_>, input: &ProposePlacementInput, pupil: &entity::pupil::Model) -> placement::Model {
    let parts = |party| match party {
        PartyInput::SchoolId(id) => (Some(id.0), None, None),
        PartyInput::PartnershipId(id) => (None, Some(id.0), None),
        PartyInput::AuthorityId(id) => (None, None, Some(id.0)),
    };
    let (contracting, paying) = (parts(input.contracting_party), parts(input.paying_party));
    placement::Model {
        id: write.id(),
        authority_id: pupil.authority_id,
        pupil_id: pupil.id,
        provider_id: input.provider_id.0,
        site_id: input.site_id.map(|id| id.0),
        on_roll_school_id: pupil.school_id,
        contracting_school_id: contracting.0,
        contracting_partnership_id: contracting.1,
        contracting_authority_id: contracting.2,
        paying_school_id: paying.0,
        paying_partnership_id: paying.1,
        paying_authority_id: paying.2,
        broker_id: input.broker_id.map(|id| id.0),
        state: PlacementState::Proposed.into(),
        starts_on: input.starts_on.0,
        target_ends_on: input.target_ends_on.0,
        ended_on: None,
        end_reason: None,
        rate_pence: input.rate.0,
        rate_basis: input.rate_basis.0.into(),
        purpose: input.purpose.trim().to_owned(),
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    }
}
