//! Fenshire, a county that does not exist: everything a demonstration, a test or a course needs, from one seed.
//!
//! Five partnerships of schools in the proportions of S119, sixty providers of every kind, pupils and their placements,
//! two years of visits, documents and registers, and the photographs and PDFs that go with them. "Today" is the day of
//! the clock that is passed in, so a demonstration is always current. One seed, one day: the same county.
//!
//! The parts are drafted in memory, the files stored, and then all rows written in one transaction. For that alone this
//! module names the entities' tables itself; everywhere else only stores do. No change and no audit is recorded: the
//! county is the state that a history begins from.

mod calendar;
mod desk;
mod documents;
mod draft;
mod files;
mod marks;
pub mod names;
mod organisations;
mod people;
mod pupils;
mod reports;
mod rows;
mod visits;
mod words;

#[cfg(test)]
mod tests;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::database::Db;
use crate::objects::ObjectStore;
use draft::Draft;
use files::Gallery;

/// The one password of the demonstration's accounts, `<role>@demo.example`.
pub const DEMO_PASSWORD: &str = "waymark-demo";

/// What kind of county is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The same seed gives the same county.
    pub seed: u64,
    /// Multiplies schools, providers, pupils and placements; 1 is a county of fifty schools.
    pub scale: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, scale: 1 }
    }
}

/// How far the work has come: `done` of `total` in the named stage.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub stage: &'static str,
    pub done: u64,
    pub total: u64,
}

/// Is told how far the work has come.
pub type Report<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// What was made.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Tables and the rows written into each.
    pub rows: Vec<(&'static str, usize)>,
    /// Objects stored.
    pub objects: usize,
    /// Their bytes together.
    pub bytes: u64,
}

/// Makes the county and writes it into a database that holds the reference data and no authority, and the object store.
///
/// `now` is the day it is made for; `password_hash` the hash of [`DEMO_PASSWORD`], for the accounts that may sign in.
///
/// # Errors
/// A database that holds an authority already is refused. Whatever the database or the store refuse ends the work; no
/// row is left, objects may be.
pub async fn seed(
    db: &Db,
    objects: &dyn ObjectStore,
    now: DateTime<Utc>,
    password_hash: &str,
    options: Options,
    progress: Report<'_>,
) -> Result<Summary> {
    let authorities = entity::local_authority::Entity::find().count(db).await?;
    ensure!(
        authorities == 0,
        "This database already holds an authority. The synthetic county is only written into an empty database: choose \
         another WAYMARK_DATA or DATABASE_URL."
    );
    let gallery = Gallery::draw(options.seed, now.date_naive(), progress).await?;
    let hash = password_hash.to_owned();
    let mut county = tokio::task::spawn_blocking(move || draft(now, &hash, &gallery, &options))
        .await
        .context("drafting the county")??;
    let rows = county.rows.counts();
    let parcels = std::mem::take(&mut county.parcels);
    let stored = parcels.len();
    let bytes = files::deliver(parcels, objects, progress).await?;
    let transaction = db.begin_writing().await?;
    county.rows.write(&transaction, progress).await?;
    transaction.commit().await?;
    Ok(Summary { rows, objects: stored, bytes })
}

/// Makes the whole county up, in memory.
fn draft(now: DateTime<Utc>, password_hash: &str, gallery: &Gallery, options: &Options) -> Result<Draft> {
    let mut draft = Draft::new(now, options);
    let county = organisations::draft(&mut draft);
    let cast = people::accounts(&mut draft, &county, password_hash);
    people::contacts(&mut draft, &county);
    documents::draft(&mut draft, &county, &cast)?;
    visits::draft(&mut draft, &county, &cast, gallery);
    let placements = pupils::draft(&mut draft, &county);
    marks::draft(&mut draft, &placements);
    desk::draft(&mut draft, &cast);
    Ok(draft)
}
