//! Audit rows that are not part of a write: reads of children's records and of files.

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
    let entry = audit::ActiveModel {
        position: NotSet,
        transaction_id: NotSet,
        authority_id: Set(None),
        account_id: Set(Some(actor.scope.account_id)),
        session_id: Set(actor.session_id),
        request_id: Set(actor.request_id.clone()),
        act: Set("read".to_owned()),
        noun: Set(noun.to_owned()),
        noun_id: Set(if let [id] = ids { Some(*id) } else { None }),
        detail: Set(serde_json::json!({ "read": ids })),
        at: Set(now),
    };
    audit::Entity::insert(entry).exec_without_returning(db).await.map(drop)
}
