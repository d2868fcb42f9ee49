//! `waymark demo`: a synthetic county on this machine, to look at.

use anyhow::Result;
use clap::Args;

use crate::{app::App, server};

/// How to show it.
#[derive(Debug, Args)]
pub(super) struct Demo {}

pub(super) async fn run(app: &App, _command: &Demo) -> Result<()> {
    super::migrate::up(&app.db).await?;
    let running = server::start(app.clone()).await?;
    let address = &app.config.public_url;
    println!("Waymark is at {address}");
    println!("  the graph, to ask by hand   {address}/graphql");
    running.until_stopped().await
}
