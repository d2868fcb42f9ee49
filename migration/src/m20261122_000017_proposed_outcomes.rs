//! The outcome that a visitor proposes when a visit is completed.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{add, index, take};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, "visit", &mut uuid_null("proposed_outcome_id")).await?;
        manager.create_index(index("visit", &["proposed_outcome_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("visit_proposed_outcome_id_idx").table("visit").to_owned()).await?;
        take(manager, "visit", &["proposed_outcome_id"]).await
    }
}
