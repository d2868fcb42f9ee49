//! What reached the server too late for its visit, and who was taken off a visit.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{add, bare, index, take, tenant, to};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut addendum = tenant("addendum");
        addendum
            .col(uuid("visit_id"))
            .col(uuid("account_id"))
            .col(string("kind"))
            .col(uuid_null("standard_id"))
            .col(uuid_null("evidence_id"))
            .col(uuid_null("rating_id"))
            .col(string("seen"))
            .col(string("action"))
            .col(date_null("answered_on"))
            .col(date_null("next_on"))
            .col(string_null("missing_reason"))
            .col(string("state"))
            .col(uuid_null("decided_by_id"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .col(string_null("reason"))
            .foreign_key(&mut to("addendum", "visit_id", "visit"))
            .foreign_key(&mut to("addendum", "account_id", "account"))
            .foreign_key(&mut to("addendum", "standard_id", "standard"))
            .foreign_key(&mut to("addendum", "evidence_id", "evidence"))
            .foreign_key(&mut to("addendum", "rating_id", "rating"))
            .foreign_key(&mut to("addendum", "decided_by_id", "account"));
        manager.create_table(addendum).await?;
        for column in
            ["authority_id", "visit_id", "account_id", "standard_id", "evidence_id", "rating_id", "decided_by_id"]
        {
            manager.create_index(index("addendum", &[column])).await?;
        }
        add(manager, "evidence", boolean("is_addendum").default(false)).await?;

        let mut visit_leaver = bare("visit_leaver");
        visit_leaver
            .col(uuid("visit_id"))
            .col(uuid("account_id"))
            .col(timestamp_with_time_zone("left_at"))
            .primary_key(Index::create().col("visit_id").col("account_id"))
            .foreign_key(&mut to("visit_leaver", "visit_id", "visit"))
            .foreign_key(&mut to("visit_leaver", "account_id", "account"));
        manager.create_table(visit_leaver).await?;
        manager.create_index(index("visit_leaver", &["account_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("visit_leaver").take()).await?;
        take(manager, "evidence", &["is_addendum"]).await?;
        manager.drop_table(Table::drop().table("addendum").take()).await
    }
}
