//! Accounts, their roles, sessions and one-time links.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{bare, index, table, tenant, to, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut account = table("account");
        account.col(string("email")).col(string("name")).col(string_null("password_hash")).col(string("state"));
        manager.create_table(account).await?;
        manager.create_index(unique("account", &["email"])).await?;

        let mut membership = tenant("membership");
        membership
            .col(uuid("account_id"))
            .col(string("role"))
            .col(uuid_null("partnership_id"))
            .col(uuid_null("provider_id"))
            .col(date("starts_on"))
            .col(date_null("ends_on"))
            .foreign_key(&mut to("membership", "account_id", "account"))
            .foreign_key(&mut to("membership", "partnership_id", "partnership"))
            .foreign_key(&mut to("membership", "provider_id", "provider"));
        manager.create_table(membership).await?;
        manager.create_index(index("membership", &["authority_id"])).await?;
        manager.create_index(index("membership", &["account_id"])).await?;
        manager.create_index(index("membership", &["partnership_id"])).await?;
        manager.create_index(index("membership", &["provider_id"])).await?;

        let mut session = bare("session");
        session
            .col(pk_uuid("id"))
            .col(uuid("account_id"))
            .col(string("kind"))
            .col(string("token_hash"))
            .col(string_null("device_name"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("last_seen_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .foreign_key(&mut to("session", "account_id", "account"));
        manager.create_table(session).await?;
        manager.create_index(unique("session", &["token_hash"])).await?;
        manager.create_index(index("session", &["account_id"])).await?;

        let mut one_time_link = bare("one_time_link");
        one_time_link
            .col(pk_uuid("id"))
            .col(uuid("account_id"))
            .col(string("purpose"))
            .col(string("token_hash"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("used_at"))
            .foreign_key(&mut to("one_time_link", "account_id", "account"));
        manager.create_table(one_time_link).await?;
        manager.create_index(unique("one_time_link", &["token_hash"])).await?;
        manager.create_index(index("one_time_link", &["account_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["one_time_link", "session", "membership", "account"] {
            manager.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
