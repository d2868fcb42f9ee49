//! The `waymark` command: one file a subcommand. Here alone the program speaks to a terminal.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to the person who typed it")]

mod audit;
mod backup;
mod demo;
mod doctor;
mod migrate;
mod seed;
mod serve;
mod user;

use std::{fs::DirBuilder, io, path::Path, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use imaging::Task;
use tracing_subscriber::EnvFilter;

use crate::{
    access::secrets::SigningKey,
    app::App,
    config::{self, Config, LogFormat},
    database, graph,
    upkeep::start,
};

/// Waymark commissions and quality-assures alternative provision.
#[derive(Debug, Parser)]
#[command(
    name = "waymark",
    version,
    after_help = "Settings come from the environment and from waymark.toml; the operating guide lists them."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve,
    /// Bring the database up to date, or say how it stands.
    #[command(subcommand_required = false)]
    Migrate(migrate::Migrate),
    /// Write the graph's schema to stdout.
    Schema,
    /// Write the list of settings to stdout, in Markdown.
    Settings,
    /// Accounts.
    #[command(subcommand)]
    User(user::User),
    /// The audit.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Say what is not as it should be between database and object storage, and what to do about it.
    Doctor(doctor::Doctor),
    /// Copy database and objects into a directory.
    Backup(backup::Backup),
    /// Bring a backup back into an empty database.
    Restore(backup::Restore),
    /// Run the server with a synthetic county and accounts whose password everybody knows.
    Demo(seed::Seed),
    /// Fill an empty database with a synthetic county.
    Seed(seed::Seed),
    /// Say what the file on stdin is; started by the server itself.
    #[command(hide = true)]
    Inspect,
    /// Draw the pictures of the file on stdin; started by the server itself.
    #[command(hide = true)]
    Render,
}

/// Runs the command line. What goes wrong is told on stderr, in a sentence, with its causes.
pub fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Schema => print!("{}", graph::sdl()),
        Command::Settings => print!("{}", config::guide()),
        Command::Serve => on_app(async |app| serve::run(&app).await)?,
        Command::Migrate(command) => on_app(async |app| migrate::run(&app, &command).await)?,
        Command::User(command) => on_app(async |app| user::run(&app, command).await)?,
        Command::Audit(command) => on_app(async |app| audit::run(&app, command).await)?,
        Command::Doctor(command) => on_app(async |app| doctor::run(&app, &command).await)?,
        Command::Backup(command) => on_app(async |app| backup::make(&app, &command).await)?,
        Command::Restore(command) => on_app(async |app| backup::bring_back(&app, &command).await)?,
        Command::Demo(county) => on_app(async |app| demo::run(&app, county).await)?,
        Command::Seed(county) => on_app(async |app| seed::run(&app, county).await)?,
        Command::Inspect => imaging::run_child(Task::Inspect)?,
        Command::Render => imaging::run_child(Task::Render)?,
    }
    Ok(())
}

/// Runs a command that works on the application: reads the settings, starts the log, opens the database.
fn on_app(command: impl AsyncFnOnce(App) -> Result<()>) -> Result<()> {
    let config = Config::load()?;
    start_log(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async { command(open(config).await?).await })
}

fn start_log(config: &Config) -> Result<()> {
    let filter = EnvFilter::try_new(&config.log)
        .context("WAYMARK_LOG must be a level, or levels by module. For example: warn,waymark_server=debug")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

/// Makes a directory that its owner alone can look into: there are children's records in it.
pub(crate) fn private_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Opens what a command works on: the data directory, the key, the database.
async fn open(config: Config) -> Result<App> {
    private_directory(&config.data)
        .with_context(|| format!("the data directory {} cannot be made (WAYMARK_DATA)", config.data.display()))?;
    start::check_writable(&config)?;
    let key = match &config.secret {
        Some(secret) => SigningKey::from_secret(secret.reveal()).context("WAYMARK_SECRET is too short")?,
        None => {
            let path = config.data.join("secret");
            SigningKey::load_or_create(&path)
                .with_context(|| format!("the signing key {} cannot be used", path.display()))?
        }
    };
    let db = database::connect(&config.database_url)
        .await
        .context("the database cannot be opened (DATABASE_URL, or WAYMARK_DATA for the default)")?;
    Ok(App::new(db, config, key))
}
