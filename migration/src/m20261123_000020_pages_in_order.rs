//! Lists are read in an order that ends with the id, page by page: so do the indexes that give that order.

use sea_orm_migration::prelude::*;

use crate::shape::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

const ORDERED: [(&str, [&str; 3]); 3] = [
    ("placement", ["state", "starts_on", "id"]),
    ("document", ["provider_id", "expires_on", "id"]),
    ("visit", ["provider_id", "planned_for", "id"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in ORDERED {
            manager.create_index(index(table, &columns)).await?;
            manager.drop_index(dropped(table, &columns[..2])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in ORDERED {
            manager.create_index(index(table, &columns[..2])).await?;
            manager.drop_index(dropped(table, &columns)).await?;
        }
        Ok(())
    }
}

fn dropped(table: &'static str, columns: &[&'static str]) -> IndexDropStatement {
    Index::drop().name(format!("{table}_{}_idx", columns.join("_"))).table(table).to_owned()
}
