//! A camera: looks at a drawn page from slightly beside the middle, in a room's light, with a sensor's noise.
//!
//! The result is a JPEG with the entropy of a photograph, so that sizes, decoding times and previews are those of real
//! evidence. The loop over the pixels uses integers and tables: it also runs unoptimised when the county is seeded
//! from a development build.

use anyhow::{Context, Result, ensure};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::codecs::jpeg::JpegEncoder;
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

use super::canvas::Canvas;
use super::pdf;

/// Red, green and blue bytes, row by row.
#[derive(Clone, Debug)]
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

/// How a photograph is taken.
#[derive(Clone, Copy, Debug)]
pub struct Shot {
    /// Pixels across and down.
    pub width: u32,
    pub height: u32,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
    /// Strength of the sensor noise, in levels.
    pub grain: i32,
}

impl Shot {
    /// What the county's evidence is taken with.
    pub const EVIDENCE: Self = Self { width: 1600, height: 1200, quality: 74, grain: 5 };
    /// What a phone's camera takes before anything makes it smaller.
    pub const PHONE: Self = Self { width: 4032, height: 3024, quality: 92, grain: 5 };
    /// The small size that lists show.
    pub const THUMBNAIL: Self = Self { width: 320, height: 240, quality: 80, grain: 2 };
}

/// Where the camera stands; drawn once for a subject, so that all sizes show the same picture.
#[derive(Clone, Copy, Debug)]
pub struct Stance {
    /// The projective map from picture to page, both measured from -1 to 1: eight coefficients, the ninth is 1.
    map: [f32; 8],
    /// Position of the lamp's bright spot.
    lamp: (f32, f32),
    /// Gain of red and blue in thousandths: warm or cold light.
    warmth: (i32, i32),
}

impl Stance {
    /// A hand-held stance: a little turned, a little from one side.
    pub fn draw(rng: &mut ChaCha8Rng) -> Self {
        let mut near = |limit: f32| rng.random_range(-limit..=limit);
        let (sin, cos) = near(0.02).sin_cos();
        let zoom = 0.955 + near(0.02);
        let map = [
            zoom * cos + near(0.008),
            -sin * zoom + near(0.01),
            near(0.015),
            sin * zoom + near(0.01),
            zoom * cos + near(0.008),
            near(0.015),
            near(0.035),
            near(0.035),
        ];
        let lamp = (near(0.7), -0.5 + near(0.4));
        let tint = near(28.0);
        Self { map, lamp, warmth: (1000 + tint as i32, 1000 - tint as i32) }
    }
}

/// Renders a page to pixels, `scale` pixels to the point.
pub fn rendered(page: Canvas, scale: f32) -> Result<Pixels> {
    let bytes = pdf::file("", &[page]);
    let document = Pdf::new(bytes).ok().context("a page of ours is a readable PDF")?;
    let pages = document.pages();
    let page = pages.first().context("the file has one page")?;
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let cache = RenderCache::new();
    let pixmap = render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    ensure!(width > 1 && height > 1, "the page has a size");
    let bytes = pixmap.data_as_u8_slice().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    Ok(Pixels { width, height, bytes })
}

/// Photographs a rendered scene.
pub fn photograph(scene: &Pixels, stance: &Stance, shot: &Shot, rng: &mut ChaCha8Rng) -> Pixels {
    let grain = Grain::new(shot.grain, rng);
    let fall = Falloff::new(stance, shot);
    let mut bytes = Vec::with_capacity((shot.width * shot.height * 3) as usize);
    let mut noise = rng.next_u32() | 1;
    for row in 0..shot.height {
        let mut ray = Ray::new(stance, scene, shot, row);
        let dim = fall.row(row);
        for column in 0..shot.width as usize {
            let (x, y) = ray.step();
            let mut colour = sample(scene, x, y);
            let light = (fall.columns[column] * dim) >> 10;
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let speck = grain.at(noise);
            colour[0] = ((colour[0] * light) >> 10) * stance.warmth.0 / 1000 + speck;
            colour[1] = ((colour[1] * light) >> 10) + speck;
            colour[2] = ((colour[2] * light) >> 10) * stance.warmth.1 / 1000 + speck + grain.at(noise >> 10) / 2;
            bytes.extend_from_slice(&[level(colour[0]), level(colour[1]), level(colour[2])]);
        }
    }
    Pixels { width: shot.width, height: shot.height, bytes }
}

