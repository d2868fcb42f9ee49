//! The rows of the county, table by table, and how they are written: in batches, in the order of their references.

use anyhow::{Context, Result};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, Iterable};

use super::{Progress, Report};

/// The bind parameters that SQLite takes in one statement.
const PARAMETERS: usize = 32_766;
const BATCH: usize = 500;

macro_rules! tables {
    ($($field:ident: $table:ident),+ $(,)?) => {
        /// All rows of the county.
        #[derive(Debug, Default, PartialEq)]
        pub struct Rows {
            $(pub $field: Vec<entity::$table::Model>,)+
        }

        impl Rows {
            /// How many rows stand in how many tables.
            pub fn counts(&self) -> Vec<(&'static str, usize)> {
                vec![$((stringify!($table), self.$field.len())),+]
            }

            /// Writes every table, referenced ones first.
            pub async fn write(self, db: &impl ConnectionTrait, progress: Report<'_>) -> Result<()> {
                let total = self.counts().iter().map(|(_, rows)| *rows as u64).sum();
                let mut done = 0;
                $({
                    let before = done;
                    let report = |rows| progress(Progress { stage: "Writing rows", done: before + rows, total });
                    done += write_table::<entity::$table::Entity, _>(db, stringify!($table), self.$field, &report).await?;
                })+
                progress(Progress { stage: "Writing rows", done, total });
                Ok(())
            }
        }
    };
}

tables! {
    authorities: local_authority,
    partnerships: partnership,
    schools: school,
    school_memberships: school_membership,
    providers: provider,
    sites: site,
    contacts: contact,
    accounts: account,
    memberships: membership,
    files: file,
    renditions: rendition,
    jobs: job,
    documents: document,
    proofs: document_proof,
    visits: visit,
    visit_visitors: visit_visitor,
    judgements: judgement,
    revisions: judgement_revision,
    findings: finding,
    actions: improvement_action,
    action_updates: action_update,
    evidence: evidence,
    amendments: amendment,
    approvals: approval,
    pupils: pupil,
    placements: placement,
    placement_sessions: placement_session,
    marks: attendance_mark,
    chases: chase,
    queries: saved_query,
    query_versions: saved_query_version,
}

async fn write_table<E, M>(
    db: &impl ConnectionTrait,
    table: &'static str,
    rows: Vec<M>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<u64>
where
    E: EntityTrait<Model = M>,
    M: IntoActiveModel<E::ActiveModel> + Send,
{
    let batch = BATCH.min(PARAMETERS / E::Column::iter().count().max(1));
    let count = rows.len() as u64;
    let mut written = 0;
    let mut rows = rows.into_iter();
    while written < count {
        let models: Vec<E::ActiveModel> = rows.by_ref().take(batch).map(IntoActiveModel::into_active_model).collect();
        written += models.len() as u64;
        E::insert_many(models).exec_without_returning(db).await.with_context(|| format!("writing into {table}"))?;
        progress(written);
    }
    Ok(count)
}
