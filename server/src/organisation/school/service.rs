//! What can be done with a school.

use domain::access::Role;
use domain::organisation::school::{self as rule, CreateSchoolRefusal, SetSchoolPartnershipRefusal};
use entity::ids::SchoolId;

use super::graph::{CreateSchoolInput, SetSchoolPartnershipInput};
use super::store;
use crate::ledger::{Refused, Write};
use crate::organisation::{partnership, school_membership};

/// Adds a school.
pub async fn create(write: &mut Write<'_>, input: CreateSchoolInput) -> Result<SchoolId, Refused<CreateSchoolRefusal>> {
    let authority_id = input.authority_id.0;
    if !write.scope().holds(Role::Officer, authority_id) {
        return Err(Refused::field(CreateSchoolRefusal::NotAllowed, "authorityId"));
    }
    let claims = rule::Claims { name: &input.name, urn: input.urn, postcode: &input.postcode };
    let postcode = rule::create(&claims).map_err(|(code, field)| Refused::field(code, field))?;
    if let Some(urn) = input.urn
        && store::has_urn(write, urn).await?
    {
        return Err(Refused::field(CreateSchoolRefusal::UrnTaken, "urn"));
    }
    let id = write.id();
    store::insert(write, id, input, postcode).await?;
    write.created(authority_id, id);
    Ok(id)
}

/// Ends the membership that holds on a day, and begins the next.
pub async fn set_partnership(
    write: &mut Write<'_>,
    input: SetSchoolPartnershipInput,
) -> Result<SchoolId, Refused<SetSchoolPartnershipRefusal>> {
    use SetSchoolPartnershipRefusal as Refusal;
    let (id, day) = (input.school_id.0, input.starts_on.0);
    let found = store::seen(write, id).await?;
    let school = found.ok_or_else(|| Refused::field(Refusal::NotFound, "schoolId"))?;
    if !write.scope().holds(Role::Officer, school.authority_id) {
        return Err(Refused::field(Refusal::NotAllowed, "schoolId"));
    }
    let next = input.partnership_id.map(|id| id.0);
    if let Some(next) = next {
        let found = partnership::store::seen(write, next).await?;
        if found.is_none_or(|partnership| partnership.authority_id != school.authority_id) {
            return Err(Refused::field(Refusal::PartnershipNotFound, "partnershipId"));
        }
    }
    let held = school_membership::store::of_school(write, id).await?;
    let terms: Vec<_> = held.iter().map(|held| held.term).collect();
    let closes =
        rule::set_partnership(&terms, next.as_ref(), day).map_err(|(code, field)| Refused::field(code, field))?;
    // The school's version is the one place where two moves at once meet.
    if !store::touch(write, &school).await? {
        return Err(Refused::current(Refusal::Stale, id));
    }
    if let Some(present) = closes.map(|at| &held[at]) {
        school_membership::store::end(write, present, day).await?;
        write.updated(school.authority_id, present.id);
    }
    if let Some(next) = next {
        let membership_id = write.id();
        school_membership::store::insert(write, membership_id, &school, next, day).await?;
        write.created(school.authority_id, membership_id);
    }
    write.updated(school.authority_id, id);
    Ok(id)
}
