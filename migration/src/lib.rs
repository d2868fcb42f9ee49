//! Written migrations, one change a file. They only add: expand first, contract in a later release.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m20261122_000001_organisation;
mod m20261122_000002_access;
mod m20261122_000003_files;
mod m20261122_000004_pupils_and_placements;
mod m20261122_000005_frameworks;
mod m20261122_000006_quality;
mod m20261122_000007_ledger;
mod m20261122_000008_throttle;
mod m20261122_000009_second_factor;
mod m20261122_000010_installation;
mod m20261122_000011_phones;
mod m20261122_000012_receipts;
mod m20261122_000013_addenda;
mod m20261122_000014_saved_queries;
mod m20261122_000015_chases;
mod m20261122_000016_disclosures;
mod m20261122_000017_proposed_outcomes;
mod m20261123_000018_registers_by_day;
mod m20261123_000019_rollups;
mod m20261123_000020_pages_in_order;
mod shape;

/// Applies and reverts the migrations, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_organisation::Migration),
            Box::new(m20261122_000002_access::Migration),
            Box::new(m20261122_000003_files::Migration),
            Box::new(m20261122_000004_pupils_and_placements::Migration),
            Box::new(m20261122_000005_frameworks::Migration),
            Box::new(m20261122_000006_quality::Migration),
            Box::new(m20261122_000007_ledger::Migration),
            Box::new(m20261122_000008_throttle::Migration),
            Box::new(m20261122_000009_second_factor::Migration),
            Box::new(m20261122_000010_installation::Migration),
            Box::new(m20261122_000011_phones::Migration),
            Box::new(m20261122_000012_receipts::Migration),
            Box::new(m20261122_000013_addenda::Migration),
            Box::new(m20261122_000014_saved_queries::Migration),
            Box::new(m20261122_000015_chases::Migration),
            Box::new(m20261122_000016_disclosures::Migration),
            Box::new(m20261122_000017_proposed_outcomes::Migration),
            Box::new(m20261123_000018_registers_by_day::Migration),
            Box::new(m20261123_000019_rollups::Migration),
            Box::new(m20261123_000020_pages_in_order::Migration),
        ]
    }
}
