//! `waymark migrate [up|status]`.

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use migration::{Migrator, MigratorTrait};

use crate::app::App;
use crate::database::Db;
use crate::quality::framework::install::install;
use crate::upkeep::start::{self, Schema};

/// What to do with the migrations.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    #[command(subcommand)]
    step: Option<Step>,
}

#[derive(Debug, Subcommand)]
enum Step {
    /// Apply what is missing; this is what happens when nothing is said.
    Up,
    /// List the migrations and which are applied.
    Status,
}

pub(super) async fn run(app: &App, command: &Migrate) -> Result<()> {
    match command.step {
        None | Some(Step::Up) => {
            let missing = missing(&app.db).await?;
            up(app).await?;
            println!("{} migrations applied; the database is up to date.", missing.len());
        }
        Some(Step::Status) => {
            let missing = missing(&app.db).await?;
            for migration in Migrator::migrations() {
                let state = if missing.iter().any(|name| name == migration.name()) { "missing" } else { "applied" };
                println!("{state}  {}", migration.name());
            }
        }
    }
    Ok(())
}

/// Applies what is missing, and brings the reference data to what this program knows.
pub(super) async fn up(app: &App) -> Result<()> {
    if let Schema::Ahead(_) = start::schema(&app.db).await? {
        start::check_schema(&app.db).await?;
    }
    Migrator::up(&*app.db, None).await.context("the database cannot be migrated")?;
    install(&app.db, app.clock.now()).await.context("the reference data cannot be written")
}

/// The names of the migrations that are not applied.
async fn missing(db: &Db) -> Result<Vec<String>> {
    match start::schema(db).await? {
        Schema::Behind(missing) => Ok(missing),
        Schema::Current | Schema::Ahead(_) => Ok(Vec::new()),
    }
}
