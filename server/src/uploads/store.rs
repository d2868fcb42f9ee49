//! Rows of files, uploads, their parts and renditions. An upload is its account's alone: nobody else finds it.

use chrono::{DateTime, Utc};
use domain::file::{FileRefusal, FileState, MediaType, Variant};
use entity::ids::{AccountId, FileId, UploadId};
use entity::{Coded, file, rendition, upload, upload_part};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Set, UpdateMany,
};
use uuid::Uuid;

use super::verdict::Verdict;
use crate::objects::Key;

/// An account's own upload.
pub async fn find(
    conn: &impl ConnectionTrait,
    account_id: AccountId,
    id: UploadId,
) -> Result<Option<upload::Model>, DbErr> {
    upload::Entity::find_by_id(id).filter(upload::Column::AccountId.eq(account_id)).one(conn).await
}

/// An account's own file.
pub async fn find_own_file(
    conn: &impl ConnectionTrait,
    account_id: AccountId,
    id: FileId,
) -> Result<Option<file::Model>, DbErr> {
    file::Entity::find_by_id(id).filter(file::Column::OwnerAccountId.eq(account_id)).one(conn).await
}

/// A file, for the jobs.
pub async fn find_file(conn: &impl ConnectionTrait, id: FileId) -> Result<Option<file::Model>, DbErr> {
    file::Entity::find_by_id(id).one(conn).await
}

/// Uploads of a file, newest first.
pub async fn uploads_of(conn: &impl ConnectionTrait, id: FileId) -> Result<Vec<upload::Model>, DbErr> {
    upload::Entity::find()
        .filter(upload::Column::FileId.eq(id))
        .order_by_desc(upload::Column::CreatedAt)
        .all(conn)
        .await
}

/// All parts of an upload, those that never came to count included.
pub async fn parts_of(conn: &impl ConnectionTrait, id: UploadId) -> Result<Vec<upload_part::Model>, DbErr> {
    upload_part::Entity::find()
        .filter(upload_part::Column::UploadId.eq(id))
        .order_by_asc(upload_part::Column::Start)
        .all(conn)
        .await
}

/// Renditions of a file, those that are still being stored included.
pub async fn renditions_of(conn: &impl ConnectionTrait, id: FileId) -> Result<Vec<rendition::Model>, DbErr> {
    rendition::Entity::find().filter(rendition::Column::FileId.eq(id)).all(conn).await
}

/// Writes a new row.
pub async fn insert<M, A>(conn: &impl ConnectionTrait, row: M) -> Result<(), DbErr>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + Send,
{
    A::Entity::insert(row.into_active_model()).exec_without_returning(conn).await.map(|_| ())
}

/// Makes `writer` the one that writes, if the upload is still where the writer believes it is.
pub async fn take_over(
    conn: &impl ConnectionTrait,
    id: UploadId,
    offset: i64,
    writer: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let update = upload::Entity::update_many()
        .set(upload::ActiveModel { writer: Set(Some(writer)), updated_at: Set(now), ..Default::default() })
        .filter(upload::Column::Id.eq(id))
        .filter(upload::Column::Received.eq(offset));
    exactly_one(conn, update).await
}

/// Takes the pen from whoever writes an upload of this account: what is on its way does not come to count. A sender that
/// may go on asks for the offset and does.
pub async fn stop_writers(conn: &impl ConnectionTrait, account_id: AccountId) -> Result<(), DbErr> {
    let update = upload::Entity::update_many()
        .set(upload::ActiveModel { writer: Set(None), ..Default::default() })
        .filter(upload::Column::AccountId.eq(account_id))
        .filter(upload::Column::Writer.is_not_null());
    update.exec(conn).await.map(drop)
}

