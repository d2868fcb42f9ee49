//! What can be done with a partnership.

use domain::access::Role;
use domain::organisation::partnership::{self as rule, CreatePartnershipRefusal as Refusal};
use entity::ids::PartnershipId;

use super::graph::CreatePartnershipInput;
use super::store;
use crate::ledger::{Refused, Write};

/// Makes a partnership.
pub async fn create(write: &mut Write<'_>, input: CreatePartnershipInput) -> Result<PartnershipId, Refused<Refusal>> {
    let authority_id = input.authority_id.0;
    if !write.scope().holds(Role::Officer, authority_id) {
        return Err(Refused::field(Refusal::NotAllowed, "authorityId"));
    }
    let code = input.code.trim().to_uppercase();
    rule::create(&code, &input.name).map_err(|(code, field)| Refused::field(code, field))?;
    if let Some(same) = store::by_code(write, authority_id, &code).await? {
        return Err(Refused::current(Refusal::CodeTaken, same.id));
    }
    let id = write.id();
    store::insert(write, id, authority_id, code, input.name.trim()).await?;
    write.created(authority_id, id);
    Ok(id)
}
