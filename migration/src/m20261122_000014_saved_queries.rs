//! Questions about the graph that people keep under a name, and what each said from one save to the next.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{index, tenant, to, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut saved_query = tenant("saved_query");
        saved_query
            .col(uuid("owner_account_id"))
            .col(uuid_null("partnership_id"))
            .col(string("name"))
            .col(string("shared_with"))
            .col(integer("latest"))
            .col(timestamp_with_time_zone_null("retired_at"))
            .foreign_key(&mut to("saved_query", "owner_account_id", "account"))
            .foreign_key(&mut to("saved_query", "partnership_id", "partnership"));
        manager.create_table(saved_query).await?;
        for column in ["authority_id", "owner_account_id", "partnership_id"] {
            manager.create_index(index("saved_query", &[column])).await?;
        }

        let mut saved_query_version = tenant("saved_query_version");
        saved_query_version
            .col(uuid("saved_query_id"))
            .col(integer("number"))
            .col(string("text"))
            .col(string_null("variables"))
            .col(string_null("note"))
            .col(uuid("account_id"))
            .foreign_key(&mut to("saved_query_version", "saved_query_id", "saved_query"))
            .foreign_key(&mut to("saved_query_version", "account_id", "account"));
        manager.create_table(saved_query_version).await?;
        for column in ["authority_id", "account_id"] {
            manager.create_index(index("saved_query_version", &[column])).await?;
        }
        manager.create_index(unique("saved_query_version", &["saved_query_id", "number"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("saved_query_version").take()).await?;
        manager.drop_table(Table::drop().table("saved_query").take()).await
    }
}
