//! The seal over the audit: a hash chain in feed order.
//!
//! Writers insert audit rows unchained, so they never queue. One sealer links the rows that are certain (on PostgreSQL
//! those of transactions older than every running one) and writes the head of the chain to a file outside the database,
//! the anchor. [`super::verify`] recomputes the chain: a changed, removed or reordered row breaks it, a cut tail misses
//! the anchored head, and rows not sealed yet are counted.
//!
//! Rows are sealed in the order of transaction and position, so what is sealed is always the beginning of that order, and
//! the sealer only ever looks behind the last row that it sealed.

use std::io;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use entity::{audit, audit_seal};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use crate::app::{App, fault};

/// Links that one pass writes at most.
const BATCH: u64 = 500;
/// The file, in the data directory, that holds the head of the chain.
pub const ANCHOR: &str = "audit.anchor";

/// Why the audit was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The database failed.
    #[error("the database failed")]
    Rows(#[from] DbErr),
    /// The anchor cannot be read or written.
    #[error("the file {ANCHOR} cannot be read or written")]
    Anchor(#[from] io::Error),
    /// The chain does not reach what was anchored before. The anchor is left as it is: it is the proof.
    #[error(
        "the chain does not reach link {0}, which {ANCHOR} holds: the audit was cut or rewritten, or another \
         installation's anchor stands here. Run: waymark audit verify"
    )]
    Cut(i64),
}

/// The end of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) link: i64,
    pub(super) hash: String,
}

/// Seals what is certain and not sealed yet; says how many rows that were.
///
/// # Errors
/// See [`SealError`].
pub async fn seal(app: &App, directory: &Path) -> Result<usize, SealError> {
    let mut sealed = 0;
    loop {
        let (head, count) = seal_some(app).await?;
        fault::point("seal_committed");
        if let Some(head) = head {
            anchor(&app.db, directory, &head).await?;
        }
        sealed += count;
        if count < BATCH as usize {
            return Ok(sealed);
        }
    }
}

/// One pass, one transaction; answers the head of the chain and how many links are new.
async fn seal_some(app: &App) -> Result<(Option<Head>, usize), DbErr> {
    let tx = app.db.begin_writing().await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        // One sealer at a time, whatever the number of replicas; the lock goes with the transaction.
        tx.execute_unprepared("select pg_advisory_xact_lock(71836521)").await?;
    }
    let last = audit_seal::Entity::find().order_by_desc(audit_seal::Column::Link).one(&tx).await?;
    let mut head = last.map(|last| Head { link: last.link, hash: last.hash });
    let rows = certain(&tx).await?;
    let sealed_at = app.clock.now();
    let mut links = Vec::with_capacity(rows.len());
    for row in &rows {
        let (link, before) = head.as_ref().map_or((0, ""), |head| (head.link, &head.hash));
        let next = Head { link: link + 1, hash: hash(before, row) };
        links.push(audit_seal::ActiveModel {
            link: Set(next.link),
            audit_position: Set(row.position),
            hash: Set(next.hash.clone()),
            sealed_at: Set(sealed_at),
        });
        head = Some(next);
    }
    if links.is_empty() {
        tx.rollback().await?;
    } else {
        audit_seal::Entity::insert_many(links).exec_without_returning(&tx).await?;
        tx.commit().await?;
    }
    Ok((head, rows.len()))
}

/// The next rows to be sealed: behind the last that was, and of transactions older than every running one.
async fn certain(db: &impl ConnectionTrait) -> Result<Vec<audit::Model>, DbErr> {
    let mut certain = Condition::all();
    if let Some(last) = last_sealed(db).await? {
        certain = certain.add(behind(&last));
    }
    if db.get_database_backend() == DbBackend::Postgres {
        certain = certain.add(Expr::cust(super::BELOW_RUNNING));
    }
    audit::Entity::find()
        .filter(certain)
        .order_by_asc(audit::Column::TransactionId)
        .order_by_asc(audit::Column::Position)
        .limit(BATCH)
        .all(db)
        .await
}

/// The last sealed row that is still there.
pub(super) async fn last_sealed(db: &impl ConnectionTrait) -> Result<Option<audit::Model>, DbErr> {
    let mut position = Query::select();
    position
        .column((audit_seal::Entity, audit_seal::Column::AuditPosition))
        .from(audit_seal::Entity)
        .inner_join(
            audit::Entity,
            Expr::col((audit::Entity, audit::Column::Position))
                .equals((audit_seal::Entity, audit_seal::Column::AuditPosition)),
        )
        .order_by((audit_seal::Entity, audit_seal::Column::Link), sea_orm::Order::Desc)
        .limit(1);
    audit::Entity::find().filter(audit::Column::Position.in_subquery(position)).one(db).await
}

/// Compared as a pair, so that a database begins to read its index at the last seal, and not at the beginning.
pub(super) fn behind(last: &audit::Model) -> Expr {
    let order = [audit::Column::TransactionId, audit::Column::Position];
    let place = [last.transaction_id, last.position];
    Expr::tuple(order.map(ColumnTrait::into_expr)).gt(Expr::tuple(place.map(Expr::val)))
}

/// When the oldest row that waits for its seal was written.
///
/// # Errors
/// The database's.
pub async fn oldest_unsealed(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, DbErr> {
    let waiting = Condition::all().add_option(last_sealed(db).await?.as_ref().map(behind));
    let oldest = audit::Entity::find()
        .filter(waiting)
        .order_by_asc(audit::Column::TransactionId)
        .order_by_asc(audit::Column::Position)
        .one(db)
        .await?;
    Ok(oldest.map(|row| row.at))
}

/// Writes the head down outside the database, unless the chain has lost what was written there before.
async fn anchor(db: &impl ConnectionTrait, directory: &Path, head: &Head) -> Result<(), SealError> {
    match read_anchor(directory).await? {
        Some(before) if before == *head => return Ok(()),
        Some(before) => {
            let link = audit_seal::Entity::find_by_id(before.link).one(db).await?;
            if link.is_none_or(|link| link.hash != before.hash) {
                return Err(SealError::Cut(before.link));
            }
        }
        None => {}
    }
    let written = directory.join(format!("{ANCHOR}.new"));
    let mut file = tokio::fs::File::create(&written).await?;
    file.write_all(format!("{} {}\n", head.link, head.hash).as_bytes()).await?;
    file.sync_all().await?;
    Ok(tokio::fs::rename(written, directory.join(ANCHOR)).await?)
}

/// The head that was anchored last; an anchor that cannot be understood is an error.
pub(super) async fn read_anchor(directory: &Path) -> io::Result<Option<Head>> {
    let text = match tokio::fs::read_to_string(directory.join(ANCHOR)).await {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let head = text.trim().split_once(' ').and_then(|(link, hash)| {
        let link = link.parse().ok()?;
        Some(Head { link, hash: hash.to_owned() })
    });
    head.map(Some).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it is not an anchor"))
}

/// The hash of a row behind the hash of the link before.
pub(super) fn hash(before: &str, row: &audit::Model) -> String {
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
