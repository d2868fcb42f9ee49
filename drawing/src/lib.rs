//! Photographs and documents drawn from nothing: no asset, no person, no name but invented ones.
//!
//! A drawing is a page of a PDF ([`canvas`], [`letters`], [`pdf`]). Documents ([`papers`]) are such pages in a file.
//! Photographs are such pages ([`scenes`]) rendered and seen through a [`camera`]. The same seed gives the same bytes.

mod camera;
mod canvas;
mod letters;
mod papers;
mod pdf;
mod scenes;

use anyhow::Result;
use chrono::NaiveDate;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use camera::{Pixels, Shot, Stance};
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

/// Photographs a subject with the twelve million pixels of a phone's camera, several MB: what pictures are made smaller from.
pub fn large_photograph(subject: Subject, setting: &Setting<'_>, seed: u64) -> Result<Vec<u8>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let scene = camera::rendered(scenes::draw(subject, setting, &mut rng), 4.0)?;
    let stance = Stance::draw(&mut rng);
    let pixels = camera::photograph(&scene, &stance, &Shot::PHONE, &mut rng);
    camera::jpeg(&pixels, Shot::PHONE.quality)
}

/// A date as documents write it: 5 January 2027.
fn long_date(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests;
