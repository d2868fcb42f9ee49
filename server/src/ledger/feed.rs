//! The reader of the change feed: pages of what changed, for one viewer, that never miss a row.
//!
//! On PostgreSQL a row with a lower number may commit after one with a higher. So the feed is ordered by transaction and
//! position, and read only below the oldest transaction that still runs: nothing can appear there any more. On SQLite
//! writers queue, and the position alone is the order.
//!
//! A reader keeps the cursor of its last page. It carries the epoch of the database: after a restore the newest changes
//! are gone, and whoever read them must begin anew.
//!
//! A page holds changes of rows that the viewer may see now. What was removed, or is out of sight since, is told by the
//! change of what it belonged to.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use entity::change;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, DerivePartialModel, EntityTrait, FromQueryResult, Order,
    PartialModelTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::installation;
use crate::access::scope::{Scope, Sight, Table, behind};
use crate::database::{first, hidden};
use crate::graph::tree::Noun;

/// Changes on a page at most.
pub const LONGEST_PAGE: u64 = 500;

/// Where a reader stands. Opaque to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    epoch: Uuid,
    place: Place,
}

/// A place in the feed's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    transaction_id: i64,
    position: i64,
}

impl Place {
    /// Before every change, those of before a restore included.
    pub const START: Self = Self { transaction_id: i64::MIN, position: i64::MIN };

    /// Its bytes, for a cursor.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.transaction_id.to_be_bytes());
        bytes[8..].copy_from_slice(&self.position.to_be_bytes());
        bytes
    }

    /// The place with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        let number = u128::from_be_bytes(bytes);
        Self { transaction_id: ((number >> 64) as u64).cast_signed(), position: (number as u64).cast_signed() }
    }
}

/// What a reader is told of a change.
#[derive(Debug, Clone, PartialEq, Eq, DerivePartialModel)]
#[sea_orm(entity = "change::Entity")]
pub struct Change {
    /// Its place among all changes of its transaction, and on SQLite of all.
    pub position: i64,
    transaction_id: i64,
    /// The prefix of the row's kind.
    pub noun: String,
    /// The row.
    pub noun_id: Uuid,
    /// `created` or `updated`.
    pub kind: String,
    /// When it was written.
    pub at: DateTime<Utc>,
}

/// Changes that are certain: none can appear before or among them any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// In the order of the feed.
    pub changes: Vec<Change>,
    /// Where the next stretch begins.
    pub end: Place,
    /// Whether the next stretch has something at once.
    pub has_more: bool,
}

/// A text that is no cursor of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of the change feed")]
pub struct NotACursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode([*self.epoch.as_bytes(), self.place.to_bytes()].concat()))
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotACursor)?;
        let (epoch, place) = bytes.split_first_chunk::<16>().ok_or(NotACursor)?;
        let place = Place::from_bytes(place.try_into().map_err(|_| NotACursor)?);
        Ok(Self { epoch: Uuid::from_bytes(*epoch), place })
    }
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In the order of the feed.
    pub changes: Vec<Change>,
    /// Where the next page begins.
    pub end: Cursor,
    /// Whether the next page has something at once.
    pub has_more: bool,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The cursor is of another life of the database: the reader must begin anew.
    #[error("the cursor is of another epoch; read from the beginning")]
    OtherEpoch,
    /// The database failed.
    #[error("the database failed")]
    Rows(#[from] DbErr),
}

