//! What other nouns do with files.

use domain::quality::announcement::Announced;
use entity::file::Model;
use entity::ids::{AuthorityId, FileId};
use sea_orm::DbErr;

use super::store;
use crate::ledger::Write;

/// Makes a file that waits for its bytes. Only whoever announced it may send them.
pub async fn announce(write: &mut Write<'_>, authority_id: AuthorityId, file: &Announced) -> Result<FileId, DbErr> {
    let id = write.id();
    store::insert(write, id, authority_id, file).await?;
    write.created(authority_id, id);
    Ok(id)
}

/// Keeps a file that was sent for whatever now uses it, in that authority. False where something else was quicker.
pub async fn claim(write: &mut Write<'_>, authority_id: AuthorityId, file: &Model) -> Result<bool, DbErr> {
    let claimed = store::claim(write, authority_id, file.id).await?;
    if claimed {
        write.updated(authority_id, file.id);
    }
    Ok(claimed)
}
