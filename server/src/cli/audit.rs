//! `waymark audit`: whether the record of who did what is whole.

use anyhow::{Result, bail};
use clap::Subcommand;

use crate::{app::App, ledger};

/// What to do with the audit.
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Find changed, removed or reordered rows and a cut tail; fails if there are any.
    Verify,
}

pub(super) async fn run(app: &App, command: Audit) -> Result<()> {
    let Audit::Verify = command;
    let found = ledger::verify(&app.db, &app.config.data).await?;
    println!("{} rows are sealed and hold; {} wait to be sealed.", found.sealed, found.unsealed);
    if !found.broken.is_empty() {
        for fault in &found.broken {
            println!("broken: {fault}");
        }
        bail!("The audit does not hold: {} faults.", found.broken.len());
    }
    Ok(())
}