/// What changed after `after`, of what this scope may see: `limit` rows at most, and never more than [`LONGEST_PAGE`].
///
/// # Errors
/// See [`FeedError`].
pub async fn page(
    db: &impl ConnectionTrait,
    scope: &Scope,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page, FeedError> {
    page_of(db, scope, |_| true, after, limit).await
}

/// The same, of some nouns alone.
///
/// # Errors
/// See [`FeedError`].
pub async fn page_of(
    db: &impl ConnectionTrait,
    scope: &Scope,
    of: impl Fn(&Noun) -> bool,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<Page, FeedError> {
    let epoch = installation::epoch(db).await?;
    if after.is_some_and(|after| after.epoch != epoch) {
        return Err(FeedError::OtherEpoch);
    }
    let from = after.map_or(Place::START, |after| after.place);
    let Stretch { changes, end, has_more } = stretch(db, from, seen(scope, of), limit).await?;
    Ok(Page { changes, end: Cursor { epoch, place: end }, has_more })
}

/// Where a reader stands who wants to know of what comes from now on.
///
/// # Errors
/// The database's.
pub async fn here(db: &impl ConnectionTrait) -> Result<Cursor, DbErr> {
    let epoch = installation::epoch(db).await?;
    let place = last_certain(db, Place::START).await?.unwrap_or(Place::START);
    Ok(Cursor { epoch, place })
}

/// What changed beyond a place, of what the condition lets through: `limit` rows at most, and never more than
/// [`LONGEST_PAGE`].
///
/// # Errors
/// The database's.
pub async fn stretch(db: &impl ConnectionTrait, from: Place, which: Condition, limit: u64) -> Result<Stretch, DbErr> {
    let limit = limit.clamp(1, LONGEST_PAGE);
    // First how far it is certain, then what is there: the other way round, a row could appear in between.
    let Some(last) = last_certain(db, from).await? else {
        return Ok(Stretch { changes: Vec::new(), end: from, has_more: false });
    };
    let changes = read(db, Order::Asc, Condition::all().add(beyond(from)).add(up_to(last)).add(which), limit).await?;
    let is_full = changes.len() as u64 == limit;
    let end = changes.last().filter(|_| is_full).map_or(last, place);
    Ok(Stretch { changes, end, has_more: is_full && end != last })
}

/// The last change beyond a place before which no other can appear any more; none where nothing is certain beyond it.
///
/// # Errors
/// The database's.
pub async fn last_certain(db: &impl ConnectionTrait, from: Place) -> Result<Option<Place>, DbErr> {
    let mut certain = Condition::all().add(beyond(from));
    if db.get_database_backend() == DbBackend::Postgres {
        certain = certain.add(Expr::cust(super::BELOW_RUNNING));
    }
    Ok(read(db, Order::Desc, certain, 1).await?.first().map(place))
}

/// The first changes in an order. The statement looks to PostgreSQL the same wherever the reader stands, so it is planned once.
async fn read(db: &impl ConnectionTrait, order: Order, which: Condition, most: u64) -> Result<Vec<Change>, DbErr> {
    let changes = change::Entity::find()
        .filter(which)
        .order_by(change::Column::TransactionId, order.clone())
        .order_by(change::Column::Position, order);
    // A reader chooses how many. So that there are few texts, some more are read than that.
    let some = Ord::min(most.next_power_of_two(), LONGEST_PAGE);
    let changes = first(db.get_database_backend(), Change::select_cols(changes.select_only()).as_query(), some);
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    db.query_all_raw(changes).await?.iter().take(most).map(|row| Change::from_query_result(row, "")).collect()
}

fn place(change: &Change) -> Place {
    Place { transaction_id: change.transaction_id, position: change.position }
}

// Compared as a pair, so that a database begins to read its index at the place, and not at the beginning.
fn beyond(from: Place) -> Expr {
    in_order().gt(pair(from))
}

fn up_to(last: Place) -> Expr {
    in_order().lte(pair(last))
}

fn in_order() -> Expr {
    Expr::tuple([change::Column::TransactionId, change::Column::Position].map(ColumnTrait::into_expr))
}

fn pair(Place { transaction_id, position }: Place) -> Expr {
    Expr::tuple([hidden(transaction_id), hidden(position)])
}

/// Changes of rows that the scope may see, of these nouns.
fn seen(scope: &Scope, of: impl Fn(&Noun) -> bool) -> Condition {
    static NOUNS: LazyLock<Vec<Noun>> = LazyLock::new(crate::nouns);
    let row = Table::named("changed_row");
    // Where nothing is visible, nothing matches; an empty "any" would match everything.
    let mut any = Condition::any().add(Expr::cust("1 = 0"));
    for noun in NOUNS.iter().filter(|noun| of(noun)) {
        let sight = (noun.may_see)(scope, &row);
        let id = Expr::col((change::Entity, change::Column::NounId));
        if let Sight::Where(visible) = behind(noun.table, &row, id, sight) {
            any = any.add(Condition::all().add(change::Column::Noun.eq(noun.prefix)).add(visible));
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_does() {
        let place = Place { transaction_id: -5, position: i64::MAX };
        let cursor = Cursor { epoch: Uuid::from_u128(77), place };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "0", "AAAA", &format!("{cursor}A"), &cursor.to_string()[1..], "é"] {
            assert_eq!(text.parse::<Cursor>(), Err(NotACursor), "{text}");
        }
    }
}
