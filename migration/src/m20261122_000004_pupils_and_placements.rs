//! Pupils, placements, their weekly sessions and attendance marks.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{index, tenant, to, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut pupil = tenant("pupil");
        pupil
            .col(uuid("school_id"))
            .col(string_null("upn"))
            .col(string("given_name"))
            .col(string("family_name"))
            .col(date("date_of_birth"))
            .col(integer("year_group"))
            .col(string("sen_provision"))
            .col(string_null("primary_need"))
            .col(string("looked_after"))
            .foreign_key(&mut to("pupil", "school_id", "school"));
        manager.create_table(pupil).await?;
        manager.create_index(unique("pupil", &["authority_id", "upn"])).await?;
        manager.create_index(index("pupil", &["school_id"])).await?;

        let mut placement = tenant("placement");
        placement
            .col(uuid("pupil_id"))
            .col(uuid("provider_id"))
            .col(uuid_null("site_id"))
            .col(uuid("on_roll_school_id"))
            .col(uuid_null("contracting_school_id"))
            .col(uuid_null("contracting_partnership_id"))
            .col(uuid_null("contracting_authority_id"))
            .col(uuid_null("paying_school_id"))
            .col(uuid_null("paying_partnership_id"))
            .col(uuid_null("paying_authority_id"))
            .col(uuid_null("broker_id"))
            .col(string("state"))
            .col(date("starts_on"))
            .col(date("target_ends_on"))
            .col(date_null("ended_on"))
            .col(string_null("end_reason"))
            .col(big_integer("rate_pence"))
            .col(string("rate_basis"))
            .col(string("purpose"))
            .foreign_key(&mut to("placement", "pupil_id", "pupil"))
            .foreign_key(&mut to("placement", "provider_id", "provider"))
            .foreign_key(&mut to("placement", "site_id", "site"))
            .foreign_key(&mut to("placement", "on_roll_school_id", "school"))
            .foreign_key(&mut to("placement", "contracting_school_id", "school"))
            .foreign_key(&mut to("placement", "contracting_partnership_id", "partnership"))
            .foreign_key(&mut to("placement", "contracting_authority_id", "local_authority"))
            .foreign_key(&mut to("placement", "paying_school_id", "school"))
            .foreign_key(&mut to("placement", "paying_partnership_id", "partnership"))
            .foreign_key(&mut to("placement", "paying_authority_id", "local_authority"))
            .foreign_key(&mut to("placement", "broker_id", "provider"));
        manager.create_table(placement).await?;
        manager.create_index(index("placement", &["authority_id"])).await?;
        manager.create_index(index("placement", &["pupil_id"])).await?;
        manager.create_index(index("placement", &["site_id"])).await?;
        manager.create_index(index("placement", &["on_roll_school_id"])).await?;
        manager.create_index(index("placement", &["contracting_school_id"])).await?;
        manager.create_index(index("placement", &["contracting_partnership_id"])).await?;
        manager.create_index(index("placement", &["contracting_authority_id"])).await?;
        manager.create_index(index("placement", &["paying_school_id"])).await?;
        manager.create_index(index("placement", &["paying_partnership_id"])).await?;
        manager.create_index(index("placement", &["paying_authority_id"])).await?;
        manager.create_index(index("placement", &["broker_id"])).await?;
        manager.create_index(index("placement", &["provider_id", "state"])).await?;
        manager.create_index(index("placement", &["state", "starts_on"])).await?;

        let mut placement_session = tenant("placement_session");
        placement_session
            .col(uuid("placement_id"))
            .col(string("weekday"))
            .col(string("starts_at"))
            .col(string("ends_at"))
            .col(integer("minutes"))
            .foreign_key(&mut to("placement_session", "placement_id", "placement"));
        manager.create_table(placement_session).await?;
        manager.create_index(index("placement_session", &["authority_id"])).await?;
        manager.create_index(index("placement_session", &["placement_id"])).await?;

        let mut attendance_mark = tenant("attendance_mark");
        attendance_mark
            .col(uuid("placement_id"))
            .col(uuid("pupil_id"))
            .col(uuid("provider_id"))
            .col(date("date"))
            .col(string("session"))
            .col(string("code"))
            .col(integer_null("minutes_late"))
            .foreign_key(&mut to("attendance_mark", "placement_id", "placement"))
            .foreign_key(&mut to("attendance_mark", "pupil_id", "pupil"))
            .foreign_key(&mut to("attendance_mark", "provider_id", "provider"));
        manager.create_table(attendance_mark).await?;
        manager.create_index(unique("attendance_mark", &["placement_id", "date", "session"])).await?;
        manager.create_index(index("attendance_mark", &["authority_id"])).await?;
        manager.create_index(index("attendance_mark", &["provider_id", "date"])).await?;
        manager.create_index(index("attendance_mark", &["pupil_id", "date"])).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["attendance_mark", "placement_session", "placement", "pupil"] {
            manager.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
