//! The accident book on an office desk, shut: its cover is evidence enough, and no entry can be read.

use chrono::Datelike;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{Setting, room};
use crate::canvas::{Area, Canvas, Ink, Path, Type};

pub fn draw(setting: &Setting<'_>, rng: &mut ChaCha8Rng) -> Canvas {
    let mut page = Canvas::new(room::WIDTH, room::HEIGHT);
    let desk = [Ink(222, 214, 198), Ink(150, 116, 84), Ink(196, 200, 204)][rng.random_range(0..3)];
    let all = page.area();
    page.shade_down(&Path::rect(all), all, &[desk.shade(1.06), desk, desk.shade(0.86)]);
    keyboard(&mut page);
    let (ink, lean) =
        ([Ink(206, 112, 20), Ink(28, 92, 150), Ink(150, 30, 44)][rng.random_range(0..3)], rng.random_range(-8.0..6.0));
    page.turned(390.0, 330.0, lean, |page| book(page, setting, ink));
    page.turned(660.0, 400.0, rng.random_range(-40.0..20.0), pen);
    page
}

fn keyboard(page: &mut Canvas) {
    let case = Area::new(120.0, -60.0, 560.0, 130.0);
    page.shadow(case, 8.0);
    page.fill(&Path::round(case, 10.0), Ink(60, 62, 66));
    for key in 0..42 {
        let (x, y) = (136.0 + 38.0 * (key % 14) as f32, -24.0 + 30.0 * (key / 14) as f32);
        page.fill(&Path::round(Area::new(x, y, 33.0, 25.0), 4.0), Ink(34, 35, 38));
    }
}

fn book(page: &mut Canvas, setting: &Setting<'_>, ink: Ink) {
    let cover = Area::new(-180.0, -200.0, 360.0, 430.0);
    page.shadow(cover, 16.0);
    page.fill(&Path::rect(Area::new(cover.x + 6.0, cover.y + 5.0, cover.w, cover.h)), Ink(240, 238, 230));
    page.shade_across(&Path::rect(cover), cover, &[ink.shade(0.75), ink.shade(1.1), ink, ink.shade(0.95)]);
    page.stroke(&Path::through(&[(cover.x + 26.0, cover.y), (cover.x + 26.0, cover.y + cover.h)]), ink.shade(0.6), 2.0);
    let white = |size| Type::bold(size).ink(Ink::WHITE);
    page.text_centred(14.0, -118.0, white(44.0), "ACCIDENT");
    page.text_centred(14.0, -72.0, white(44.0), "BOOK");
    room::cross(page, (14.0, -10.0), 34.0, Ink::WHITE);
    let card = Area::new(-126.0, 62.0, 280.0, 110.0);
    page.fill(&Path::round(card, 5.0), Ink(252, 250, 242));
    page.stroke(&Path::round(card, 5.0), Ink(120, 120, 118), 0.8);
    let rows = [
        ("Premises".to_owned(), setting.premises.to_owned()),
        ("Begun".to_owned(), format!("September {}", setting.today.year() - 1)),
        ("Kept by".to_owned(), "the site supervisor".to_owned()),
    ];
    room::ruled(page, Area::new(card.x + 8.0, card.y + 6.0, card.w - 16.0, 0.0), 31.0, Type::plain(13.0), &rows);
    page.text_centred(14.0, 206.0, white(11.0), "Tear out each entry and file it locked away");
}

fn pen(page: &mut Canvas) {
    let barrel = Area::new(-8.0, -120.0, 16.0, 210.0);
    page.shadow(barrel, 5.0);
    page.shade_across(&Path::round(barrel, 6.0), barrel, &[Ink(20, 40, 110), Ink(90, 120, 210), Ink(16, 30, 90)]);
    page.fill(&Path::polygon(&[(-8.0, 86.0), (8.0, 86.0), (0.0, 118.0)]), Ink(200, 202, 206));
}
