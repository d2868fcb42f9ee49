//! Whether the audit is whole: every link of its chain recomputed, its end compared with the anchor.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use entity::{audit, audit_seal};
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::seal::{ANCHOR, Head, hash, read_anchor};

/// Links that are read at a time.
const BATCH: u64 = 500;

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Links that hold.
    pub sealed: u64,
    /// Rows that wait for the sealer.
    pub unsealed: u64,
    /// What is wrong, a sentence each; empty if nothing is.
    pub broken: Vec<String>,
}

/// Recomputes the chain and compares its end with the anchor.
///
/// # Errors
/// The database's, or the anchor file's.
pub async fn verify(db: &impl ConnectionTrait, directory: &Path) -> anyhow::Result<Verified> {
    let mut found = Verified::default();
    let anchored = match read_anchor(directory).await {
        Ok(anchored) => anchored,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            found.broken.push(format!("{ANCHOR} cannot be understood"));
            None
        }
        Err(error) => return Err(error.into()),
    };
    let mut at_anchor = None;
    let mut head = Head { link: 0, hash: String::new() };
    while walk(db, &mut head, &mut found, |link| {
        if anchored.as_ref().is_some_and(|anchored| anchored.link == link.link) {
            at_anchor = Some(link.hash.clone());
        }
    })
    .await?
    {}
    match anchored {
        Some(anchored) if at_anchor.as_ref() != Some(&anchored.hash) => found.broken.push(format!(
            "the chain does not reach its anchored head, link {}: the tail was cut or rewritten",
            anchored.link
        )),
        None if head.link > 0 && found.broken.is_empty() => {
            found.broken.push(format!("{ANCHOR} is missing, so a cut tail would not be noticed"));
        }
        _ => {}
    }
    unsealed(db, &mut found).await?;
    Ok(found)
}

/// Holds the next links against their rows; false at the end of the chain.
async fn walk(
    db: &impl ConnectionTrait,
    head: &mut Head,
    found: &mut Verified,
    mut passed: impl FnMut(&audit_seal::Model),
) -> Result<bool, DbErr> {
    let links = audit_seal::Entity::find()
        .filter(audit_seal::Column::Link.gt(head.link))
        .order_by_asc(audit_seal::Column::Link)
        .limit(BATCH)
        .all(db)
        .await?;
    let positions = links.iter().map(|link| link.audit_position);
    let rows = audit::Entity::find().filter(audit::Column::Position.is_in(positions)).all(db).await?;
    let rows: HashMap<_, _> = rows.into_iter().map(|row| (row.position, row)).collect();
    for link in &links {
        if link.link != head.link + 1 {
            found.broken.push(format!("links {} to {} are missing", head.link + 1, link.link - 1));
        }
        match rows.get(&link.audit_position) {
            None => found.broken.push(format!("audit row {} was removed", link.audit_position)),
            Some(row) if hash(&head.hash, row) != link.hash => {
                found.broken.push(format!("audit row {} was changed, or is not in its place", link.audit_position));
            }
            Some(_) => found.sealed += 1,
        }
        passed(link);
        *head = Head { link: link.link, hash: link.hash.clone() };
    }
    Ok(!links.is_empty())
}

/// Counts the rows that wait for the sealer, and names those that it will never come to: they stand among rows that are
/// sealed, so they were put in afterwards.
async fn unsealed(db: &impl ConnectionTrait, found: &mut Verified) -> Result<(), DbErr> {
    let sealed = Query::select().column(audit_seal::Column::AuditPosition).from(audit_seal::Entity).take();
    let unsealed = audit::Entity::find().filter(audit::Column::Position.not_in_subquery(sealed));
    found.unsealed = unsealed.clone().count(db).await?;
    let Some(last) = super::seal::last_sealed(db).await? else { return Ok(()) };
    let behind = unsealed.clone().filter(super::seal::behind(&last)).count(db).await?;
    if behind < found.unsealed {
        let smuggled = unsealed.filter(super::seal::behind(&last).not()).limit(BATCH).all(db).await?;
        for row in smuggled {
            found.broken.push(format!("audit row {} was put in among rows that are sealed", row.position));
        }
    }
    Ok(())
}
