//! Pictures to serve instead of the file itself: the child's second task.
//!
//! They are drawn anew from pixels, so nothing that stood beside the pixels (place, time, names, programs) is in them.

use std::error::Error;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::file::{MediaType, Variant, Width};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::metadata::Orientation;
use image::{DynamicImage, Rgb, RgbImage};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder};

use crate::{picture, sniff};

/// Of longer documents only these many pages are drawn, from the first.
const MAX_PAGES: u16 = 20;
/// A page may be this many times as high as wide; the rest of a longer one is not drawn in full width.
const MAX_PAGE_RATIO: f32 = 4.0;
const QUALITY: u8 = 80;
/// Rows that are made at a time when a picture is made smaller.
const BAND: usize = 256;

/// One drawn picture: always a JPEG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Which form it is.
    pub variant: Variant,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The JPEG.
    pub jpeg: Vec<u8>,
}

/// Draws every form of a file and hands each over as soon as it is there. A page that cannot be drawn is left out.
pub fn render(bytes: Vec<u8>, mut take: impl FnMut(Drawn) -> io::Result<()>) -> io::Result<()> {
    let refused = |code| io::Error::new(io::ErrorKind::InvalidData, format!("not to be drawn: {code}"));
    match sniff::sniff(&bytes).map_err(refused)? {
        MediaType::Pdf => render_pages(bytes, &mut take),
        media_type => {
            let picture = picture::decode(media_type, &bytes).map_err(refused)?;
            drop(bytes);
            widths(flat(picture.pixels), picture.orientation, Variant::Picture, &mut take)
        }
    }
}

/// Draws a picture at both widths, the narrower from the wider. It is turned after it is made smaller: less to turn.
fn widths(
    pixels: RgbImage,
    orientation: Orientation,
    variant: impl Fn(Width) -> Variant,
    take: &mut impl FnMut(Drawn) -> io::Result<()>,
) -> io::Result<()> {
    let (mut pixels, mut orientation) = (pixels, orientation);
    for width in Width::ALL {
        pixels = turned(narrowed(pixels, orientation, width.pixels())?, orientation);
        orientation = Orientation::NoTransforms;
        let jpeg = encoded(&pixels).map_err(io::Error::other)?;
        take(Drawn { variant: variant(width), width: pixels.width(), height: pixels.height(), jpeg })?;
    }
    Ok(())
}

/// Makes a picture no wider than `target` once it is turned; never larger than it is.
fn narrowed(pixels: RgbImage, orientation: Orientation, target: u32) -> io::Result<RgbImage> {
    let (width, height) = pixels.dimensions();
    let sideways = picture::is_sideways(orientation);
    let seen_width = if sideways { height } else { width };
    if seen_width <= target {
        return Ok(pixels);
    }
    let scaled = |side: u32| u64::from(side) * u64::from(target) / u64::from(seen_width);
    let side = |side: u32| u32::try_from(scaled(side)).unwrap_or(target).max(1);
    smaller(&pixels, side(width), side(height)).map_err(io::Error::other)
}

/// By Lanczos' filter, a band at a time: what lies between its two directions would be half a photograph more in memory.
fn smaller(pixels: &RgbImage, width: u32, height: u32) -> Result<RgbImage, Box<dyn Error + Send + Sync>> {
    let from = ImageRef::new(pixels.width(), pixels.height(), pixels.as_raw(), PixelType::U8x3)?;
    let (from_width, from_height) = (f64::from(pixels.width()), f64::from(pixels.height()));
    let rows_each = from_height / f64::from(height);
    let row = width as usize * 3;
    let (mut made, mut resizer, mut top) = (RgbImage::new(width, height), Resizer::new(), 0.0);
    for band in made.chunks_mut(row * BAND) {
        let rows = u32::try_from(band.len() / row)?;
        let seen = (f64::from(rows) * rows_each).min(from_height - top);
        let options = ResizeOptions::new().crop(0.0, top, from_width, seen);
        resizer.resize(&from, &mut Image::from_slice_u8(width, rows, band, PixelType::U8x3)?, &options)?;
        top += seen;
    }
    Ok(made)
}

fn turned(pixels: RgbImage, orientation: Orientation) -> RgbImage {
    let mut pixels = DynamicImage::from(pixels);
    pixels.apply_orientation(orientation);
    pixels.into_rgb8()
}

fn encoded(pixels: &RgbImage) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
    let (width, height) = (u16::try_from(pixels.width())?, u16::try_from(pixels.height())?);
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.encode(pixels, width, height, ColorType::Rgb)?;
    Ok(jpeg)
}

