//! Photographs and documents drawn from nothing: no asset, no person, no name but invented ones.
//!
//! A drawing is a page of a PDF ([`canvas`], [`letters`], [`pdf`]). Documents ([`papers`]) are such pages in a file.
//! Photographs are such pages ([`scenes`]) rendered and seen through a [`camera`]. The same seed gives the same bytes.

mod camera;
mod canvas;
mod exif;
mod letters;
mod papers;
mod pdf;
mod scenes;

use anyhow::Result;
use chrono::{DateTime, NaiveDate};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use camera::{Pixels, Shot, Stance};
use exif::Exif;
pub use papers::{Document, Facts, Paper, paper};
pub use scenes::{Setting, Subject};

/// A photograph and the size of it that lists show, both JPEG, upright and without metadata.
#[derive(Clone, Debug)]
pub struct Photograph {
    pub jpeg: Vec<u8>,
    pub width: u32,
    pub height: u32,
    pub small: Vec<u8>,
    pub small_width: u32,
    pub small_height: u32,
}

/// Photographs a subject, 1600 by 1200 pixels, about 200 kB. Fails only if the drawing cannot be rendered.
pub fn photograph(subject: Subject, setting: &Setting<'_>, seed: u64) -> Result<Photograph> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let scene = camera::rendered(scenes::draw(subject, setting, &mut rng), 2.0)?;
    let stance = Stance::draw(&mut rng);
    let mut take = |shot: Shot| -> Result<(Vec<u8>, Pixels)> {
        let pixels = camera::photograph(&scene, &stance, &shot, &mut rng);
        Ok((camera::jpeg(&pixels, shot.quality)?, pixels))
    };
    let (jpeg, large) = take(Shot::EVIDENCE)?;
    let (small, little) = take(Shot::THUMBNAIL)?;
    Ok(Photograph {
        jpeg,
        width: large.width,
        height: large.height,
        small,
        small_width: little.width,
        small_height: little.height,
    })
}

/// A picture as a phone takes it: a fire plan, 12 megapixels lying on their side (orientation 6), with the camera's
/// model, the time and a place in its metadata. For tests: nothing of this may be left in what is served.
pub fn phone_jpeg(seed: u64) -> Result<Vec<u8>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let taken = DateTime::from_timestamp(1_770_000_000 + rng.random_range(0..10_000_000), 0).unwrap_or_default();
    let setting = Setting { premises: "Ledmarsh Motor Workshop", today: taken.date_naive() };
    let scene = camera::rendered(scenes::draw_upright(Subject::FirePlan, &setting, &mut rng), 3.0)?;
    let stance = Stance::draw(&mut rng).on_its_side();
    let pixels = camera::photograph(&scene, &stance, &Shot::PHONE, &mut rng);
    let exif = Exif {
        make: "Example".to_owned(),
        model: "Example Phone 12".to_owned(),
        orientation: 6,
        taken,
        // In the North Sea, where no school is.
        position: (53.0 + rng.random_range(0.0..0.4), 1.6 + rng.random_range(0.0..0.4)),
    };
    exif.insert_into(&camera::jpeg(&pixels, Shot::PHONE.quality)?)
}

/// A date as documents write it: 5 January 2027.
fn long_date(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests;