/// Encodes pixels as a baseline JPEG.
pub fn jpeg(pixels: &Pixels, quality: u8) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, quality)
        .encode(&pixels.bytes, pixels.width, pixels.height, image::ExtendedColorType::Rgb8)
        .context("encoding a photograph")?;
    Ok(out)
}

fn level(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

/// The path of one picture row across the page, in 256ths of a scene pixel.
struct Ray {
    numerators: [f32; 3],
    steps: [f32; 3],
    half: (f32, f32),
}

impl Ray {
    fn new(stance: &Stance, scene: &Pixels, shot: &Shot, row: u32) -> Self {
        let m = &stance.map;
        let v = 2.0 * row as f32 / shot.height as f32 - 1.0;
        let du = 2.0 / shot.width as f32;
        let at_left = |a: f32, b: f32, c: f32| -a + b * v + c;
        Self {
            numerators: [at_left(m[0], m[1], m[2]), at_left(m[3], m[4], m[5]), at_left(m[6], m[7], 1.0)],
            steps: [m[0] * du, m[3] * du, m[6] * du],
            half: (scene.width as f32 * 128.0, scene.height as f32 * 128.0),
        }
    }

    fn step(&mut self) -> (i32, i32) {
        let [x, y, w] = self.numerators;
        self.numerators = [x + self.steps[0], y + self.steps[1], w + self.steps[2]];
        (((x / w + 1.0) * self.half.0) as i32, ((y / w + 1.0) * self.half.1) as i32)
    }
}

/// The scene's colour at a point given in 256ths of a pixel, blended from the four pixels around it.
fn sample(scene: &Pixels, x: i32, y: i32) -> [i32; 3] {
    let (width, height) = (scene.width as i32, scene.height as i32);
    let x = x.clamp(0, (width - 2) * 256);
    let y = y.clamp(0, (height - 2) * 256);
    let (fx, fy) = (x & 255, y & 255);
    let at = ((y >> 8) * width + (x >> 8)) as usize * 3;
    let below = at + width as usize * 3;
    let (top, bottom) = (&scene.bytes[at..at + 6], &scene.bytes[below..below + 6]);
    let mut out = [0; 3];
    for channel in 0..3 {
        let upper = i32::from(top[channel]) * (256 - fx) + i32::from(top[channel + 3]) * fx;
        let lower = i32::from(bottom[channel]) * (256 - fx) + i32::from(bottom[channel + 3]) * fx;
        out[channel] = (upper * (256 - fy) + lower * fy) >> 16;
    }
    out
}

/// The light across the picture: brightest at the lamp, darker to the corners; in 1024ths.
struct Falloff {
    columns: Vec<i32>,
    lamp: f32,
    height: f32,
}

impl Falloff {
    fn new(stance: &Stance, shot: &Shot) -> Self {
        let columns = (0..shot.width).map(|column| glow(column as f32 / shot.width as f32, stance.lamp.0)).collect();
        Self { columns, lamp: stance.lamp.1, height: shot.height as f32 }
    }

    fn row(&self, row: u32) -> i32 {
        glow(row as f32 / self.height, self.lamp)
    }
}

fn glow(position: f32, lamp: f32) -> i32 {
    let centred = 2.0 * position - 1.0;
    let (from_lamp, from_middle) = (centred - lamp, centred * centred);
    ((1.03 - 0.055 * from_lamp * from_lamp - 0.07 * from_middle * from_middle) * 1024.0) as i32
}

/// Bell-shaped noise from a table.
struct Grain(Vec<i32>);

impl Grain {
    fn new(strength: i32, rng: &mut ChaCha8Rng) -> Self {
        let mut one = || rng.random_range(-strength..=strength);
        Self((0..1024).map(|_| (one() + one() + one()) / 2).collect())
    }

    fn at(&self, noise: u32) -> i32 {
        self.0[(noise & 1023) as usize]
    }
}
