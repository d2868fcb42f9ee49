//! How often something may be tried: a burst, then one more every so often (the generic cell rate algorithm).
//!
//! The state is one row a subject, so that all servers share it and a restart forgets nothing. A try is taken before the
//! work, so that many at once cannot slip through, and given back when it turns out right: only failures count. Unknown
//! accounts are throttled like known ones.

use chrono::{DateTime, TimeDelta, Utc};
use entity::throttle::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::app::App;

/// How often one kind of thing may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    name: &'static str,
    /// So often at once.
    pub burst: i64,
    /// And once more each time that this has passed.
    pub every: TimeDelta,
}

impl Limit {
    /// Signing in to one account, from wherever.
    pub const ACCOUNT: Self = Self { name: "account", burst: 10, every: TimeDelta::minutes(5) };
    /// Signing in from one address, to whatever accounts. A whole school may share an address.
    pub const ADDRESS: Self = Self { name: "address", burst: 100, every: TimeDelta::seconds(10) };
    /// Using invitations and resets from one address.
    pub const LINK: Self = Self { name: "link", burst: 20, every: TimeDelta::seconds(30) };
    /// Confirming the second factor of one account: at most 3 codes in a million are good at any time.
    pub const SECOND_FACTOR: Self = Self { name: "second factor", burst: 5, every: TimeDelta::minutes(5) };

    fn step(self) -> i64 {
        self.every.num_milliseconds()
    }

    fn key(self, app: &App, subject: &str) -> String {
        app.signing_key.sign("throttle", &format!("{}/{subject}", self.name))
    }
}

/// Takes one try; where there is none left, says when there will be.
///
/// # Errors
/// The database's.
pub async fn take(app: &App, limit: Limit, subject: &str) -> Result<Result<(), DateTime<Utc>>, DbErr> {
    let (key, now, step) = (limit.key(app, subject), app.clock.now().timestamp_millis(), limit.step());
    let held = || Expr::col((Entity, Column::FreeAt));
    // Beyond what any number of tries can reach, the row was written by a clock that was wrong, and is void.
    let is_void = held().gt(now + limit.burst * step);
    let base: Expr = CaseStatement::new().case(is_void.clone().or(held().lt(now)), now).finally(held()).into();
    let first = ActiveModel { key: Set(key.clone()), free_at: Set(now + step) };
    let taken = Entity::insert(first)
        .on_conflict(
            OnConflict::column(Column::Key)
                .value(Column::FreeAt, base.add(step))
                .action_and_where(held().lte(now + (limit.burst - 1) * step).or(is_void))
                .to_owned(),
        )
        .exec_without_returning(&app.db)
        .await?;
    if taken == 1 {
        return Ok(Ok(()));
    }
    let row = Entity::find_by_id(key).one(&app.db).await?;
    let again = row.map_or(now, |row| row.free_at - (limit.burst - 1) * step);
    Ok(Err(DateTime::from_timestamp_millis(again).unwrap_or_else(|| app.clock.now())))
}

/// Gives back a try that turned out right.
///
/// # Errors
/// The database's.
pub async fn give_back(app: &App, limit: Limit, subject: &str) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::FreeAt, Expr::col(Column::FreeAt).sub(limit.step()))
        .filter(Column::Key.eq(limit.key(app, subject)))
        .exec(&app.db)
        .await
        .map(drop)
}

/// Forgets subjects that have all their tries again.
///
/// # Errors
/// The database's.
pub async fn forget(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let gone = Entity::delete_many().filter(Column::FreeAt.lt(now.timestamp_millis())).exec(db).await?;
    Ok(gone.rows_affected)
}

#[cfg(test)]
mod tests {
    use sea_orm::PaginatorTrait;

    use super::*;
    use crate::app::testing::World;

    const LIMIT: Limit = Limit { name: "test", burst: 3, every: TimeDelta::minutes(1) };

    async fn passes(world: &World, subject: &str) -> bool {
        take(&world.app, LIMIT, subject).await.unwrap().is_ok()
    }

    #[tokio::test]
    async fn a_burst_then_one_at_a_time_each_subject_by_itself() {
        let world = World::new().await;
        for _ in 0..3 {
            assert!(passes(&world, "a").await);
        }
        let again = take(&world.app, LIMIT, "a").await.unwrap().unwrap_err();
        assert_eq!(again, world.app.clock.now() + LIMIT.every);
        assert!(passes(&world, "b").await);
        world.clock.set(again - TimeDelta::milliseconds(1));
        assert!(!passes(&world, "a").await);
        world.clock.set(again);
        assert!(passes(&world, "a").await && !passes(&world, "a").await);
    }

    #[tokio::test]
    async fn what_turned_out_right_does_not_count() {
        let world = World::new().await;
        for _ in 0..20 {
            assert!(passes(&world, "a").await);
            give_back(&world.app, LIMIT, "a").await.unwrap();
        }
        // Nor does it count in favour.
        for _ in 0..3 {
            assert!(passes(&world, "a").await);
        }
        assert!(!passes(&world, "a").await);
    }

    #[tokio::test]
    async fn tries_at_once_do_not_slip_through() {
        let world = World::new().await;
        let tries = (0..12).map(|_| passes(&world, "a"));
        let passed = futures_util::future::join_all(tries).await;
        assert_eq!(passed.into_iter().filter(|passed| *passed).count(), 3);
    }

    #[tokio::test]
    async fn a_clock_that_was_ten_years_ahead_locks_nobody_out() {
        let world = World::new().await;
        let now = world.app.clock.now();
        world.clock.advance(TimeDelta::days(3650));
        for _ in 0..4 {
            passes(&world, "a").await;
        }
        world.clock.set(now);
        for _ in 0..3 {
            assert!(passes(&world, "a").await);
        }
        assert!(!passes(&world, "a").await);
    }

    #[tokio::test]
    async fn rows_go_when_they_hold_nothing_and_tell_no_address() {
        let world = World::new().await;
        passes(&world, "ada@school.example").await;
        let row = Entity::find().one(&world.app.db).await.unwrap().unwrap();
        assert!(!row.key.contains("ada"), "{}", row.key);
        let now = world.app.clock.now();
        assert_eq!(forget(&world.app.db, now).await.unwrap(), 0);
        assert_eq!(forget(&world.app.db, now + LIMIT.every * 2).await.unwrap(), 1);
        assert_eq!(Entity::find().count(&world.app.db).await.unwrap(), 0);
    }
}
