//! The seal over the audit: a hash chain in feed order.
//!
//! Writers insert audit rows unchained, so they never queue. One sealer links the rows that are certain (on PostgreSQL
//! those of transactions older than every running one) and writes the head of the chain to a file outside the database.
//! [`verify`] recomputes the chain: a changed, removed or reordered row breaks it, a cut tail misses the anchored head,
//! and rows not sealed yet are counted.

use std::path::Path;

use chrono::SecondsFormat;
use entity::{audit, audit_seal};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use sha2::{Digest, Sha256};

use crate::app::App;

/// Links that one pass writes at most.
const BATCH: u64 = 500;
/// The file, in the data directory, that holds the head of the chain.
pub const ANCHOR: &str = "audit.anchor";

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Links that hold.
    pub sealed: u64,
    /// Rows that wait for the sealer.
    pub unsealed: u64,
    /// What is wrong; empty if nothing is.
    pub broken: Vec<String>,
}

/// Seals what is certain and not sealed yet; says how many rows that were.
///
/// # Errors
/// The database's, or the anchor file's.
pub async fn seal(app: &App, directory: &Path) -> anyhow::Result<usize> {
    let tx = super::write::begin(&app.db).await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        // One sealer at a time, whatever the number of replicas; the lock goes with the transaction.
        tx.execute_unprepared("select pg_advisory_xact_lock(71836521)").await?;
    }
    let last = audit_seal::Entity::find().order_by_desc(audit_seal::Column::Link).one(&tx).await?;
    let (mut link, mut head) = last.map_or((0, String::new()), |last| (last.link, last.hash));
    let rows = certain(&tx).limit(BATCH).all(&tx).await?;
    let sealed_at = app.clock.now();
    let mut links = Vec::with_capacity(rows.len());
    for row in &rows {
        link += 1;
        head = hash(&head, row);
        links.push(audit_seal::ActiveModel {
            link: Set(link),
            audit_position: Set(row.position),
            hash: Set(head.clone()),
            sealed_at: Set(sealed_at),
        });
    }
    if !links.is_empty() {
        audit_seal::Entity::insert_many(links).exec_without_returning(&tx).await?;
    }
    tx.commit().await?;
    if !rows.is_empty() {
        anchor(directory, link, &head).await?;
    }
    Ok(rows.len())
}

/// Unsealed rows whose transactions are older than every running one, in feed order.
fn certain(db: &impl ConnectionTrait) -> sea_orm::Select<audit::Entity> {
    let sealed = Query::select().column(audit_seal::Column::AuditPosition).from(audit_seal::Entity).take();
    let mut certain = Condition::all().add(audit::Column::Position.not_in_subquery(sealed));
    if db.get_database_backend() == DbBackend::Postgres {
        let horizon = "transaction_id < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint";
        certain = certain.add(Expr::cust(horizon));
    }
    audit::Entity::find()
        .filter(certain)
        .order_by_asc(audit::Column::TransactionId)
        .order_by_asc(audit::Column::Position)
}

async fn anchor(directory: &Path, link: i64, head: &str) -> std::io::Result<()> {
    let written = directory.join(format!("{ANCHOR}.new"));
    tokio::fs::write(&written, format!("{link} {head}\n")).await?;
    tokio::fs::rename(written, directory.join(ANCHOR)).await
}

fn hash(before: &str, row: &audit::Model) -> String {
    let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string());
    let content = serde_json::json!([
        row.position,
        text(row.authority_id.map(|id| id.0)),
        text(row.account_id.map(|id| id.0)),
        text(row.session_id.map(|id| id.0)),
        row.request_id,
        row.act,
        row.noun,
        text(row.noun_id),
        row.detail,
        row.at.to_rfc3339_opts(SecondsFormat::Millis, true),
    ]);
    hex::encode(Sha256::new().chain_update(before).chain_update([0]).chain_update(content.to_string()).finalize())
}

/// Recomputes the chain and compares its end with the anchor.
///
/// # Errors
/// The database's, or the anchor file's.
pub async fn verify(db: &impl ConnectionTrait, directory: &Path) -> anyhow::Result<Verified> {
    let mut found = Verified { sealed: 0, unsealed: 0, broken: Vec::new() };
    let (mut head, mut next) = (String::new(), 0);
    let mut heads = std::collections::BTreeMap::new();
    loop {
        let links = audit_seal::Entity::find()
            .filter(audit_seal::Column::Link.gt(next))
            .order_by_asc(audit_seal::Column::Link)
            .limit(BATCH)
            .all(db)
            .await?;
        let Some(last) = links.last() else { break };
        let upto = last.link;
        let positions = links.iter().map(|link| link.audit_position);
        let rows = audit::Entity::find().filter(audit::Column::Position.is_in(positions)).all(db).await?;
        let rows: std::collections::HashMap<_, _> = rows.into_iter().map(|row| (row.position, row)).collect();
        for link in links {
            if link.link != next + 1 {
                found.broken.push(format!("links {} to {} are missing", next + 1, link.link - 1));
            }
            next = link.link;
            match rows.get(&link.audit_position) {
                None => found.broken.push(format!("audit row {} was removed", link.audit_position)),
                Some(row) if hash(&head, row) != link.hash => {
                    found.broken.push(format!("audit row {} or a row before it was changed", link.audit_position));
                }
                Some(_) => found.sealed += 1,
            }
            head = link.hash;
            heads.insert(next, head.clone());
        }
        next = upto;
    }
    compare_with_anchor(directory, &heads, &mut found).await?;
    let sealed = Query::select().column(audit_seal::Column::AuditPosition).from(audit_seal::Entity).take();
    found.unsealed = audit::Entity::find().filter(audit::Column::Position.not_in_subquery(sealed)).count(db).await?;
    Ok(found)
}

async fn compare_with_anchor(
    directory: &Path,
    heads: &std::collections::BTreeMap<i64, String>,
    found: &mut Verified,
) -> anyhow::Result<()> {
    let anchored = match tokio::fs::read_to_string(directory.join(ANCHOR)).await {
        Ok(anchored) => anchored,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if !heads.is_empty() {
                found.broken.push(format!("{ANCHOR} is missing, so a cut tail would not be noticed"));
            }
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let parsed = anchored.trim().split_once(' ').and_then(|(link, head)| Some((link.parse::<i64>().ok()?, head)));
    match parsed {
        None => found.broken.push(format!("{ANCHOR} cannot be read")),
        Some((link, head)) if heads.get(&link).map(String::as_str) != Some(head) => {
            found.broken.push(format!(
                "the chain does not reach its anchored head, link {link}: the tail was cut or rewritten"
            ));
        }
        Some(_) => {}
    }
    Ok(())
}
