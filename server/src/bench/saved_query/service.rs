//! What can be done with a saved query.

use async_graphql::Variables;
use domain::RefusalCode;
use domain::access::Role;
use domain::bench::saved_query::{
    self as rule, Fitness, Reach, RenameQueryRefusal as NotRenamed, RetireQueryRefusal as NotRetired,
    SaveQueryRefusal as NotSaved, SaveQueryVersionRefusal as NoVersion, ShareQueryRefusal as NotShared, SharedWith,
    Unfit, Words,
};
use entity::ids::{AuthorityId, SavedQueryId};
use entity::{saved_query, saved_query_version};
use sea_orm::DbErr;

use super::graph::{RenameQueryInput, RetireQueryInput, SaveQueryInput, SaveQueryVersionInput, ShareQueryInput};
use super::store;
use crate::bench::saved_query_version::store as versions;
use crate::graph::estimate::{self, Draft, QueryProblem};
use crate::ledger::{Refused, Write};

/// What a version says, in the words of whoever saves it.
struct Saying {
    text: String,
    variables: Option<String>,
    note: Option<String>,
}

/// Keeps a query. Leaves in `problems` why the server would not run it.
pub async fn save(
    write: &mut Write<'_>,
    input: SaveQueryInput,
    problems: &mut Vec<QueryProblem>,
) -> Result<SavedQueryId, Refused<NotSaved>> {
    let authority_id = input.authority_id.0;
    if !write.scope().any_authority().contains(&authority_id) {
        return Err(Refused::field(NotSaved::NotAllowed, "authorityId"));
    }
    if !rule::is_name(&input.name) {
        return Err(Refused::field(NotSaved::NameLength, "name"));
    }
    let saying = Saying { text: input.text, variables: input.variables, note: input.note };
    check(write, &saying, problems).await.map_err(|unfit| Refused::field(NotSaved::from(unfit), unfit.field()))?;
    let query = saved_query::Model {
        id: write.id(),
        authority_id,
        owner_account_id: write.account_id(),
        partnership_id: None,
        name: input.name.trim().to_owned(),
        shared_with: SharedWith::OnlyMe.into(),
        latest: 1,
        retired_at: None,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    let id = query.id;
    store::insert(write, query).await?;
    write.created(authority_id, id);
    add_version(write, (authority_id, id, 1), saying).await?;
    Ok(id)
}

/// Saves what a query says from now on. Leaves in `problems` why the server would not run it.
pub async fn save_version(
    write: &mut Write<'_>,
    input: SaveQueryVersionInput,
    problems: &mut Vec<QueryProblem>,
) -> Result<SavedQueryId, Refused<NoVersion>> {
    let read = own(write, input.saved_query_id.0, (NoVersion::NotFound, NoVersion::NotAllowed)).await?;
    in_use(&read, input.version, (NoVersion::Stale, NoVersion::Retired))?;
    let saying = Saying { text: input.text, variables: input.variables, note: input.note };
    check(write, &saying, problems).await.map_err(|unfit| Refused::field(NoVersion::from(unfit), unfit.field()))?;
    let next = saved_query::Model { latest: read.latest + 1, ..read };
    let id = change(write, &next, NoVersion::Stale).await?;
    add_version(write, (next.authority_id, id, next.latest), saying).await?;
    Ok(id)
}

/// Whether a version may be kept.
async fn check(write: &Write<'_>, saying: &Saying, problems: &mut Vec<QueryProblem>) -> Result<(), Unfit> {
    let variables = saying.variables.as_deref().map(|text| (text, object(text)));
    let words = Words {
        text: &saying.text,
        variables: variables.as_ref().map(|(text, object)| (*text, object.is_some())),
        note: saying.note.as_deref(),
    };
    rule::words(&words)?;
    let variables = variables.and_then(|(_, object)| object).map(Variables::from_json).unwrap_or_default();
    let draft = Draft { text: &saying.text, operation_name: None, variables, is_open: true };
    let found = estimate::examine(&write.app().config.limits, draft).await;
    *problems = found.problems;
    rule::fit(match (problems.is_empty(), found.changes) {
        (false, _) => Fitness::Refused,
        (true, true) => Fitness::Changes,
        (true, false) => Fitness::Runs,
    })
}

/// The object of JSON that a text is.
fn object(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(text).ok().filter(serde_json::Value::is_object)
}

async fn add_version(
    write: &mut Write<'_>,
    (authority_id, saved_query_id, number): (AuthorityId, SavedQueryId, i32),
    Saying { text, variables, note }: Saying,
) -> Result<(), DbErr> {
    let version = saved_query_version::Model {
        id: write.id(),
        authority_id,
        saved_query_id,
        number,
        text,
        variables,
        note,
        account_id: write.account_id(),
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    write.created(authority_id, version.id);
    versions::insert(write, version).await
}

/// Gives a saved query another name.
pub async fn rename(write: &mut Write<'_>, input: RenameQueryInput) -> Result<SavedQueryId, Refused<NotRenamed>> {
    let read = own(write, input.saved_query_id.0, (NotRenamed::NotFound, NotRenamed::NotAllowed)).await?;
    in_use(&read, input.version, (NotRenamed::Stale, NotRenamed::Retired))?;
    if !rule::is_name(&input.name) {
        return Err(Refused::field(NotRenamed::NameLength, "name"));
    }
    let renamed = saved_query::Model { name: input.name.trim().to_owned(), ..read };
    change(write, &renamed, NotRenamed::Stale).await
}

/// Says who reads a saved query.
pub async fn share(write: &mut Write<'_>, input: ShareQueryInput) -> Result<SavedQueryId, Refused<NotShared>> {
    let read = own(write, input.saved_query_id.0, (NotShared::NotFound, NotShared::NotAllowed)).await?;
    in_use(&read, input.version, (NotShared::Stale, NotShared::Retired))?;
    let partnership_id = input.partnership_id.map(|id| id.0);
    let coordinates = |id| {
        let mut grants = write.scope().grants().iter();
        grants.any(|grant| {
            grant.role == Role::Coordinator
                && grant.authority_id == read.authority_id
                && grant.partnership_id == Some(id)
        })
    };
    let reach = Reach {
        coordinates: partnership_id.map(coordinates),
        is_staff: write.scope().authorities(&store::STAFF).contains(&read.authority_id),
    };
    let shared_with = input.shared_with.0;
    rule::share(shared_with, reach).map_err(|(code, field)| Refused::field(code, field))?;
    let shared = saved_query::Model { shared_with: shared_with.into(), partnership_id, ..read };
    change(write, &shared, NotShared::Stale).await
}

/// Takes a saved query out of use.
pub async fn retire(write: &mut Write<'_>, input: RetireQueryInput) -> Result<SavedQueryId, Refused<NotRetired>> {
    let found = store::find(write, input.saved_query_id.0).await?;
    let read = found.ok_or_else(|| Refused::field(NotRetired::NotFound, "savedQueryId"))?;
    let is_own = read.owner_account_id == write.account_id();
    if !is_own && !write.scope().holds(Role::Officer, read.authority_id) {
        return Err(Refused::current(NotRetired::NotAllowed, read.id));
    }
    in_use(&read, input.version, (NotRetired::Stale, NotRetired::Retired))?;
    let retired = saved_query::Model { retired_at: Some(write.now), ..read };
    change(write, &retired, NotRetired::Stale).await
}

/// The query, if the writer sees it and it is theirs.
async fn own<C: RefusalCode>(
    write: &Write<'_>,
    id: SavedQueryId,
    (not_found, not_allowed): (C, C),
) -> Result<saved_query::Model, Refused<C>> {
    let read = store::find(write, id).await?.ok_or_else(|| Refused::field(not_found, "savedQueryId"))?;
    if read.owner_account_id == write.account_id() { Ok(read) } else { Err(Refused::current(not_allowed, read.id)) }
}

/// That a query is in use, and as it was read.
fn in_use<C: RefusalCode>(read: &saved_query::Model, version: i32, (stale, retired): (C, C)) -> Result<(), Refused<C>> {
    if read.retired_at.is_some() {
        return Err(Refused::current(retired, read.id));
    }
    if read.version != version {
        return Err(Refused::current(stale, read.id));
    }
    Ok(())
}

async fn change<C: RefusalCode>(
    write: &mut Write<'_>,
    query: &saved_query::Model,
    stale: C,
) -> Result<SavedQueryId, Refused<C>> {
    if !store::change(write, query).await? {
        return Err(Refused::current(stale, query.id));
    }
    write.updated(query.authority_id, query.id);
    Ok(query.id)
}
