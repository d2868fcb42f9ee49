//! Second factors of accounts, and the codes that stand in for a lost one.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{bare, to};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut second_factor = bare("second_factor");
        second_factor
            .col(uuid("account_id").primary_key())
            .col(text("sealed_secret"))
            .col(big_integer("last_step"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut to("second_factor", "account_id", "account"));
        manager.create_table(second_factor).await?;

        let mut recovery_code = bare("recovery_code");
        recovery_code
            .col(uuid("account_id"))
            .col(string("code_hash"))
            .col(timestamp_with_time_zone_null("used_at"))
            .primary_key(Index::create().col("account_id").col("code_hash"))
            .foreign_key(&mut to("recovery_code", "account_id", "account"));
        manager.create_table(recovery_code).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["recovery_code", "second_factor"] {
            manager.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