/// Moves the offset, if `writer` still is the one that writes.
pub async fn advance(
    conn: &impl ConnectionTrait,
    before: &upload::Model,
    writer: Uuid,
    received: i64,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let update = upload::Entity::update_many()
        .set(upload::ActiveModel {
            received: Set(received),
            expires_at: Set(expires_at),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(upload::Column::Id.eq(before.id))
        .filter(upload::Column::Received.eq(before.received))
        .filter(upload::Column::Writer.eq(writer));
    exactly_one(conn, update).await
}

/// Lets a stored part count.
pub async fn count_part(conn: &impl ConnectionTrait, id: Uuid, size: i64) -> Result<bool, DbErr> {
    let update = upload_part::Entity::update_many()
        .set(upload_part::ActiveModel { byte_size: Set(Some(size)), ..Default::default() })
        .filter(upload_part::Column::Id.eq(id));
    exactly_one(conn, update).await
}

/// Removes the row of a part, unless it counts.
pub async fn delete_uncounted_part(conn: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let delete = upload_part::Entity::delete_many()
        .filter(upload_part::Column::Id.eq(id))
        .filter(upload_part::Column::ByteSize.is_null());
    delete.exec(conn).await.map(|done| done.rows_affected == 1)
}

/// Removes the rows of all parts of an upload.
pub async fn delete_parts(conn: &impl ConnectionTrait, id: UploadId) -> Result<(), DbErr> {
    upload_part::Entity::delete_many().filter(upload_part::Column::UploadId.eq(id)).exec(conn).await.map(|_| ())
}

/// Removes an upload; its parts must be gone.
pub async fn delete_upload(conn: &impl ConnectionTrait, id: UploadId) -> Result<(), DbErr> {
    upload::Entity::delete_by_id(id).exec(conn).await.map(|_| ())
}

/// Has a file that was receiving bytes wait for others.
pub async fn await_bytes(conn: &impl ConnectionTrait, id: FileId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let waiting = file::ActiveModel { state: Set(Coded(FileState::Expected)), ..Default::default() };
    let update = in_state(id, &[FileState::Receiving]).set(waiting);
    changed(conn, update, now).await
}

/// Puts a file whose bytes are here aside until it is checked; with its hash, where that is known already.
pub async fn quarantine(
    conn: &impl ConnectionTrait,
    id: FileId,
    sha256: Option<String>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let update = in_state(id, &[FileState::Receiving]).set(file::ActiveModel {
        state: Set(Coded(FileState::Quarantined)),
        sha256: Set(sha256),
        ..Default::default()
    });
    changed(conn, update, now).await
}

/// Readies a file for bytes: at first, or once more after what arrived was not what was sent.
pub async fn begin_receiving(
    conn: &impl ConnectionTrait,
    before: &file::Model,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let update = in_state(before.id, &[before.state.0]).set(file::ActiveModel {
        state: Set(Coded(FileState::Receiving)),
        refusal: Set(None),
        object_key: Set(None),
        sha256: Set(None),
        byte_size: Set(None),
        ..Default::default()
    });
    changed(conn, update.filter(file::Column::Version.eq(before.version)), now).await
}

/// Writes down which object will hold a quarantined file.
pub async fn choose_key(conn: &impl ConnectionTrait, id: FileId, key: Key, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let update = in_state(id, &[FileState::Quarantined])
        .set(file::ActiveModel { object_key: Set(Some(key.to_string())), ..Default::default() })
        .filter(file::Column::ObjectKey.is_null());
    changed(conn, update, now).await
}

/// Settles a quarantined file.
pub async fn settle(
    conn: &impl ConnectionTrait,
    id: FileId,
    verdict: &Verdict,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let mut row = file::ActiveModel {
        sha256: Set(Some(verdict.sha256.clone())),
        byte_size: Set(Some(verdict.byte_size)),
        ..Default::default()
    };
    match verdict.outcome {
        Ok(found) => {
            let narrow = |number: Option<u32>| Set(number.and_then(|number| i32::try_from(number).ok()));
            row.state = Set(Coded(FileState::Accepted));
            row.media_type = Set(Some(Coded(found.media_type)));
            row.width = narrow(found.width);
            row.height = narrow(found.height);
            row.pages = narrow(found.pages);
        }
        Err(refusal) => {
            row.state = Set(Coded(FileState::Refused));
            row.refusal = Set(Some(Coded::<FileRefusal>(refusal)));
            row.object_key = Set(None);
        }
    }
    changed(conn, in_state(id, &[FileState::Quarantined]).set(row), now).await
}

/// Marks a file as removed; its hash and size stay.
pub async fn mark_purged(conn: &impl ConnectionTrait, id: FileId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let update = file::Entity::update_many()
        .set(file::ActiveModel {
            state: Set(Coded(FileState::Purged)),
            object_key: Set(None),
            unclaimed_until: Set(None),
            ..Default::default()
        })
        .filter(file::Column::Id.eq(id))
        .filter(file::Column::State.ne(Coded(FileState::Purged)));
    changed(conn, update, now).await
}

/// Says that something now refers to a file, which keeps it.
pub async fn claim_file(conn: &impl ConnectionTrait, id: FileId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let update = file::Entity::update_many()
        .set(file::ActiveModel { unclaimed_until: Set(None), ..Default::default() })
        .filter(file::Column::Id.eq(id))
        .filter(file::Column::State.ne(Coded(FileState::Purged)));
    changed(conn, update, now).await
}

/// An object that may be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Its key.
    pub key: Key,
    /// Its size, in bytes.
    pub size: u64,
    /// What it is.
    pub media_type: MediaType,
}

/// The object behind one form of an accepted file. Whether the reader may have it is not asked here: a signed link was
/// given out by who knows.
///
/// # Errors
/// The database's.
pub async fn find_served(conn: &impl ConnectionTrait, id: FileId, variant: Variant) -> Result<Option<Served>, DbErr> {
    let Some(file) = find_file(conn, id).await?.filter(|file| file.state.0 == FileState::Accepted) else {
        return Ok(None);
    };
    let (key, size, media_type) = if variant == Variant::Original {
        (file.object_key, file.byte_size, file.media_type.map(|media_type| media_type.0))
    } else {
        let row = rendition::Entity::find()
            .filter(rendition::Column::FileId.eq(id))
            .filter(rendition::Column::Kind.eq(variant.to_string()))
            .one(conn)
            .await?;
        let Some(row) = row else { return Ok(None) };
        (Some(row.object_key), row.byte_size, Some(row.media_type.0))
    };
    let (Some(key), Some(size), Some(media_type)) = (key, size, media_type) else { return Ok(None) };
    let key = key.parse().map_err(|_| DbErr::Type("not the key of an object".to_owned()))?;
    Ok(Some(Served { key, size: size.unsigned_abs(), media_type }))
}

/// Removes the rows of a file's renditions.
pub async fn delete_renditions(conn: &impl ConnectionTrait, id: FileId) -> Result<(), DbErr> {
    rendition::Entity::delete_many().filter(rendition::Column::FileId.eq(id)).exec(conn).await.map(|_| ())
}

/// Lets a stored rendition be served.
pub async fn count_rendition(conn: &impl ConnectionTrait, row: &rendition::Model, size: i64) -> Result<bool, DbErr> {
    let update = rendition::Entity::update_many()
        .set(rendition::ActiveModel { byte_size: Set(Some(size)), ..Default::default() })
        .filter(rendition::Column::Id.eq(row.id));
    let done = update.exec(conn).await?;
    Ok(done.rows_affected == 1)
}

/// Uploads that expired, oldest first; without those whose file is complete and still to be checked.
pub async fn expired(conn: &impl ConnectionTrait, now: DateTime<Utc>, limit: u64) -> Result<Vec<upload::Model>, DbErr> {
    let in_check = file::Entity::find()
        .select_only()
        .column(file::Column::Id)
        .filter(file::Column::State.eq(Coded(FileState::Quarantined)))
        .into_query();
    upload::Entity::find()
        .filter(upload::Column::ExpiresAt.lt(now))
        .filter(upload::Column::FileId.not_in_subquery(in_check))
        .order_by_asc(upload::Column::ExpiresAt)
        .limit(limit)
        .all(conn)
        .await
}

/// Parts that were begun before an instant and never came to count, though their upload lives.
pub async fn stray_parts(
    conn: &impl ConnectionTrait,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<upload_part::Model>, DbErr> {
    upload_part::Entity::find()
        .filter(upload_part::Column::ByteSize.is_null())
        .filter(upload_part::Column::CreatedAt.lt(before))
        .limit(limit)
        .all(conn)
        .await
}

/// Files that nothing claimed in time.
pub async fn unclaimed(conn: &impl ConnectionTrait, now: DateTime<Utc>, limit: u64) -> Result<Vec<file::Model>, DbErr> {
    file::Entity::find().filter(file::Column::UnclaimedUntil.lt(now)).limit(limit).all(conn).await
}

fn in_state(id: FileId, states: &[FileState]) -> UpdateMany<file::Entity> {
    let states = states.iter().copied().map(Coded);
    file::Entity::update_many().filter(file::Column::Id.eq(id)).filter(file::Column::State.is_in(states))
}

async fn changed(
    conn: &impl ConnectionTrait,
    update: UpdateMany<file::Entity>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let update = update
        .col_expr(file::Column::Version, Expr::col(file::Column::Version).add(1))
        .col_expr(file::Column::UpdatedAt, Expr::value(now));
    exactly_one(conn, update).await
}

async fn exactly_one<E: EntityTrait>(conn: &impl ConnectionTrait, update: UpdateMany<E>) -> Result<bool, DbErr> {
    update.exec(conn).await.map(|done| done.rows_affected == 1)
}
