//! Keeping rollups small and true. The database itself counts each write (ADR 31); here what it added is folded into one
//! row a group, compared with the rows that were counted, and counted anew where it is wrong.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use crate::database::Db;
use crate::graph::tree::{Noun, Rollup, catalog};

/// Folds each rollup into one row a group. Writers and readers go on meanwhile: what they add or read is not touched.
///
/// # Errors
/// The database's.
pub async fn fold(db: &Db) -> Result<(), DbErr> {
    for (_, rollup) in all() {
        let Rollup { table, .. } = rollup;
        let columns = columns(rollup);
        let folded = |from: &str| {
            format!(
                "insert into {table} ({columns}, n) select {columns}, sum(n) from {from} group by {columns} having sum(n) <> 0"
            )
        };
        if db.get_database_backend() == DbBackend::Postgres {
            // One statement: it takes away the rows that it has counted and no other.
            let folded = folded("gone");
            db.execute_unprepared(&format!("with gone as (delete from {table} returning *) {folded}")).await?;
            continue;
        }
        let tx = db.begin_writing().await?;
        let last: Option<i64> = number(&tx, &format!("select max(id) from {table}")).await?;
        if let Some(last) = last {
            tx.execute_unprepared(&folded(table)).await?;
            tx.execute_unprepared(&format!("delete from {table} where id <= {last}")).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// The rollups that are not what the rows say, and how many of their groups are wrong.
///
/// # Errors
/// The database's.
pub async fn wrong(db: &Db) -> Result<Vec<(&'static str, u64)>, DbErr> {
    let mut found = Vec::new();
    for (noun, rollup) in all() {
        let (table, columns) = (rollup.table, columns(rollup));
        let rows = rows(db.get_database_backend(), noun, rollup);
        let differing = format!(
            "select count(*) from (
                select {columns} from (select {columns}, n from {table} union all select {columns}, -n from {rows} counted) both_sides
                group by {columns} having sum(n) <> 0
            ) differing"
        );
        let groups: Option<i64> = number(db, &differing).await?;
        found.extend(groups.filter(|groups| *groups > 0).map(|groups| (table, groups.unsigned_abs())));
    }
    Ok(found)
}

/// Counts all rows of a rollup anew. Who writes such rows waits meanwhile.
///
/// # Errors
/// The database's.
pub async fn count_anew(db: &Db, table: &str) -> Result<(), DbErr> {
    for (noun, rollup) in all().filter(|(_, rollup)| rollup.table == table) {
        let columns = columns(rollup);
        let tx = db.begin_writing().await?;
        if db.get_database_backend() == DbBackend::Postgres {
            tx.execute_unprepared(&format!("lock table {} in share row exclusive mode", noun.table)).await?;
        }
        let rows = rows(db.get_database_backend(), noun, rollup);
        tx.execute_unprepared(&format!("delete from {table}")).await?;
        tx.execute_unprepared(&format!("insert into {table} ({columns}, n) select {columns}, n from {rows} counted"))
            .await?;
        tx.commit().await?;
    }
    Ok(())
}

fn all() -> impl Iterator<Item = (&'static Noun, &'static Rollup)> {
    let rolled_up = catalog().nouns().iter().filter_map(|noun| Some((noun, noun.rollups.as_ref()?)));
    rolled_up.flat_map(|(noun, rollups)| rollups.tables.iter().map(move |rollup| (noun, rollup)))
}

fn columns(rollup: &Rollup) -> String {
    format!("authority_id, {}", rollup.columns.join(", "))
}

/// The noun's rows, counted: a select in brackets, with the rollup's columns and `n`.
fn rows(backend: DbBackend, noun: &Noun, rollup: &Rollup) -> String {
    let kept = |column: &&str| match backend {
        _ if rollup.month != Some(*column) => (*column).to_owned(),
        DbBackend::Postgres => format!("date_trunc('month', {column})::date as {column}"),
        _ => format!("date({column}, 'start of month') as {column}"),
    };
    let kept: Vec<_> = rollup.columns.iter().map(kept).collect();
    let kept = format!("authority_id, {}", kept.join(", "));
    let columns = columns(rollup);
    format!("(select {columns}, count(*) as n from (select {kept} from {}) of_rows group by {columns})", noun.table)
}

async fn number(db: &impl ConnectionTrait, sql: &str) -> Result<Option<i64>, DbErr> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    row.map_or(Ok(None), |row: QueryResult| row.try_get_by_index(0))
}
