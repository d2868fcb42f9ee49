//! What the QA team goes after: a document, a visit or an action that is late.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{index, tenant, to};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut chase = tenant("chase");
        chase
            .col(uuid("provider_id"))
            .col(uuid_null("document_type_id"))
            .col(uuid_null("visit_id"))
            .col(uuid_null("improvement_action_id"))
            .col(string("note"))
            .col(uuid("raised_by_id"))
            .col(uuid("assigned_to_id"))
            .col(date("due_on"))
            .col(string("state"))
            .col(string_null("closing_note"))
            .col(uuid_null("closed_by_id"))
            .col(timestamp_with_time_zone_null("closed_at"))
            .foreign_key(&mut to("chase", "provider_id", "provider"))
            .foreign_key(&mut to("chase", "document_type_id", "document_type"))
            .foreign_key(&mut to("chase", "visit_id", "visit"))
            .foreign_key(&mut to("chase", "improvement_action_id", "improvement_action"))
            .foreign_key(&mut to("chase", "raised_by_id", "account"))
            .foreign_key(&mut to("chase", "assigned_to_id", "account"))
            .foreign_key(&mut to("chase", "closed_by_id", "account"));
        manager.create_table(chase).await?;
        // Lists ask for what is open and due next, of an authority or of one person.
        manager.create_index(index("chase", &["authority_id", "state", "due_on"])).await?;
        manager.create_index(index("chase", &["assigned_to_id", "state", "due_on"])).await?;
        for column in
            ["provider_id", "document_type_id", "visit_id", "improvement_action_id", "raised_by_id", "closed_by_id"]
        {
            manager.create_index(index("chase", &[column])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("chase").take()).await
    }
}
