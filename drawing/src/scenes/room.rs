//! The rooms that the pictures are taken in: walls, floors, frames, and the signs found on any wall.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::canvas::{Area, Canvas, Ink, Path, Type};

pub const WIDTH: f32 = 800.0;
pub const HEIGHT: f32 = 600.0;

/// A page with a wall on it: painted plaster, or painted blockwork as in workshops.
pub fn wall(rng: &mut ChaCha8Rng) -> Canvas {
    let mut page = Canvas::new(WIDTH, HEIGHT);
    let paints = [Ink(226, 221, 208), Ink(214, 220, 222), Ink(231, 228, 222), Ink(205, 216, 206), Ink(222, 214, 220)];
    let paint = paints[rng.random_range(0..paints.len())];
    let all = page.area();
    page.shade_down(&Path::rect(all), all, &[paint.shade(1.03), paint, paint.shade(0.93)]);
    if rng.random_bool(0.5) {
        blockwork(&mut page, paint, rng);
    } else {
        scuffs(&mut page, paint, rng);
    }
    page
}

fn blockwork(page: &mut Canvas, paint: Ink, rng: &mut ChaCha8Rng) {
    let (long, high) = (176.0, 86.0);
    let start = rng.random_range(-60.0..0.0);
    for course in 0..9 {
        let y = start + course as f32 * high;
        page.stroke(&Path::through(&[(0.0, y), (WIDTH, y)]), paint.shade(0.86), 2.2);
        page.stroke(&Path::through(&[(0.0, y + 1.8), (WIDTH, y + 1.8)]), paint.shade(1.05), 1.0);
        let offset = if course % 2 == 0 { 0.0 } else { long / 2.0 };
        for block in 0..6 {
            let x = start + offset + block as f32 * long;
            page.stroke(&Path::through(&[(x, y), (x, y + high)]), paint.shade(0.88), 2.0);
        }
    }
}

fn scuffs(page: &mut Canvas, paint: Ink, rng: &mut ChaCha8Rng) {
    page.veiled(30, |page| {
        for _ in 0..26 {
            let (x, y) = (rng.random_range(0.0..WIDTH), rng.random_range(0.0..HEIGHT));
            let (dx, dy) = (rng.random_range(-30.0..30.0), rng.random_range(-6.0..6.0));
            page.stroke(&Path::through(&[(x, y), (x + dx, y + dy)]), paint.shade(0.84), rng.random_range(0.6..2.2));
        }
    });
}

/// A skirting and a floor across the foot of the picture, from `y` down.
pub fn floor(page: &mut Canvas, y: f32) {
    let board = Area::new(0.0, y - 26.0, WIDTH, 26.0);
    page.shade_down(&Path::rect(board), board, &[Ink(238, 236, 230), Ink(206, 203, 196)]);
    let ground = Area::new(0.0, y, WIDTH, HEIGHT - y);
    page.shade_down(&Path::rect(ground), ground, &[Ink(96, 98, 102), Ink(132, 134, 136)]);
    page.veiled(25, |page| page.fill(&Path::rect(Area::new(0.0, y, WIDTH, 8.0)), Ink::BLACK));
}

/// A snap frame with mitred corners; gives the area of the sheet inside.
pub fn frame(page: &mut Canvas, outer: Area, ink: Ink, thickness: f32) -> Area {
    page.shadow(outer, 7.0);
    page.shade_across(&Path::rect(outer), outer, &[ink.shade(1.12), ink, ink.shade(0.82), ink]);
    let inner = outer.inset(thickness);
    for ((ax, ay), (bx, by)) in corners(outer).into_iter().zip(corners(inner)) {
        page.stroke(&Path::through(&[(ax, ay), (bx, by)]), ink.shade(0.6), 0.8);
    }
    page.stroke(&Path::rect(inner), ink.shade(0.55), 1.6);
    page.stroke(&Path::rect(outer), ink.shade(0.7), 0.8);
    inner
}

fn corners(area: Area) -> [(f32, f32); 4] {
    let (right, foot) = (area.x + area.w, area.y + area.h);
    [(area.x, area.y), (right, area.y), (right, foot), (area.x, foot)]
}

/// The reflection of a window across glass.
pub fn glare(page: &mut Canvas, area: Area, at: f32) {
    let Area { x, y, w, h } = area;
    let left = x + w * at;
    page.veiled(9, |page| {
        for (from, wide) in [(0.0, w * 0.10), (w * 0.13, w * 0.04)] {
            let (a, b) = (left + from, left + from + wide);
            let lean = w * 0.12;
            page.fill(&Path::polygon(&[(a + lean, y), (b + lean, y), (b, y + h), (a, y + h)]), Ink::WHITE);
        }
    });
}

/// A plastic sign with rounded corners; gives the area inside its margin.
pub fn sign(page: &mut Canvas, area: Area, ink: Ink) -> Area {
    page.shadow(area, 2.5);
    page.fill(&Path::round(area, 7.0), Ink::WHITE);
    let face = area.inset(3.0);
    page.shade_down(&Path::round(face, 5.0), face, &[ink.shade(1.08), ink]);
    for (x, y) in corners(area.inset(9.0)) {
        page.fill(&Path::circle(x, y, 2.0), Ink(188, 190, 192));
    }
    area.inset(10.0)
}

/// A white cross on whatever is below it.
pub fn cross(page: &mut Canvas, (cx, cy): (f32, f32), arm: f32, ink: Ink) {
    let third = arm / 1.5;
    page.fill(&Path::rect(Area::new(cx - third / 2.0, cy - arm, third, 2.0 * arm)), ink);
    page.fill(&Path::rect(Area::new(cx - arm, cy - third / 2.0, 2.0 * arm, third)), ink);
}

/// A table of lines as on tags and checklists: `rows` of left and right texts from the baseline `y` down.
pub fn ruled(page: &mut Canvas, area: Area, line: f32, style: Type, rows: &[(String, String)]) {
    let mut y = area.y;
    for (left, right) in rows {
        page.text(area.x + 3.0, y + line * 0.72, style, left);
        page.text_right(area.x + area.w - 3.0, y + line * 0.72, style.ink(Ink(36, 52, 120)), right);
        page.stroke(&Path::through(&[(area.x, y + line), (area.x + area.w, y + line)]), Ink(150, 152, 156), 0.6);
        y += line;
    }
}
