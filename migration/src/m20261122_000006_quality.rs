//! Visits, judgements, findings, evidence, amendments, documents, actions, approvals.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{index, tenant, to, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut visit = tenant("visit");
        visit
            .col(uuid("provider_id"))
            .col(uuid_null("site_id"))
            .col(uuid_null("partnership_id"))
            .col(uuid("framework_version_id"))
            .col(string("purpose"))
            .col(date("planned_for"))
            .col(string_null("planned_at"))
            .col(string("state"))
            .col(string_null("cancelled_reason"))
            .col(string("report_state"))
            .col(date_null("scrutiny_ends_on"))
            .col(string_null("summary"))
            .col(uuid_null("outcome_id"))
            .col(timestamp_with_time_zone_null("completed_at"))
            .col(string_null("manifest_sha256"))
            .col(timestamp_with_time_zone_null("published_at"))
            .foreign_key(&mut to("visit", "provider_id", "provider"))
            .foreign_key(&mut to("visit", "site_id", "site"))
            .foreign_key(&mut to("visit", "partnership_id", "partnership"))
            .foreign_key(&mut to("visit", "framework_version_id", "framework_version"))
            .foreign_key(&mut to("visit", "outcome_id", "visit_outcome"));
        manager.create_table(visit).await?;
        manager.create_index(index("visit", &["authority_id"])).await?;
        manager.create_index(index("visit", &["site_id"])).await?;
        manager.create_index(index("visit", &["partnership_id"])).await?;
        manager.create_index(index("visit", &["framework_version_id"])).await?;
        manager.create_index(index("visit", &["outcome_id"])).await?;
        manager.create_index(index("visit", &["provider_id", "planned_for"])).await?;

        let mut visit_visitor = tenant("visit_visitor");
        visit_visitor
            .col(uuid("visit_id"))
            .col(uuid("account_id"))
            .col(boolean("lead"))
            .foreign_key(&mut to("visit_visitor", "visit_id", "visit"))
            .foreign_key(&mut to("visit_visitor", "account_id", "account"));
        manager.create_table(visit_visitor).await?;
        manager.create_index(unique("visit_visitor", &["visit_id", "account_id"])).await?;
        manager.create_index(index("visit_visitor", &["authority_id"])).await?;
        manager.create_index(index("visit_visitor", &["account_id"])).await?;

        let mut judgement = tenant("judgement");
        judgement
            .col(uuid("visit_id"))
            .col(uuid("provider_id"))
            .col(uuid("standard_id"))
            .col(uuid("account_id"))
            .col(uuid_null("rating_id"))
            .col(string("seen"))
            .col(string("action"))
            .col(date_null("answered_on"))
            .col(date_null("next_on"))
            .col(string_null("missing_reason"))
            .col(integer("revision"))
            .foreign_key(&mut to("judgement", "visit_id", "visit"))
            .foreign_key(&mut to("judgement", "provider_id", "provider"))
            .foreign_key(&mut to("judgement", "standard_id", "standard"))
            .foreign_key(&mut to("judgement", "account_id", "account"))
            .foreign_key(&mut to("judgement", "rating_id", "rating"));
        manager.create_table(judgement).await?;
        manager.create_index(unique("judgement", &["visit_id", "standard_id", "account_id"])).await?;
        manager.create_index(index("judgement", &["authority_id"])).await?;
        manager.create_index(index("judgement", &["provider_id"])).await?;
        manager.create_index(index("judgement", &["standard_id"])).await?;
        manager.create_index(index("judgement", &["account_id"])).await?;
        manager.create_index(index("judgement", &["rating_id"])).await?;

        let mut judgement_revision = tenant("judgement_revision");
        judgement_revision
            .col(uuid("judgement_id"))
            .col(integer("revision"))
            .col(uuid_null("rating_id"))
            .col(string("seen"))
            .col(string("action"))
            .col(date_null("answered_on"))
            .col(date_null("next_on"))
            .col(string_null("missing_reason"))
            .foreign_key(&mut to("judgement_revision", "judgement_id", "judgement"))
            .foreign_key(&mut to("judgement_revision", "rating_id", "rating"));
        manager.create_table(judgement_revision).await?;
        manager.create_index(unique("judgement_revision", &["judgement_id", "revision"])).await?;
        manager.create_index(index("judgement_revision", &["authority_id"])).await?;
        manager.create_index(index("judgement_revision", &["rating_id"])).await?;

        let mut finding = tenant("finding");
        finding
            .col(uuid("visit_id"))
            .col(uuid("provider_id"))
            .col(uuid("standard_id"))
            .col(uuid_null("rating_id"))
            .col(string("seen"))
            .col(string("action"))
            .col(boolean("settled"))
            .foreign_key(&mut to("finding", "visit_id", "visit"))
            .foreign_key(&mut to("finding", "provider_id", "provider"))
            .foreign_key(&mut to("finding", "standard_id", "standard"))
            .foreign_key(&mut to("finding", "rating_id", "rating"));
        manager.create_table(finding).await?;
        manager.create_index(unique("finding", &["visit_id", "standard_id"])).await?;
        manager.create_index(index("finding", &["authority_id"])).await?;
        manager.create_index(index("finding", &["provider_id"])).await?;
        manager.create_index(index("finding", &["standard_id"])).await?;
        manager.create_index(index("finding", &["rating_id"])).await?;

        let mut improvement_action = tenant("improvement_action");
        improvement_action
            .col(uuid("provider_id"))
            .col(uuid_null("visit_id"))
            .col(uuid_null("standard_id"))
            .col(string("area"))
            .col(string("action"))
            .col(string("owner"))
            .col(date("due_on"))
            .col(string("rag"))
            .col(string("state"))
            .col(timestamp_with_time_zone_null("closed_at"))
            .foreign_key(&mut to("improvement_action", "provider_id", "provider"))
            .foreign_key(&mut to("improvement_action", "visit_id", "visit"))
            .foreign_key(&mut to("improvement_action", "standard_id", "standard"));
        manager.create_table(improvement_action).await?;
        manager.create_index(index("improvement_action", &["authority_id"])).await?;
        manager.create_index(index("improvement_action", &["provider_id"])).await?;
        manager.create_index(index("improvement_action", &["visit_id"])).await?;
        manager.create_index(index("improvement_action", &["standard_id"])).await?;

        let mut action_update = tenant("action_update");
        action_update
            .col(uuid("improvement_action_id"))
            .col(uuid("provider_id"))
            .col(uuid("account_id"))
            .col(string("rag"))
            .col(string("state"))
            .col(string("note"))
            .foreign_key(&mut to("action_update", "improvement_action_id", "improvement_action"))
            .foreign_key(&mut to("action_update", "provider_id", "provider"))
            .foreign_key(&mut to("action_update", "account_id", "account"));
        manager.create_table(action_update).await?;
        manager.create_index(index("action_update", &["authority_id"])).await?;
        manager.create_index(index("action_update", &["improvement_action_id"])).await?;
        manager.create_index(index("action_update", &["provider_id"])).await?;
        manager.create_index(index("action_update", &["account_id"])).await?;

        let mut evidence = tenant("evidence");
        evidence
            .col(uuid("provider_id"))
            .col(uuid_null("visit_id"))
            .col(uuid_null("standard_id"))
            .col(uuid_null("improvement_action_id"))
            .col(string("kind"))
            .col(uuid("file_id"))
            .col(string_null("caption"))
            .col(timestamp_with_time_zone("captured_at"))
            .col(uuid("captured_by_id"))
            .col(string_null("device_name"))
            .col(timestamp_with_time_zone_null("withdrawn_at"))
            .col(string_null("withdrawn_reason"))
            .foreign_key(&mut to("evidence", "provider_id", "provider"))
            .foreign_key(&mut to("evidence", "visit_id", "visit"))
            .foreign_key(&mut to("evidence", "standard_id", "standard"))
            .foreign_key(&mut to("evidence", "improvement_action_id", "improvement_action"))
            .foreign_key(&mut to("evidence", "file_id", "file"))
            .foreign_key(&mut to("evidence", "captured_by_id", "account"));
        manager.create_table(evidence).await?;
        manager.create_index(index("evidence", &["authority_id"])).await?;
        manager.create_index(index("evidence", &["provider_id"])).await?;
        manager.create_index(index("evidence", &["visit_id"])).await?;
        manager.create_index(index("evidence", &["standard_id"])).await?;
        manager.create_index(index("evidence", &["improvement_action_id"])).await?;
        manager.create_index(index("evidence", &["file_id"])).await?;
        manager.create_index(index("evidence", &["captured_by_id"])).await?;

        let mut amendment = tenant("amendment");
        amendment
            .col(uuid("visit_id"))
            .col(uuid("provider_id"))
            .col(uuid_null("finding_id"))
            .col(string("suggestion"))
            .col(string("state"))
            .col(uuid("suggested_by_id"))
            .col(uuid_null("decided_by_id"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .col(string_null("reason"))
            .foreign_key(&mut to("amendment", "visit_id", "visit"))
            .foreign_key(&mut to("amendment", "provider_id", "provider"))
            .foreign_key(&mut to("amendment", "finding_id", "finding"))
            .foreign_key(&mut to("amendment", "suggested_by_id", "account"))
            .foreign_key(&mut to("amendment", "decided_by_id", "account"));
        manager.create_table(amendment).await?;
        manager.create_index(index("amendment", &["authority_id"])).await?;
        manager.create_index(index("amendment", &["visit_id"])).await?;
        manager.create_index(index("amendment", &["provider_id"])).await?;
        manager.create_index(index("amendment", &["finding_id"])).await?;
        manager.create_index(index("amendment", &["suggested_by_id"])).await?;
        manager.create_index(index("amendment", &["decided_by_id"])).await?;

        let mut document = tenant("document");
        document
            .col(uuid("provider_id"))
            .col(uuid("file_id"))
            .col(string("title"))
            .col(date("issued_on"))
            .col(date("starts_on"))
            .col(date_null("expires_on"))
            .col(big_integer_null("cover_pence"))
            .col(string("state"))
            .col(uuid_null("replaces_id"))
            .col(uuid_null("reviewed_by_id"))
            .col(timestamp_with_time_zone_null("reviewed_at"))
            .col(string_null("review_reason"))
            .foreign_key(&mut to("document", "provider_id", "provider"))
            .foreign_key(&mut to("document", "file_id", "file"))
            .foreign_key(&mut to("document", "replaces_id", "document"))
            .foreign_key(&mut to("document", "reviewed_by_id", "account"));
        manager.create_table(document).await?;
        manager.create_index(index("document", &["authority_id"])).await?;
        manager.create_index(index("document", &["file_id"])).await?;
        manager.create_index(index("document", &["replaces_id"])).await?;
        manager.create_index(index("document", &["reviewed_by_id"])).await?;
        manager.create_index(index("document", &["provider_id", "expires_on"])).await?;

        let mut document_proof = tenant("document_proof");
        document_proof
            .col(uuid("document_id"))
            .col(uuid("provider_id"))
            .col(uuid("document_type_id"))
            .foreign_key(&mut to("document_proof", "document_id", "document"))
            .foreign_key(&mut to("document_proof", "provider_id", "provider"))
            .foreign_key(&mut to("document_proof", "document_type_id", "document_type"));
        manager.create_table(document_proof).await?;
        manager.create_index(unique("document_proof", &["document_id", "document_type_id"])).await?;
        manager.create_index(index("document_proof", &["authority_id"])).await?;
        manager.create_index(index("document_proof", &["provider_id"])).await?;
        manager.create_index(index("document_proof", &["document_type_id"])).await?;

        let mut approval = tenant("approval");
        approval
            .col(uuid("provider_id"))
            .col(string("state"))
            .col(uuid_null("visit_id"))
            .col(string("reason"))
            .col(date("starts_on"))
            .col(date_null("ends_on"))
            .foreign_key(&mut to("approval", "provider_id", "provider"))
            .foreign_key(&mut to("approval", "visit_id", "visit"));
        manager.create_table(approval).await?;
        manager.create_index(index("approval", &["authority_id"])).await?;
        manager.create_index(index("approval", &["provider_id"])).await?;
        manager.create_index(index("approval", &["visit_id"])).await?;
        manager
            .get_connection()
            .execute_unprepared("create unique index approval_current on approval (provider_id) where ends_on is null")
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in [
            "approval",
            "document_proof",
            "document",
            "amendment",
            "evidence",
            "action_update",
            "improvement_action",
            "finding",
            "judgement_revision",
            "judgement",
            "visit_visitor",
            "visit",
        ] {
            manager.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