/// Without transparency: on white, as on paper.
fn flat(pixels: DynamicImage) -> RgbImage {
    if !pixels.color().has_alpha() {
        return pixels.into_rgb8();
    }
    let pixels = pixels.into_rgba8();
    RgbImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let [red, green, blue, alpha] = pixels.get_pixel(x, y).0.map(u16::from);
        let over_white = |colour: u16| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        Rgb([red, green, blue].map(over_white))
    })
}

fn render_pages(bytes: Vec<u8>, take: &mut impl FnMut(Drawn) -> io::Result<()>) -> io::Result<()> {
    let pdf =
        Pdf::new(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a document that can be drawn"))?;
    let cache = RenderCache::new();
    for (number, page) in (1..=MAX_PAGES).zip(pdf.pages().iter()) {
        // One page that the renderer trips over must not cost the others.
        let drawn = catch_unwind(AssertUnwindSafe(|| draw(page, &cache)));
        if let Ok(Some(pixels)) = drawn {
            widths(pixels, Orientation::NoTransforms, |width| Variant::Page(number, width), take)?;
        }
    }
    Ok(())
}

/// A page, 1600 pixels wide, on white.
fn draw<'a>(page: &'a Page<'a>, cache: &RenderCache<'a>) -> Option<RgbImage> {
    let (width, height) = page.render_dimensions();
    if !(width > 0.0 && height > 0.0) {
        return None;
    }
    let target = Width::W1600.pixels() as f32;
    let scale = (target / width).min(target * MAX_PAGE_RATIO / height);
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let pixmap = hayro::render(page, cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    let opaque = pixmap.data_as_u8_slice().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    RgbImage::from_raw(width, height, opaque).filter(|pixels| width > 0 && height > 0 && !pixels.is_empty())
}

#[cfg(test)]
mod tests {
    use drawing::{Setting, Subject, large_photograph};
    use image::imageops::{self, FilterType};

    use super::*;

    /// A drawn photograph, wider than what is served however it is turned.
    fn photograph() -> RgbImage {
        let setting = Setting { premises: "Unit 3", today: chrono::NaiveDate::default() };
        let jpeg = large_photograph(Subject::ALL[0], &setting, 1).unwrap();
        image::load_from_memory(&jpeg).unwrap().thumbnail_exact(2400, 1800).into_rgb8()
    }

    /// How far two pictures' colours are apart, of 255, on average.
    fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
        assert_eq!(one.dimensions(), other.dimensions());
        let apart: u64 = one.iter().zip(other.iter()).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
        apart as f64 / one.len() as f64
    }

    #[test]
    fn however_a_photograph_lies_it_is_shown_upright_and_looks_the_same() {
        let photograph = photograph();
        for note in 1..=8 {
            let orientation = Orientation::from_exif(note).unwrap();
            let mut shown = Vec::new();
            let mut take = |drawn| {
                shown.push(drawn);
                Ok(())
            };
            widths(photograph.clone(), orientation, Variant::Picture, &mut take).unwrap();
            assert_eq!(shown.len(), Width::ALL.len());
            let upright = turned(photograph.clone(), orientation);
            for (drawn, width) in shown.iter().zip(Width::ALL) {
                assert_eq!((drawn.width, drawn.variant), (width.pixels(), Variant::Picture(width)));
                let wanted = imageops::resize(&upright, drawn.width, drawn.height, FilterType::Lanczos3);
                let apart = difference(&image::load_from_memory(&drawn.jpeg).unwrap().into_rgb8(), &wanted);
                assert!(apart < 3.5, "{apart} at {width:?}, turned by {orientation:?}");
            }
        }
    }

    #[test]
    fn bands_leave_no_seam() {
        let busy = |x: u32, y: u32| Rgb([x, y, x * y].map(|colour| (colour.wrapping_mul(2_654_435_761) >> 24) as u8));
        let pixels = RgbImage::from_fn(900, 1300, busy);
        let (width, height) = (617, 891);
        let from = ImageRef::new(900, 1300, &pixels, PixelType::U8x3).unwrap();
        let mut at_once = Image::new(width, height, PixelType::U8x3);
        Resizer::new().resize(&from, &mut at_once, None).unwrap();
        assert!(height as usize > 3 * BAND);
        assert_eq!(smaller(&pixels, width, height).unwrap().as_raw(), at_once.buffer());
    }
}
