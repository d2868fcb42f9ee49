//! The written migrations and the entities say the same, on both databases.
//!
//! Two comparisons. What the entities would still add to a migrated database must be nothing (tables, columns, unique
//! and foreign keys). And a database made from the entities alone must have the migrated one's columns, with the same
//! types and the same nullability, which also finds a column that only the migrations know.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::support::pair::{Pair, Stores, on_both_pairs};

on_both_pairs!(
    entities_add_nothing_to_a_migrated_database,
    async |stores| {
        let database = stores.database.connect().await;
        let before = rows(&database, everything(&database)).await;
        sync(&database).await;
        assert_same(&before, &rows(&database, everything(&database)).await);
    }
);

on_both_pairs!(
    entities_and_migrations_make_the_same_columns,
    async |stores| {
        let database = stores.database.connect().await;
        let migrated = rows(&database, columns(&database)).await;
        let blank = blank(stores, database).await;
        sync(&blank).await;
        assert_same(&migrated, &rows(&blank, columns(&blank)).await);
    }
);

async fn sync(database: &DatabaseConnection) {
    database
        .get_schema_registry("waymark_entity::*")
        .sync(database)
        .await
        .unwrap();
}

/// A database with nothing in it: the same one emptied, or another file.
async fn blank(stores: &Stores, migrated: DatabaseConnection) -> DatabaseConnection {
    match stores.pair {
        Pair::SqliteDirectory => {
            let path = stores.folder().join("blank.sqlite");
            sea_orm::Database::connect(format!("sqlite://{}?mode=rwc", path.display()))
                .await
                .unwrap()
        }
        Pair::PostgresS3 => {
            migrated
                .execute_unprepared("drop schema public cascade; create schema public")
                .await
                .unwrap();
            migrated
        }
    }
}

/// Every definition in the database, one a row: columns, constraints, indexes.
fn everything(database: &DatabaseConnection) -> &'static str {
    match database.get_database_backend() {
        DbBackend::Sqlite => "select type || ' ' || name || ': ' || coalesce(sql, '') from sqlite_master",
        _ => {
            "select format('column %s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default)
                 from information_schema.columns where table_schema = 'public'
             union all
             select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
                 from pg_constraint where connamespace = 'public'::regnamespace
             union all
             select indexdef from pg_indexes where schemaname = 'public'"
        }
    }
}

/// Table, column, type and nullability of every column; the migrations' own bookkeeping aside.
fn columns(database: &DatabaseConnection) -> &'static str {
    match database.get_database_backend() {
        DbBackend::Sqlite => {
            "select t.name || '.' || c.name || ' ' || c.type || iif(c.\"notnull\", ' not null', '')
                 from sqlite_master t join pragma_table_info(t.name) c
                 where t.type = 'table' and t.name not in ('seaql_migrations', 'sqlite_sequence')"
        }
        _ => {
            "select format('%s.%s %s %s', table_name, column_name, data_type, is_nullable)
                 from information_schema.columns where table_schema = 'public' and table_name <> 'seaql_migrations'"
        }
    }
}

async fn rows(database: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await.unwrap();
    let mut rows: Vec<String> = rows
        .iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect();
    rows.sort();
    rows
}

/// Shows only what differs: a schema is too long to compare by eye.
fn assert_same(left: &[String], right: &[String]) {
    let without = |these: &[String], those: &[String]| -> Vec<String> {
        these
            .iter()
            .filter(|row| !those.contains(row))
            .cloned()
            .collect()
    };
    let (migrations, entities) = (without(left, right), without(right, left));
    assert!(
        migrations.is_empty() && entities.is_empty(),
        "only in the migrations:\n  {}\nonly in the entities:\n  {}",
        migrations.join("\n  "),
        entities.join("\n  "),
    );
}
