//! Lines to PostgreSQL: who gives a statement up, and what a line that broke does to those after it.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use server::database::Db;
use tokio::time::timeout;

use crate::support::client::until;
use crate::support::pair::{Pair, on_pair};

/// What one number a statement finds.
async fn number(db: &impl ConnectionTrait, sql: &str) -> Result<i32, DbErr> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    row.unwrap().try_get_by_index(0)
}

/// Whether a line waits, and is in no transaction.
async fn is_free(beside: &Db, line: i32) -> bool {
    let waits = format!("select count(*)::int from pg_stat_activity where pid = {line} and state = 'idle'");
    number(beside, &waits).await.unwrap() == 1
}

/// The lines on which somebody sleeps.
async fn sleepers(beside: &Db) -> BTreeSet<i32> {
    let asleep = "select pid from pg_stat_activity
        where datname = current_database() and state = 'active' and wait_event = 'PgSleep'";
    let rows = beside.query_all_raw(Statement::from_string(beside.get_database_backend(), asleep)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

const LINE: &str = "select pg_backend_pid()";

#[test]
fn statements_that_nobody_waits_for_keep_their_lines_until_they_have_ended() {
    on_pair(Pair::PostgresS3, async |stores| {
        let (db, beside) = (stores.database.connect().await, stores.database.connect().await);
        let asleep = async |beside| sleepers(beside).await.len();
        let many: Vec<_> = (0..40)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move { number(&db, "select 1 from pg_sleep(5)").await })
            })
            .collect();
        until(async || asleep(&beside).await == 16).await;
        let theirs = sleepers(&beside).await;
        many.iter().for_each(tokio::task::JoinHandle::abort);
        // All lines are taken: who asks now waits until a sleeper has ended, and has its line then.
        assert!(timeout(Duration::from_millis(300), number(&db, LINE)).await.is_err());
        assert_eq!(asleep(&beside).await, 16, "no more than there are lines");
        until(async || asleep(&beside).await == 0).await;
        let lines = join_all((0..40).map(|_| number(&db, LINE))).await;
        let lines: BTreeSet<i32> = lines.into_iter().map(Result::unwrap).collect();
        assert!(lines.is_subset(&theirs), "{lines:?} are not all of {theirs:?}");
    });
}

#[test]
fn a_line_that_broke_is_another_one_the_next_time() {
    on_pair(Pair::PostgresS3, async |stores| {
        let (db, beside) = (stores.database.connect().await, stores.database.connect().await);
        let broken = number(&db, LINE).await.unwrap();
        assert_eq!(number(&db, LINE).await.unwrap(), broken, "one after the other has the same line");
        let ended = number(&beside, &format!("select pg_terminate_backend({broken}, 5000)::int")).await.unwrap();
        assert_eq!(ended, 1);
        // The first to use it may be told so.
        let _ = number(&db, LINE).await;
        assert_ne!(number(&db, LINE).await.unwrap(), broken);
        // A statement that fails has broken nothing.
        let line = number(&db, LINE).await.unwrap();
        assert!(number(&db, "select 1 / 0").await.is_err());
        until(async || is_free(&beside, line).await).await;
    });
}

#[test]
fn a_transaction_that_is_let_go_is_rolled_back_before_its_line_is_lent_again() {
    on_pair(Pair::PostgresS3, async |stores| {
        let (db, beside) = (stores.database.connect().await, stores.database.connect().await);
        db.execute_unprepared("create table kept (number int primary key)").await.unwrap();
        let tx = db.begin().await.unwrap();
        tx.execute_unprepared("insert into kept values (1)").await.unwrap();
        let line = number(&tx, LINE).await.unwrap();
        assert!(!is_free(&beside, line).await);
        drop(tx);
        until(async || is_free(&beside, line).await).await;
        // Another in the middle of a statement; a key that it held is free once that has ended.
        let tx = db.begin().await.unwrap();
        tx.execute_unprepared("insert into kept values (2)").await.unwrap();
        let given_up = timeout(Duration::from_millis(100), number(&tx, "select 1 from pg_sleep(1)")).await;
        assert!(given_up.is_err());
        drop(tx);
        let again = Statement::from_string(db.get_database_backend(), "insert into kept values (2)");
        db.execute_raw(again).await.unwrap();
        assert_eq!(number(&db, "select sum(number)::int from kept").await.unwrap(), 2);
        // One that failed keeps nothing, and does not say that it did.
        let tx = db.begin().await.unwrap();
        tx.execute_unprepared("insert into kept values (3)").await.unwrap();
        assert!(number(&tx, "select 1 / 0").await.is_err());
        assert!(number(&tx, LINE).await.is_err());
        assert!(tx.commit().await.is_err());
        let tx = db.begin().await.unwrap();
        tx.execute_unprepared("insert into kept values (4)").await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(number(&db, "select sum(number)::int from kept").await.unwrap(), 2);
    });
}
