//! Files: the file, the upload that brings its bytes and its parts, the forms it is served in.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{bare, index, tenant, to, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut file = tenant("file");
        file.col(uuid("owner_account_id"))
            .col(string("state"))
            .col(string_null("refusal"))
            .col(string_null("object_key"))
            .col(string_null("sha256"))
            .col(string_null("declared_sha256"))
            .col(big_integer_null("byte_size"))
            .col(big_integer_null("declared_size"))
            .col(string_null("media_type"))
            .col(string_null("declared_media_type"))
            .col(integer_null("width"))
            .col(integer_null("height"))
            .col(integer_null("pages"))
            .col(timestamp_with_time_zone_null("unclaimed_until"))
            .foreign_key(&mut to("file", "owner_account_id", "account"));
        manager.create_table(file).await?;
        manager.create_index(index("file", &["authority_id"])).await?;
        manager.create_index(index("file", &["unclaimed_until"])).await?;

        let mut upload = bare("upload");
        upload
            .col(pk_uuid("id"))
            .col(uuid("file_id"))
            .col(uuid("account_id"))
            .col(big_integer("length"))
            .col(big_integer("received"))
            .col(text_null("metadata"))
            .col(uuid_null("writer"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut to("upload", "file_id", "file"))
            .foreign_key(&mut to("upload", "account_id", "account"));
        manager.create_table(upload).await?;
        manager.create_index(index("upload", &["file_id"])).await?;
        manager.create_index(index("upload", &["expires_at"])).await?;

        let mut part = bare("upload_part");
        part.col(pk_uuid("id"))
            .col(uuid("upload_id"))
            .col(string("object_key"))
            .col(big_integer("start"))
            .col(big_integer_null("byte_size"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut to("upload_part", "upload_id", "upload"));
        manager.create_table(part).await?;
        manager.create_index(index("upload_part", &["upload_id", "start"])).await?;

        let mut rendition = bare("rendition");
        rendition
            .col(pk_uuid("id"))
            .col(uuid("file_id"))
            .col(string("kind"))
            .col(string("object_key"))
            .col(string("media_type"))
            .col(big_integer_null("byte_size"))
            .col(integer("width"))
            .col(integer("height"))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut to("rendition", "file_id", "file"));
        manager.create_table(rendition).await?;
        manager.create_index(unique("rendition", &["file_id", "kind"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["rendition", "upload_part", "upload", "file"] {
            manager.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
