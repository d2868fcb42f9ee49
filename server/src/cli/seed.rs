//! `waymark seed`: a synthetic county, to look at, to learn on, to measure with.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result};
use clap::Args;
use indicatif::{HumanBytes, HumanCount, MultiProgress, ProgressBar, ProgressStyle};

use crate::{
    app::App,
    county::{self, DEMO_PASSWORD, Options, Progress},
    objects::ObjectStore,
    upkeep::start,
};

/// What kind of county is made.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Seed {
    /// How many times the usual county: five partnerships, sixty providers, five hundred pupils.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    scale: u32,
    /// The same seed gives the same county.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(super) async fn run(app: &App, command: Seed) -> Result<()> {
    start::check_schema(&app.db).await?;
    let objects = crate::objects::open(&app.config).await.context("the object store cannot be used")?;
    fill(app, &*objects, command).await
}

/// Makes the county, and shows how far it has come.
pub(super) async fn fill(app: &App, objects: &dyn ObjectStore, command: Seed) -> Result<()> {
    let options = Options { seed: command.seed, scale: command.scale };
    let password = app.passwords.hash(DEMO_PASSWORD.to_owned()).await?;
    let bars = Bars::default();
    let made =
        county::seed(&app.db, objects, app.clock.now(), &password, options, &|progress| bars.show(progress)).await?;
    bars.finish();
    let rows: usize = made.rows.iter().map(|(_, count)| count).sum();
    println!(
        "Fenshire is made: {} rows, {} files, {}.",
        HumanCount(rows as u64),
        HumanCount(made.objects as u64),
        HumanBytes(made.bytes)
    );
    Ok(())
}

/// A bar a stage.
#[derive(Default)]
struct Bars {
    all: MultiProgress,
    stages: Mutex<HashMap<&'static str, ProgressBar>>,
}

impl Bars {
    fn show(&self, progress: Progress) {
        let mut stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = stages.entry(progress.stage).or_insert_with(|| {
            let style = ProgressStyle::with_template("{msg:22} {bar:40} {human_pos} of {human_len}");
            let bar = ProgressBar::new(progress.total).with_message(progress.stage);
            self.all.add(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
        });
        bar.set_length(progress.total);
        bar.set_position(progress.done);
    }

    fn finish(&self) {
        for bar in self.stages.lock().unwrap_or_else(PoisonError::into_inner).values() {
            bar.finish();
        }
    }
}
