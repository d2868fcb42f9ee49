//! Receipts of completed visits, and the public keys that they are checked with.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{add, bare, take};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut receipt_key = bare("receipt_key");
        receipt_key
            .col(string("id").primary_key())
            .col(string("public_key"))
            .col(timestamp_with_time_zone("created_at"));
        manager.create_table(receipt_key).await?;
        add(manager, "visit", &mut string_null("receipt_signature")).await?;
        add(manager, "visit", &mut string_null("receipt_key_id")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take(manager, "visit", &["receipt_key_id", "receipt_signature"]).await?;
        manager.drop_table(Table::drop().table("receipt_key").take()).await
    }
}
