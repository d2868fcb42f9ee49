//! The installation's own row, with the epoch of its change feed, and the order in which feed and audit are read.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::bare;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut installation = bare("installation");
        installation.col(integer("id").primary_key()).col(uuid("epoch")).col(timestamp_with_time_zone("began_at"));
        manager.create_table(installation).await?;
        // The database itself makes the first epoch: it must differ from that of every other installation.
        let epoch = match manager.get_database_backend() {
            sea_orm::DbBackend::Postgres => "gen_random_uuid()",
            _ => "randomblob(16)",
        };
        let first = format!("insert into installation (id, epoch, began_at) values (1, {epoch}, current_timestamp)");
        manager.get_connection().execute_unprepared(&first).await?;
        // Both databases read the feed and the audit in this order; PostgreSQL has had its indexes all along.
        if manager.get_database_backend() == sea_orm::DbBackend::Sqlite {
            for table in ["change", "audit"] {
                let index = format!("create index {table}_feed_idx on {table} (transaction_id, position)");
                manager.get_connection().execute_unprepared(&index).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == sea_orm::DbBackend::Sqlite {
            for table in ["change", "audit"] {
                manager.get_connection().execute_unprepared(&format!("drop index {table}_feed_idx")).await?;
            }
        }
        manager.drop_table(Table::drop().table("installation").take()).await
    }
}
