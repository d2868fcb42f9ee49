//! Pictures to serve instead of the file itself: the child's second task.
//!
//! They are drawn anew from pixels, so nothing that stood beside the pixels (place, time, names, programs) is in them.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::file::{MediaType, Variant, Width};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, Rgb, RgbImage};

use crate::{picture, sniff};

/// Of longer documents only these many pages are drawn, from the first.
const MAX_PAGES: u16 = 20;
/// A page may be this many times as high as wide; the rest of a longer one is not drawn in full width.
const MAX_PAGE_RATIO: f32 = 4.0;
const QUALITY: u8 = 80;

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
    let mut pixels = DynamicImage::from(pixels);
    let mut orientation = orientation;
    for width in Width::ALL {
        pixels = narrowed(pixels, orientation, width.pixels());
        pixels.apply_orientation(orientation);
        orientation = Orientation::NoTransforms;
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&pixels).map_err(io::Error::other)?;
        take(Drawn { variant: variant(width), width: pixels.width(), height: pixels.height(), jpeg })?;
    }
    Ok(())
}

/// Makes a picture no wider than `target` once it is turned; never larger than it is.
fn narrowed(pixels: DynamicImage, orientation: Orientation, target: u32) -> DynamicImage {
    let (width, height) = (pixels.width(), pixels.height());
    let sideways = picture::is_sideways(orientation);
    let seen_width = if sideways { height } else { width };
    if seen_width <= target {
        return pixels;
    }
    let scaled = |side: u32| u64::from(side) * u64::from(target) / u64::from(seen_width);
    let side = |side: u32| u32::try_from(scaled(side)).unwrap_or(target).max(1);
    pixels.resize_exact(side(width), side(height), FilterType::Lanczos3)
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
