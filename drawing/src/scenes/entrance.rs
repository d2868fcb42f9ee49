//! The way in: a glazed door with a lock, a bell and the rules for visitors. Nobody stands in it.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{Setting, room};
use crate::canvas::{Area, Canvas, Ink, Path, Type};

pub fn draw(setting: &Setting<'_>, rng: &mut ChaCha8Rng) -> Canvas {
    let mut page = Canvas::new(room::WIDTH, room::HEIGHT);
    bricks(&mut page, rng);
    room::floor(&mut page, 566.0);
    let paint = [Ink(38, 70, 98), Ink(96, 34, 40), Ink(44, 84, 62)][rng.random_range(0..3)];
    door(&mut page, paint);
    keypad(&mut page);
    notice(&mut page, setting);
    page
}

fn bricks(page: &mut Canvas, rng: &mut ChaCha8Rng) {
    let mortar = Ink(190, 182, 170);
    page.fill(&Path::rect(page.area()), mortar);
    for course in 0..26 {
        let y = course as f32 * 23.0;
        let offset = if course % 2 == 0 { -30.0 } else { 0.0 };
        for brick in 0..15 {
            let tone = rng.random_range(0.86..1.1);
            let area = Area::new(offset + brick as f32 * 60.0, y, 56.0, 19.0);
            page.fill(&Path::rect(area), Ink(168, 96, 70).shade(tone));
        }
    }
}

fn door(page: &mut Canvas, paint: Ink) {
    let frame = Area::new(228.0, 30.0, 268.0, 540.0);
    page.shadow(frame, 10.0);
    page.shade_across(&Path::rect(frame), frame, &[Ink(232, 232, 228), Ink(206, 206, 202)]);
    let leaf = Area::new(246.0, 48.0, 232.0, 522.0);
    page.shade_across(&Path::rect(leaf), leaf, &[paint.shade(1.15), paint, paint.shade(0.8)]);
    let glass = Area::new(280.0, 84.0, 164.0, 250.0);
    page.shade_down(&Path::rect(glass), glass, &[Ink(176, 200, 210), Ink(112, 132, 140), Ink(84, 96, 102)]);
    for wire in 1..8 {
        let x = glass.x + wire as f32 * 20.0;
        page.stroke(&Path::through(&[(x, glass.y), (x, glass.y + glass.h)]), Ink(150, 166, 172), 0.6);
    }
    page.stroke(&Path::rect(glass), paint.shade(0.6), 5.0);
    room::glare(page, glass, 0.25);
    let plate = Area::new(248.0, 540.0, 228.0, 28.0);
    page.shade_down(&Path::rect(plate), plate, &[Ink(214, 216, 218), Ink(150, 152, 154)]);
    let handle = Area::new(438.0, 360.0, 24.0, 96.0);
    page.shade_across(
        &Path::round(handle, 10.0),
        handle,
        &[Ink(150, 152, 156), Ink(240, 240, 242), Ink(120, 122, 126)],
    );
    page.text_centred(342.0, 420.0, Type::bold(17.0).ink(Ink::WHITE), "PUSH BAR INSIDE");
    page.text_centred(342.0, 446.0, Type::plain(13.0).ink(Ink::WHITE), "This door locks behind you");
}

/// Buttons, a bell and a lamp that is red while the door is locked.
fn keypad(page: &mut Canvas) {
    let case = Area::new(524.0, 300.0, 84.0, 148.0);
    page.shadow(case, 7.0);
    page.shade_across(&Path::round(case, 8.0), case, &[Ink(206, 208, 210), Ink(166, 168, 172)]);
    for (index, key) in ["1", "2", "3", "4", "5", "6", "7", "8", "9", "C", "0", "OK"].into_iter().enumerate() {
        let (x, y) = (case.x + 18.0 + 24.0 * (index % 3) as f32, case.y + 42.0 + 24.0 * (index / 3) as f32);
        page.fill(&Path::round(Area::new(x - 10.0, y - 10.0, 20.0, 20.0), 4.0), Ink(236, 237, 238));
        page.text_centred(x, y + 4.0, Type::bold(10.0), key);
    }
    page.fill(&Path::circle(case.x + 20.0, case.y + 17.0, 6.0), Ink(214, 30, 34));
    page.text(case.x + 34.0, case.y + 21.0, Type::bold(10.0), "LOCKED");
    page.fill(&Path::circle(case.x + 42.0, case.y + 134.0, 8.0), Ink(40, 42, 46));
}

fn notice(page: &mut Canvas, setting: &Setting<'_>) {
    let inside = room::sign(page, Area::new(524.0, 70.0, 232.0, 196.0), Ink(0, 82, 158));
    let white = |size| Type::bold(size).ink(Ink::WHITE);
    page.text(inside.x + 4.0, inside.y + 26.0, white(23.0), "All visitors");
    page.text(inside.x + 4.0, inside.y + 50.0, white(16.0), "please ring the bell");
    let y = page.paragraph(
        inside.x + 4.0,
        inside.y + 80.0,
        inside.w - 8.0,
        Type::plain(14.0).ink(Ink::WHITE),
        "Sign in at reception, wear your badge, and stay with the person you came to see.",
    );
    page.text_fitted(inside.x + inside.w / 2.0, y + 18.0, inside.w - 8.0, white(12.0), setting.premises);
}
