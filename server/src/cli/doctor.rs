//! `waymark doctor`: whether rows and objects agree, and whether anything waits that should not.

use anyhow::{Result, bail};
use clap::Args;

use crate::{
    app::App,
    server,
    upkeep::{doctor, start},
};

/// How closely to look.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Read every byte of every accepted file and compare its hash.
    #[arg(long)]
    deep: bool,
    /// Put right what can be put right: remove objects that no row names, run failed jobs again, have stuck files checked.
    #[arg(long)]
    mend: bool,
}

pub(super) async fn run(app: &App, command: &Doctor) -> Result<()> {
    start::check_schema(&app.db).await?;
    let files = server::files(app.clone()).await?;
    let found = doctor::examine(&files, command.deep).await?;
    for finding in &found {
        println!("{finding}.");
    }
    if found.is_empty() {
        println!("Nothing is wrong.");
        return Ok(());
    }
    if command.mend {
        let mended = doctor::mend(&files, &found).await?;
        println!("{mended} of {} were put right; run waymark doctor again once the server had time.", found.len());
        if mended == found.len() {
            return Ok(());
        }
    }
    bail!("Not as it should be: {} in all.", found.len());
}
