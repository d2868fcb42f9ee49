//! Rollups: how many rows there are by some of their columns, kept by triggers in each write's own transaction.
//!
//! A write adds rows that say what it added and what it took away, and touches none that is there: writers never wait for
//! each other. What there is is the sum; the server folds it now and then. On PostgreSQL one statement adds one row for
//! each of its groups.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_pk_auto, boolean_null, date_null, string_null, uuid, uuid_null},
    sea_orm::DbBackend,
};

use crate::shape::bare;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A rollup, the table that it counts, and by what beside the authority. Dates are kept as the first day of their month.
struct Rollup(&'static str, &'static str, &'static [&'static str]);

const ROLLUPS: [Rollup; 8] = [
    Rollup("placement_by_state", "placement", &["state", "rate_basis"]),
    Rollup("placement_by_provider", "placement", &["provider_id", "state"]),
    Rollup("placement_by_school", "placement", &["on_roll_school_id", "state"]),
    Rollup("attendance_mark_by_month", "attendance_mark", &["code", "session", "date"]),
    Rollup("document_by_state", "document", &["state"]),
    Rollup("visit_by_state", "visit", &["state", "report_state"]),
    Rollup("finding_by_rating", "finding", &["rating_id", "settled"]),
    Rollup("finding_by_provider", "finding", &["provider_id", "rating_id"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for rollup in &ROLLUPS {
            manager.create_table(rollup.table()).await?;
            for sql in rollup.triggers(backend).into_iter().chain([rollup.filling(backend)]) {
                manager.get_connection().execute_unprepared(&sql).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for Rollup(name, of, _) in &ROLLUPS {
            for what in ["came", "went", "changed"] {
                let sql = match manager.get_database_backend() {
                    DbBackend::Postgres => format!("drop trigger {name}_{what} on {of}"),
                    _ => format!("drop trigger {name}_{what}"),
                };
                manager.get_connection().execute_unprepared(&sql).await?;
            }
            if manager.get_database_backend() == DbBackend::Postgres {
                manager.get_connection().execute_unprepared(&format!("drop function {name}_keep()")).await?;
            }
            manager.drop_table(Table::drop().table(*name).take()).await?;
        }
        Ok(())
    }
}

impl Rollup {
    fn table(&self) -> TableCreateStatement {
        let Self(name, _, columns) = self;
        let mut table = bare(name);
        table.col(big_pk_auto("id")).col(uuid("authority_id"));
        for column in *columns {
            match *column {
                "date" => table.col(date_null("date")),
                "settled" => table.col(boolean_null("settled")),
                id if id.ends_with("_id") => table.col(uuid_null(id)),
                code => table.col(string_null(code)),
            };
        }
        table.col(big_integer("n")).take()
    }

    fn columns(&self) -> String {
        format!("authority_id, {}", self.2.join(", "))
    }

    /// What is kept of a row.
    fn of(&self, backend: DbBackend, row: &str) -> String {
        let kept = |column: &&str| match (*column, backend) {
            ("date", DbBackend::Postgres) => format!("date_trunc('month', {row}date)::date"),
            ("date", _) => format!("date({row}date, 'start of month')"),
            (column, _) => format!("{row}{column}"),
        };
        let columns: Vec<_> = self.2.iter().map(kept).collect();
        format!("{row}authority_id, {}", columns.join(", "))
    }

    /// Counts the rows that are there already.
    fn filling(&self, backend: DbBackend) -> String {
        let Self(name, of, columns) = self;
        let places: Vec<_> = (1..=columns.len() + 1).map(|place| place.to_string()).collect();
        let (kept, row, places) = (self.columns(), self.of(backend, ""), places.join(", "));
        format!("insert into {name} ({kept}, n) select {row}, count(*) from {of} group by {places}")
    }

    fn triggers(&self, backend: DbBackend) -> Vec<String> {
        let Self(name, of, columns) = self;
        let (kept, row) = (self.columns(), self.of(backend, ""));
        if backend == DbBackend::Postgres {
            let places: Vec<_> = (1..=columns.len() + 1).map(|place| place.to_string()).collect();
            let places = places.join(", ");
            let added = |what: &str| format!("insert into {name} ({kept}, n) select {what} group by {places}");
            let came = added(&format!("{row}, count(*) from came"));
            let went = added(&format!("{row}, -count(*) from went"));
            let both = format!("(select {row}, 1 as n from came union all select {row}, -1 from went) r ({kept}, n)");
            let changed = added(&format!("{kept}, sum(n) from {both}"));
            return vec![
                format!(
                    "create function {name}_keep() returns trigger language plpgsql as $$ begin
                        if tg_op = 'INSERT' then {came};
                        elsif tg_op = 'DELETE' then {went};
                        else {changed} having sum(n) <> 0;
                        end if;
                        return null;
                    end $$"
                ),
                format!(
                    "create trigger {name}_came after insert on {of}
                    referencing new table as came for each statement execute function {name}_keep()"
                ),
                format!(
                    "create trigger {name}_went after delete on {of}
                    referencing old table as went for each statement execute function {name}_keep()"
                ),
                format!(
                    "create trigger {name}_changed after update on {of}
                    referencing new table as came old table as went for each statement execute function {name}_keep()"
                ),
            ];
        }
        let (new, old) = (self.of(backend, "new."), self.of(backend, "old."));
        let adds = |rows: &str| format!("begin insert into {name} ({kept}, n) values {rows}; end");
        vec![
            format!("create trigger {name}_came after insert on {of} {}", adds(&format!("({new}, 1)"))),
            format!("create trigger {name}_went after delete on {of} {}", adds(&format!("({old}, -1)"))),
            format!(
                "create trigger {name}_changed after update on {of} when ({new}) is not ({old}) {}",
                adds(&format!("({new}, 1), ({old}, -1)"))
            ),
        ]
    }
}
