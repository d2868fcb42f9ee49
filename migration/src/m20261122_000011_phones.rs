//! What a phone's session says of the phone, and how it ends.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{add, take};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "session", &mut integer_null("unsent_photos")).await?;
        add(manager, "session", &mut integer_null("unsent_answers")).await?;
        add(manager, "session", boolean("wipes").default(false)).await?;
        add(manager, "session", &mut uuid_null("replaces_id")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take(manager, "session", &["replaces_id", "wipes", "unsent_answers", "unsent_photos"]).await
    }
}
