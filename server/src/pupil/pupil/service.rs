//! What can be done with a pupil's record.

use domain::pupil::record::{self, ChangePupilRefusal, Claims, CreatePupilRefusal};
use entity::ids::PupilId;
use entity::{Private, pupil};
use sea_orm::DbErr;

use super::graph::{ChangePupilInput, CreatePupilInput};
use super::store;
use crate::access::scope::Scope;
use crate::ledger::{Refusal, Refused, Write};

/// Creates a pupil on the roll of a school.
pub async fn create(write: &mut Write<'_>, input: CreatePupilInput) -> Result<PupilId, Refused<CreatePupilRefusal>> {
    if !store::may_commission(write.scope()) {
        return Err(Refused::because(CreatePupilRefusal::NotAllowed));
    }
    let school = store::school(write, input.school_id.0)
        .await?
        .ok_or_else(|| Refused::field(CreatePupilRefusal::SchoolNotFound, "schoolId"))?;
    let claims = Claims {
        given_name: &input.given_name,
        family_name: &input.family_name,
        date_of_birth: input.date_of_birth.0,
        year_group: input.year_group,
        upn: input.upn.as_deref(),
        sen_provision: input.sen_provision.0,
        primary_need: input.primary_need.map(|need| need.0),
    };
    let upn = record::check(&claims, write.today()).map_err(|fault| Refused::field(fault.into(), fault.field()))?;
    let row = pupil::Model {
        id: write.id(),
        authority_id: school.authority_id,
        school_id: school.id,
        upn: upn.map(Private),
        given_name: Private(input.given_name.trim().to_owned()),
        family_name: Private(input.family_name.trim().to_owned()),
        date_of_birth: Private(input.date_of_birth.0),
        year_group: input.year_group,
        sen_provision: input.sen_provision.0.into(),
        primary_need: input.primary_need.map(|need| need.0.into()),
        looked_after: input.looked_after.0.into(),
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    if let Some(other) = store::with_number_of(&write.tx, &row).await? {
        return Err(taken(CreatePupilRefusal::UpnTaken, write.scope(), &other));
    }
    let (id, authority_id) = (row.id, row.authority_id);
    store::insert(&write.tx, row).await.map_err(|error| raced(error, CreatePupilRefusal::UpnTaken))?;
    write.created(authority_id, id);
    Ok(id)
}

/// Changes what a pupil's record says.
pub async fn change(write: &mut Write<'_>, input: ChangePupilInput) -> Result<PupilId, Refused<ChangePupilRefusal>> {
    let id = input.pupil_id.0;
    let was = store::find(write, id).await?.ok_or_else(|| Refused::field(ChangePupilRefusal::NotFound, "pupilId"))?;
    if !store::commissions(write.scope(), &was) {
        return Err(Refused::because(ChangePupilRefusal::NotAllowed));
    }
    if was.version != input.version {
        return Err(Refused::current(ChangePupilRefusal::Stale, id));
    }
    let mut row = patched(was, &input);
    if let Some(school_id) = input.school_id {
        let school = store::school(write, school_id.0).await?;
        row.school_id = school
            .filter(|school| school.authority_id == row.authority_id)
            .ok_or_else(|| Refused::field(ChangePupilRefusal::SchoolNotFound, "schoolId"))?
            .id;
    }
    let upn =
        record::check(&claims(&row), write.today()).map_err(|fault| Refused::field(fault.into(), fault.field()))?;
    row.upn = upn.map(Private);
    if let Some(other) = store::with_number_of(&write.tx, &row).await? {
        return Err(taken(ChangePupilRefusal::UpnTaken, write.scope(), &other));
    }
    let authority_id = row.authority_id;
    let changed = store::update(write, row).await.map_err(|error| raced(error, ChangePupilRefusal::UpnTaken))?;
    if !changed {
        return Err(Refused::current(ChangePupilRefusal::Stale, id));
    }
    write.updated(authority_id, id);
    Ok(id)
}

fn patched(was: pupil::Model, input: &ChangePupilInput) -> pupil::Model {
    let text = |given: &Option<String>, was| given.as_ref().map_or(was, |name| Private(name.trim().to_owned()));
    pupil::Model {
        given_name: text(&input.given_name, was.given_name),
        family_name: text(&input.family_name, was.family_name),
        date_of_birth: input.date_of_birth.map_or(was.date_of_birth, |date| Private(date.0)),
        year_group: input.year_group.unwrap_or(was.year_group),
        upn: input.upn.as_opt_ref().map_or(was.upn, |upn| upn.cloned().map(Private)),
        sen_provision: input.sen_provision.map_or(was.sen_provision, |code| code.0.into()),
        primary_need: input.primary_need.as_opt_ref().map_or(was.primary_need, |need| need.map(|code| code.0.into())),
        looked_after: input.looked_after.map_or(was.looked_after, |code| code.0.into()),
        ..was
    }
}

fn claims(row: &pupil::Model) -> Claims<'_> {
    Claims {
        given_name: &row.given_name.0,
        family_name: &row.family_name.0,
        date_of_birth: row.date_of_birth.0,
        year_group: row.year_group,
        upn: row.upn.as_ref().map(|upn| upn.0.as_str()),
        sen_provision: row.sen_provision.0,
        primary_need: row.primary_need.map(|need| need.0),
    }
}

/// The number is another pupil's; whose, only to somebody who looks after that one too.
fn taken<C>(code: C, scope: &Scope, other: &pupil::Model) -> Refused<C> {
    let current = store::commissions(scope, other).then(|| other.id.into());
    Refused::Rule(Refusal { code, field: Some("upn"), current })
}

/// A number that somebody else wrote at the same moment.
fn raced<C: domain::RefusalCode>(error: DbErr, taken: C) -> Refused<C> {
    match error.sql_err() {
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => Refused::field(taken, "upn"),
        _ => Refused::Failed(error),
    }
}
