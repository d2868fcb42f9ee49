//! What every write records: change feed, audit and its seal, jobs, idempotency keys.

use sea_orm_migration::{prelude::*, schema::*};

use crate::shape::{bare, index, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = bare("change");
        change
            .col(big_pk_auto("position"))
            .col(big_integer("transaction_id").default(0))
            .col(uuid_null("authority_id"))
            .col(string("noun"))
            .col(uuid("noun_id"))
            .col(string("kind"))
            .col(uuid_null("account_id"))
            .col(timestamp_with_time_zone("at"));
        manager.create_table(change).await?;
        manager.create_index(index("change", &["authority_id", "position"])).await?;

        let mut audit = bare("audit");
        audit
            .col(big_pk_auto("position"))
            .col(big_integer("transaction_id").default(0))
            .col(uuid_null("authority_id"))
            .col(uuid_null("account_id"))
            .col(uuid_null("session_id"))
            .col(string("request_id"))
            .col(string("act"))
            .col(string("noun"))
            .col(uuid_null("noun_id"))
            .col(json_binary("detail"))
            .col(timestamp_with_time_zone("at"));
        manager.create_table(audit).await?;
        manager.create_index(index("audit", &["noun", "noun_id"])).await?;

        let mut audit_seal = bare("audit_seal");
        audit_seal
            .col(big_integer("link").primary_key())
            .col(big_integer("audit_position"))
            .col(string("hash"))
            .col(timestamp_with_time_zone("sealed_at"));
        manager.create_table(audit_seal).await?;
        manager.create_index(unique("audit_seal", &["audit_position"])).await?;

        let mut job = bare("job");
        job.col(pk_uuid("id"))
            .col(string("kind"))
            .col(json_binary("payload"))
            .col(string("state"))
            .col(timestamp_with_time_zone("run_at"))
            .col(integer("attempts"))
            .col(string_null("last_error"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"));
        manager.create_table(job).await?;
        manager.create_index(index("job", &["state", "run_at"])).await?;

        let mut idempotency = bare("idempotency");
        idempotency
            .col(uuid("account_id"))
            .col(string("key"))
            .col(string("request_sha256"))
            .col(uuid("node_id"))
            .col(timestamp_with_time_zone("at"))
            .primary_key(Index::create().col("account_id").col("key"));
        manager.create_table(idempotency).await?;
        if manager.get_database_backend() == sea_orm::DbBackend::Postgres {
            // Readers of the feed stop below the oldest running transaction, so each row knows its own.
            for name in ["change", "audit"] {
                let own = "(pg_current_xact_id()::text)::bigint";
                let sql = format!("alter table {name} alter column transaction_id set default {own}");
                manager.get_connection().execute_unprepared(&sql).await?;
                let sql = format!("create index {name}_feed_idx on {name} (transaction_id, position)");
                manager.get_connection().execute_unprepared(&sql).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["idempotency", "job", "audit_seal", "audit", "change"] {
            manager.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }
}
