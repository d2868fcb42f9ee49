//! Frameworks, their versions, sections, standards, scales and outcomes; document types and who needs them.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{index, table, to, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut framework = table("framework");
        framework.col(string("code")).col(string("name")).col(string("owner"));
        manager.create_table(framework).await?;
        manager.create_index(unique("framework", &["code"])).await?;

        let mut framework_version = table("framework_version");
        framework_version
            .col(uuid("framework_id"))
            .col(string("edition"))
            .col(string("source"))
            .col(boolean("rated"))
            .foreign_key(&mut to("framework_version", "framework_id", "framework"));
        manager.create_table(framework_version).await?;
        manager.create_index(unique("framework_version", &["framework_id", "edition"])).await?;

        let mut rating = table("rating");
        rating
            .col(uuid("framework_version_id"))
            .col(string("code"))
            .col(string("label"))
            .col(integer("position"))
            .col(boolean("falls_short"))
            .foreign_key(&mut to("rating", "framework_version_id", "framework_version"));
        manager.create_table(rating).await?;
        manager.create_index(unique("rating", &["framework_version_id", "code"])).await?;

        let mut visit_outcome = table("visit_outcome");
        visit_outcome
            .col(uuid("framework_version_id"))
            .col(string("code"))
            .col(string("label"))
            .col(integer("position"))
            .col(string("approval"))
            .col(boolean("needs_actions"))
            .foreign_key(&mut to("visit_outcome", "framework_version_id", "framework_version"));
        manager.create_table(visit_outcome).await?;
        manager.create_index(unique("visit_outcome", &["framework_version_id", "code"])).await?;

        let mut section = table("section");
        section
            .col(uuid("framework_version_id"))
            .col(string("code"))
            .col(string("title"))
            .col(integer("position"))
            .foreign_key(&mut to("section", "framework_version_id", "framework_version"));
        manager.create_table(section).await?;
        manager.create_index(unique("section", &["framework_version_id", "code"])).await?;

        let mut standard = table("standard");
        standard
            .col(uuid("framework_version_id"))
            .col(uuid("section_id"))
            .col(string("code"))
            .col(string("title"))
            .col(string_null("guidance"))
            .col(string("source"))
            .col(string("phase"))
            .col(integer("position"))
            .col(string("answer"))
            .col(json_binary("evidence_wanted"))
            .col(boolean("competent_person"))
            .col(boolean("damaged"))
            .foreign_key(&mut to("standard", "framework_version_id", "framework_version"))
            .foreign_key(&mut to("standard", "section_id", "section"));
        manager.create_table(standard).await?;
        manager.create_index(unique("standard", &["framework_version_id", "code"])).await?;
        manager.create_index(index("standard", &["section_id"])).await?;

        let mut document_type = table("document_type");
        document_type
            .col(string("code"))
            .col(string("name"))
            .col(boolean("asks_expiry"))
            .col(boolean("asks_cover"))
            .col(integer_null("months_valid"))
            .col(string("citation"));
        manager.create_table(document_type).await?;
        manager.create_index(unique("document_type", &["code"])).await?;

        let mut document_requirement = table("document_requirement");
        document_requirement
            .col(string("provider_kind"))
            .col(uuid("document_type_id"))
            .col(string("citation"))
            .foreign_key(&mut to("document_requirement", "document_type_id", "document_type"));
        manager.create_table(document_requirement).await?;
        manager.create_index(unique("document_requirement", &["provider_kind", "document_type_id"])).await?;
        manager.create_index(index("document_requirement", &["document_type_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in [
            "document_requirement",
            "document_type",
            "standard",
            "section",
            "visit_outcome",
            "rating",
            "framework_version",
            "framework",
        ] {
            manager.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
