//! Tables that were told to those who may count and not see.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{bare, to};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut disclosure = bare("disclosure");
        disclosure
            .col(uuid("authority_id"))
            .col(big_integer("term"))
            .col(string("question"))
            .col(json_binary("cells"))
            .col(timestamp_with_time_zone("at"))
            .primary_key(Index::create().col("authority_id").col("term").col("question"))
            .foreign_key(&mut to("disclosure", "authority_id", "local_authority"));
        manager.create_table(disclosure).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("disclosure").take()).await
    }
}
