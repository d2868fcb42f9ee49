//! Registers are read by day, newest first, and a day's marks in the order of their ids.

use sea_orm_migration::prelude::*;

use crate::shape::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("attendance_mark", &["date", "id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let marks = Index::drop().name("attendance_mark_date_id_idx").table("attendance_mark").to_owned();
        manager.drop_index(marks).await
    }
}
