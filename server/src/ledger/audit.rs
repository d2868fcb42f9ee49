//! Audit rows that are not part of a write: reads of children's records and of files, and what was taken out as data.

use chrono::{DateTime, Utc};
use entity::audit;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};
use uuid::Uuid;

use super::Actor;

/// Records that rows were read: one audit row, with their ids.
///
/// # Errors
/// The database's; the answer must then not go out.
pub async fn record_read(
    db: &impl ConnectionTrait,
    actor: &Actor,
    noun: &str,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut entry = entry(actor, "read", noun, serde_json::json!({ "read": ids }), now);
    if let [id] = ids {
        entry.noun_id = Set(Some(*id));
    }
    audit::Entity::insert(entry).exec_without_returning(db).await.map(drop)
}

/// Records that rows of a noun were taken out as data: how many, in which form, and by which query, as its SHA-256.
///
/// # Errors
/// The database's; the data must then not go out.
pub async fn record_extract(
    db: &impl ConnectionTrait,
    actor: &Actor,
    noun: &str,
    detail: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    audit::Entity::insert(entry(actor, "extract", noun, detail, now)).exec_without_returning(db).await.map(drop)
}

fn entry(actor: &Actor, act: &str, noun: &str, detail: serde_json::Value, now: DateTime<Utc>) -> audit::ActiveModel {
    audit::ActiveModel {
        position: NotSet,
        transaction_id: NotSet,
        authority_id: Set(None),
        account_id: Set(Some(actor.scope.account_id)),
        session_id: Set(actor.session_id),
        request_id: Set(actor.request_id.clone()),
        act: Set(act.to_owned()),
        noun: Set(noun.to_owned()),
        noun_id: Set(None),
        detail: Set(detail),
        at: Set(now),
    }
}
