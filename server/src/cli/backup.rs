//! `waymark backup` and `waymark restore`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use indicatif::{HumanBytes, HumanCount};

use crate::{
    app::App,
    server,
    upkeep::{backup, restore, start},
};

/// Where to.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// A directory that is empty or not there yet.
    directory: PathBuf,
}

/// From where.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The directory of a backup.
    directory: PathBuf,
    /// Leave the database as it is, and bring back the objects that it names and the store lacks.
    #[arg(long)]
    objects_only: bool,
}

pub(super) async fn make(app: &App, command: &Backup) -> Result<()> {
    start::check_schema(&app.db).await?;
    let files = server::files(app.clone()).await?;
    let made = backup::backup(&files, &command.directory).await?;
    println!(
        "The backup is in {}: the database, {} objects, {}. Keep the signing key apart from it.",
        command.directory.display(),
        HumanCount(made.objects),
        HumanBytes(made.bytes)
    );
    if !made.missing.is_empty() {
        bail!(
            "{} objects that the database names are not in the store, so they are not in the backup either. Run: \
             waymark doctor",
            made.missing.len()
        );
    }
    Ok(())
}

pub(super) async fn bring_back(app: &App, command: &Restore) -> Result<()> {
    let _alone = start::lock(&app.config)?;
    let app = if command.objects_only {
        start::check_schema(&app.db).await?;
        app.clone()
    } else {
        let restored = restore::database(app, &command.directory).await?;
        println!("The database is back, in a new epoch: phones read everything anew.");
        restored
    };
    let files = server::files(app).await?;
    let objects = restore::objects(&files, &command.directory).await?;
    println!("{} objects were brought back, {} were there.", objects.restored, objects.present);
    if !objects.missing.is_empty() {
        for key in &objects.missing {
            println!("missing: {key}");
        }
        bail!(
            "{} objects that the database names are neither in the store nor whole in the backup. The server runs \
             without them; waymark doctor says which files they belong to.",
            objects.missing.len()
        );
    }
    Ok(())
}
