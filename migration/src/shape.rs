//! The columns, keys and indexes that every table has alike.

use sea_orm_migration::{prelude::*, schema::*};

/// A table with nothing in it yet.
pub fn bare(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).take()
}

/// A table of nodes: id, times, version.
pub fn table(name: &'static str) -> TableCreateStatement {
    bare(name)
        .col(pk_uuid("id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(integer("version"))
        .take()
}

/// A table of nodes that belong to an authority.
pub fn tenant(name: &'static str) -> TableCreateStatement {
    table(name).col(uuid("authority_id")).foreign_key(&mut to(name, "authority_id", "local_authority")).take()
}

/// A foreign key to another table's id.
pub fn to(name: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("{name}_{column}_fkey")).from(name, column).to(target, "id").take()
}

/// An index named after its table and columns.
pub fn index(name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{name}_{}_idx", columns.join("_"))).table(name);
    for column in columns {
        index.col(*column);
    }
    index
}

/// The same, refusing duplicates.
pub fn unique(name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(name, columns).unique().name(format!("{name}_{}_key", columns.join("_"))).take()
}

/// Adds a column to a table that is there.
pub async fn add(manager: &SchemaManager<'_>, name: &'static str, column: &mut ColumnDef) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(name).add_column(column.take()).take()).await
}

/// Takes columns away again, one by one: SQLite alters one thing at a time.
pub async fn take(manager: &SchemaManager<'_>, name: &'static str, columns: &[&'static str]) -> Result<(), DbErr> {
    for column in columns {
        manager.alter_table(Table::alter().table(name).drop_column(*column).take()).await?;
    }
    Ok(())
}
