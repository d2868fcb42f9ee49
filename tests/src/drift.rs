//! The written migrations and the entities say the same, on both databases.
//!
//! A database made by the migrations is compared with one made from the entities alone: the same tables with the same
//! columns, types and nullability, and every key that an entity calls unique unique in the migrations too. Indexes,
//! foreign keys, unique keys over part of the rows, and rollups (`..._by_...`) are the migrations' own affair.

// Entities register themselves, once their crate is linked.
use entity as _;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::support::pair::{Pair, Stores, on_both_pairs};

on_both_pairs!(entities_and_migrations_make_the_same_tables, async |stores| {
    let migrated = stores.database.connect().await;
    let (columns, keys) = (rows(&migrated, &COLUMNS).await, rows(&migrated, &UNIQUE_KEYS).await);

    let blank = blank(stores, &migrated).await;
    blank.get_schema_registry("waymark_entity::*").sync(&blank).await.unwrap();
    let by_entities = rows(&blank, &COLUMNS).await;
    assert!(!by_entities.is_empty(), "no entity registered itself");

    let left: [(&str, Vec<String>); 3] = [
        ("columns that only the migrations make", without(&columns, &by_entities)),
        ("columns that only the entities have", without(&by_entities, &columns)),
        ("keys that only the entities call unique", without(&rows(&blank, &UNIQUE_KEYS).await, &keys)),
    ];
    let left: Vec<_> = left.iter().filter(|(_, rows)| !rows.is_empty()).collect();
    assert!(left.is_empty(), "{left:#?}");
});

/// A database with nothing in it: another file, or the same database emptied.
async fn blank(stores: &Stores, migrated: &DatabaseConnection) -> DatabaseConnection {
    match stores.pair {
        Pair::SqliteDirectory => {
            let path = stores.folder().join("blank.sqlite");
            sea_orm::Database::connect(format!("sqlite://{}?mode=rwc", path.display())).await.unwrap()
        }
        Pair::PostgresS3 => {
            migrated.execute_unprepared("drop schema public cascade; create schema public").await.unwrap();
            migrated.clone()
        }
    }
}

/// One question, put to either database; it answers one text a row.
struct Question {
    sqlite: &'static str,
    postgres: &'static str,
}

/// Table, column, type and nullability of every column, the migrations' own bookkeeping aside.
const COLUMNS: Question = Question {
    sqlite: "select t.name || '.' || c.name || ' ' || c.type || iif(c.\"notnull\", ' not null', '')
             from sqlite_master t join pragma_table_info(t.name) c
             where t.type = 'table' and t.name not in ('seaql_migrations', 'sqlite_sequence')
             and t.name not like '%\\_by\\_%' escape '\\'",
    postgres: "select format('%s.%s %s %s', table_name, column_name, data_type, is_nullable)
               from information_schema.columns where table_schema = 'public' and table_name <> 'seaql_migrations'
               and table_name not like '%\\_by\\_%'",
};

/// Table and columns of every key that is unique over all rows.
const UNIQUE_KEYS: Question = Question {
    sqlite: "select t.name || ' ' || (select group_concat(name) from (select name from pragma_index_info(i.name) order by seqno))
             from sqlite_master t join pragma_index_list(t.name) i
             where t.type = 'table' and i.\"unique\" and not i.partial",
    postgres: "select format('%s %s', i.indrelid::regclass, (
                   select string_agg(a.attname, ',' order by k.position)
                   from unnest(i.indkey) with ordinality k(number, position)
                   join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number))
               from pg_index i join pg_class c on c.oid = i.indrelid
               where c.relnamespace = 'public'::regnamespace and i.indisunique and i.indpred is null",
};

async fn rows(database: &DatabaseConnection, question: &Question) -> Vec<String> {
    let sql = match database.get_database_backend() {
        DbBackend::Sqlite => question.sqlite,
        _ => question.postgres,
    };
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

fn without(these: &[String], those: &[String]) -> Vec<String> {
    these.iter().filter(|row| !those.contains(row)).cloned().collect()
}
