//! Organisations: authorities, partnerships, schools, providers, sites, contacts.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{index, table, tenant, to, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut local_authority = table("local_authority");
        local_authority.col(string("code")).col(string("name"));
        manager.create_table(local_authority).await?;
        manager.create_index(unique("local_authority", &["code"])).await?;

        let mut partnership = tenant("partnership");
        partnership.col(string("code")).col(string("name"));
        manager.create_table(partnership).await?;
        manager.create_index(unique("partnership", &["authority_id", "code"])).await?;

        let mut school = tenant("school");
        school.col(integer_null("urn")).col(string("name")).col(string("phase")).col(string("postcode"));
        manager.create_table(school).await?;
        manager.create_index(unique("school", &["urn"])).await?;
        manager.create_index(index("school", &["authority_id"])).await?;

        let mut school_membership = tenant("school_membership");
        school_membership
            .col(uuid("school_id"))
            .col(uuid("partnership_id"))
            .col(date("starts_on"))
            .col(date_null("ends_on"))
            .foreign_key(&mut to("school_membership", "school_id", "school"))
            .foreign_key(&mut to("school_membership", "partnership_id", "partnership"));
        manager.create_table(school_membership).await?;
        manager.create_index(index("school_membership", &["authority_id"])).await?;
        manager.create_index(index("school_membership", &["school_id"])).await?;
        manager.create_index(index("school_membership", &["partnership_id"])).await?;

        let mut provider = tenant("provider");
        provider
            .col(string("name"))
            .col(string("kind"))
            .col(boolean("registered"))
            .col(integer_null("urn"))
            .col(integer_null("ukprn"))
            .col(string_null("website"))
            .col(string_null("telephone"))
            .col(string_null("email"))
            .col(integer_null("capacity"))
            .col(date_null("next_visit_due_on"));
        manager.create_table(provider).await?;
        manager.create_index(index("provider", &["authority_id"])).await?;

        let mut site = tenant("site");
        site.col(uuid("provider_id"))
            .col(string("name"))
            .col(string("address"))
            .col(string("postcode"))
            .col(big_integer_null("uprn"))
            .col(date("starts_on"))
            .col(date_null("ends_on"))
            .foreign_key(&mut to("site", "provider_id", "provider"));
        manager.create_table(site).await?;
        manager.create_index(index("site", &["authority_id"])).await?;
        manager.create_index(index("site", &["provider_id"])).await?;

        let mut contact = tenant("contact");
        contact
            .col(uuid_null("provider_id"))
            .col(uuid_null("school_id"))
            .col(uuid_null("partnership_id"))
            .col(string("role"))
            .col(string("name"))
            .col(string_null("position"))
            .col(string_null("email"))
            .col(string_null("telephone"))
            .col(date("starts_on"))
            .col(date_null("ends_on"))
            .foreign_key(&mut to("contact", "provider_id", "provider"))
            .foreign_key(&mut to("contact", "school_id", "school"))
            .foreign_key(&mut to("contact", "partnership_id", "partnership"));
        manager.create_table(contact).await?;
        manager.create_index(index("contact", &["authority_id"])).await?;
        manager.create_index(index("contact", &["provider_id"])).await?;
        manager.create_index(index("contact", &["school_id"])).await?;
        manager.create_index(index("contact", &["partnership_id"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["contact", "site", "provider", "school_membership", "school", "partnership", "local_authority"] {
            manager.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
