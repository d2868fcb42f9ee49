//! How often something was tried of late.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{bare, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut throttle = bare("throttle");
        throttle.col(string("key").primary_key()).col(big_integer("free_at"));
        manager.create_table(throttle).await?;
        manager.create_index(index("throttle", &["free_at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("throttle").take()).await
    }
}
