//! The objects that rows name.

use std::collections::HashSet;

use domain::file::FileState;
use entity::{file, job, rendition, upload_part};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Rows that are read at a time.
const BATCH: u64 = 1_000;

/// An object that a row names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// Its key.
    pub(super) key: String,
    /// The row, in words.
    pub(super) by: String,
    /// What it must be; empty where it may be there or not: it is still being stored, or about to be removed.
    pub(super) expected: Option<Expected>,
}

/// What an object must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) size: u64,
    /// Whether there may be more: a part that counts is added to.
    pub(super) grows: bool,
    /// SHA-256 in hexadecimal, where it is known.
    pub(super) sha256: Option<String>,
}

impl Expected {
    /// Whether an object of this size may be it.
    pub(super) fn fits(&self, size: u64) -> bool {
        size == self.size || (self.grows && size > self.size)
    }
}

/// Visits every object that a row names.
///
/// Objects move from parts to files, and from both into jobs that remove them. The tables are read in this order, so that
/// an object that moves meanwhile is seen at least once.
pub(super) async fn each(db: &impl ConnectionTrait, mut visit: impl FnMut(Named)) -> Result<(), DbErr> {
    parts(db, &mut visit).await?;
    files(db, &mut visit).await?;
    renditions(db, &mut visit).await?;
    removals(db, &mut visit).await
}

/// The keys of all of them.
pub(super) async fn keys(db: &impl ConnectionTrait) -> Result<HashSet<String>, DbErr> {
    let mut keys = HashSet::new();
    each(db, |named| {
        keys.insert(named.key);
    })
    .await?;
    Ok(keys)
}

async fn parts(db: &impl ConnectionTrait, visit: &mut impl FnMut(Named)) -> Result<(), DbErr> {
    let mut last = None;
    loop {
        let rows = upload_part::Entity::find()
            .filter(sea_orm::Condition::all().add_option(last.map(|last| upload_part::Column::Id.gt(last))))
            .order_by_asc(upload_part::Column::Id)
            .limit(BATCH)
            .all(db)
            .await?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = Some(end.id);
        for row in rows {
            let expected = row.byte_size.map(|size| Expected { size: size.unsigned_abs(), grows: true, sha256: None });
            visit(Named { key: row.object_key, by: format!("a part of {}", row.upload_id), expected });
        }
    }
}

async fn files(db: &impl ConnectionTrait, visit: &mut impl FnMut(Named)) -> Result<(), DbErr> {
    let mut last = None;
    loop {
        let rows = file::Entity::find()
            .filter(sea_orm::Condition::all().add_option(last.map(|last| file::Column::Id.gt(last))))
            .order_by_asc(file::Column::Id)
            .limit(BATCH)
            .all(db)
            .await?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = Some(end.id);
        for row in rows {
            let Some(key) = row.object_key else { continue };
            let size = row.byte_size.filter(|_| row.state.0 == FileState::Accepted);
            let expected = size.map(|size| Expected { size: size.unsigned_abs(), grows: false, sha256: row.sha256 });
            visit(Named { key, by: row.id.to_string(), expected });
        }
    }
}

async fn renditions(db: &impl ConnectionTrait, visit: &mut impl FnMut(Named)) -> Result<(), DbErr> {
    let mut last = None;
    loop {
        let rows = rendition::Entity::find()
            .filter(sea_orm::Condition::all().add_option(last.map(|last| rendition::Column::Id.gt(last))))
            .order_by_asc(rendition::Column::Id)
            .limit(BATCH)
            .all(db)
            .await?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = Some(end.id);
        for row in rows {
            let expected = row.byte_size.map(|size| Expected { size: size.unsigned_abs(), grows: false, sha256: None });
            visit(Named { key: row.object_key, by: format!("{} of {}", row.kind, row.file_id), expected });
        }
    }
}

/// Objects that a job is still to remove.
async fn removals(db: &impl ConnectionTrait, visit: &mut impl FnMut(Named)) -> Result<(), DbErr> {
    let mut last = None;
    loop {
        let rows = job::Entity::find()
            .filter(job::Column::Kind.eq("delete_objects"))
            .filter(job::Column::State.ne("done"))
            .filter(sea_orm::Condition::all().add_option(last.map(|last| job::Column::Id.gt(last))))
            .order_by_asc(job::Column::Id)
            .limit(BATCH)
            .all(db)
            .await?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = Some(end.id);
        for row in &rows {
            for key in row.payload["keys"].as_array().into_iter().flatten().filter_map(|key| key.as_str()) {
                visit(Named { key: key.to_owned(), by: format!("a removal, {}", row.id), expected: None });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_added_to_may_have_more() {
        let expected = |grows| Expected { size: 10, grows, sha256: None };
        assert_eq!([9, 10, 11].map(|size| expected(false).fits(size)), [false, true, false]);
        assert_eq!([9, 10, 11].map(|size| expected(true).fits(size)), [false, true, true]);
    }
}
