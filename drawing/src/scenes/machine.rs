//! A pillar drill in a workshop: the guard round its chuck, the stop button, the signs above and the marked floor.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{Setting, room};
use crate::canvas::{Area, Canvas, Ink, Path, Type};

pub fn draw(_: &Setting<'_>, rng: &mut ChaCha8Rng) -> Canvas {
    let mut page = room::wall(rng);
    room::floor(&mut page, 520.0);
    stripes(&mut page);
    let paint = [Ink(52, 104, 92), Ink(58, 92, 138), Ink(120, 124, 128)][rng.random_range(0..3)];
    signs(&mut page);
    stand(&mut page, paint);
    let table = 404.0 + rng.random_range(-12.0..14.0);
    table_and_vice(&mut page, table, paint);
    drill_head(&mut page, paint);
    chuck(&mut page);
    guard(&mut page);
    stop_button(&mut page);
    page
}

/// The yellow and black edge of the area that only trained users may enter.
fn stripes(page: &mut Canvas) {
    let band = Area::new(0.0, 562.0, room::WIDTH, 18.0);
    page.fill(&Path::rect(band), Ink(234, 196, 30));
    for index in 0..22 {
        let x = index as f32 * 38.0;
        let stripe = [(x, 580.0), (x + 18.0, 580.0), (x + 34.0, 562.0), (x + 16.0, 562.0)];
        page.fill(&Path::polygon(&stripe), Ink(30, 30, 30));
    }
}

fn signs(page: &mut Canvas) {
    let blue = Ink(0, 82, 158);
    let must = room::sign(page, Area::new(52.0, 70.0, 150.0, 196.0), Ink(248, 248, 246));
    let (cx, cy) = (must.x + must.w / 2.0, must.y + 62.0);
    page.fill(&Path::circle(cx, cy, 54.0), blue);
    page.fill(&Path::oval(Area::new(cx - 22.0, cy - 38.0, 44.0, 66.0)), Ink::WHITE);
    page.fill(&Path::round(Area::new(cx - 27.0, cy - 16.0, 54.0, 20.0), 9.0), blue);
    page.stroke(&Path::round(Area::new(cx - 22.0, cy - 12.0, 20.0, 12.0), 5.0), Ink::WHITE, 2.0);
    page.stroke(&Path::round(Area::new(cx + 2.0, cy - 12.0, 20.0, 12.0), 5.0), Ink::WHITE, 2.0);
    page.text_centred(cx, must.y + 140.0, Type::bold(14.0), "Eye protection");
    page.text_centred(cx, must.y + 158.0, Type::bold(14.0), "must be worn");
    let care = room::sign(page, Area::new(566.0, 88.0, 186.0, 150.0), Ink(244, 202, 32));
    let (cx, top) = (care.x + care.w / 2.0, care.y + 2.0);
    page.fill(&Path::polygon(&[(cx, top), (cx + 40.0, top + 70.0), (cx - 40.0, top + 70.0)]), Ink::BLACK);
    page.fill(&Path::polygon(&[(cx, top + 14.0), (cx + 29.0, top + 64.0), (cx - 29.0, top + 64.0)]), Ink(244, 202, 32));
    page.text_centred(cx, top + 60.0, Type::bold(38.0), "!");
    page.text_centred(cx, top + 94.0, Type::bold(13.0), "Do not use without");
    page.text_centred(cx, top + 112.0, Type::bold(13.0), "the guard in place");
}

fn stand(page: &mut Canvas, paint: Ink) {
    let base = Area::new(268.0, 506.0, 264.0, 34.0);
    page.shadow(base, 12.0);
    page.shade_down(&Path::round(base, 5.0), base, &[paint.shade(1.2), paint.shade(0.6)]);
    let pillar = Area::new(440.0, 150.0, 46.0, 360.0);
    page.shadow(pillar, 9.0);
    let steel = [Ink(88, 90, 94), Ink(214, 216, 220), Ink(236, 238, 240), Ink(140, 142, 146), Ink(64, 66, 70)];
    page.shade_across(&Path::rect(pillar), pillar, &steel);
}

fn table_and_vice(page: &mut Canvas, y: f32, paint: Ink) {
    let arm = Area::new(400.0, y + 10.0, 98.0, 40.0);
    page.shade_down(&Path::round(arm, 8.0), arm, &[paint.shade(1.1), paint.shade(0.6)]);
    let table = Area::new(262.0, y, 176.0, 20.0);
    page.shadow(table, 6.0);
    page.shade_down(&Path::round(table, 3.0), table, &[Ink(214, 216, 218), Ink(120, 122, 126)]);
    let jaw = [Ink(70, 96, 150), Ink(40, 60, 106)];
    for (x, w) in [(292.0, 30.0), (362.0, 26.0)] {
        let block = Area::new(x, y - 34.0, w, 34.0);
        page.shade_down(&Path::round(block, 3.0), block, &jaw);
    }
    let work = Area::new(322.0, y - 28.0, 40.0, 20.0);
    page.shade_down(&Path::rect(work), work, &[Ink(206, 172, 122), Ink(160, 122, 78)]);
    page.stroke(&Path::through(&[(388.0, y - 18.0), (430.0, y - 18.0)]), Ink(150, 152, 156), 6.0);
    page.stroke(&Path::through(&[(430.0, y - 32.0), (430.0, y - 4.0)]), Ink(120, 122, 126), 4.0);
}

fn drill_head(page: &mut Canvas, paint: Ink) {
    let head = Area::new(284.0, 116.0, 216.0, 104.0);
    page.shadow(head, 14.0);
    page.shade_down(&Path::round(head, 18.0), head, &[paint.shade(1.25), paint, paint.shade(0.62)]);
    let lid = Area::new(270.0, 78.0, 244.0, 44.0);
    page.shade_down(&Path::round(lid, 14.0), lid, &[paint.shade(1.3), paint.shade(0.76)]);
    page.stroke(&Path::through(&[(272.0, 121.0), (512.0, 121.0)]), paint.shade(0.4), 2.0);
    let plate = Area::new(394.0, 140.0, 88.0, 44.0);
    page.fill(&Path::round(plate, 3.0), Ink(218, 220, 222));
    page.text_centred(438.0, 158.0, Type::bold(11.0), "PILLAR DRILL");
    page.text_centred(438.0, 174.0, Type::plain(8.5), "16 mm   500-2600 rpm");
    // Three feed levers around a hub.
    let (hx, hy) = (512.0, 176.0);
    for angle in [-60.0_f32, 62.0, 178.0] {
        let (sin, cos) = angle.to_radians().sin_cos();
        let reach = if angle > 170.0 { 0.0 } else { 62.0 };
        page.stroke(&Path::through(&[(hx, hy), (hx + reach * cos, hy + reach * sin)]), Ink(176, 178, 182), 7.0);
        page.fill(&Path::circle(hx + reach * cos, hy + reach * sin, 11.0), Ink(26, 26, 28));
    }
    page.fill(&Path::circle(hx, hy, 18.0), Ink(150, 152, 156));
    page.fill(&Path::circle(hx, hy, 10.0), Ink(96, 98, 102));
}

fn chuck(page: &mut Canvas) {
    let steel = [Ink(70, 72, 76), Ink(224, 226, 228), Ink(110, 112, 116), Ink(52, 54, 58)];
    for (x, y, w, h) in [(324.0, 218.0, 38.0, 40.0), (318.0, 258.0, 50.0, 34.0), (330.0, 292.0, 26.0, 16.0)] {
        let part = Area::new(x, y, w, h);
        page.shade_across(&Path::round(part, 3.0), part, &steel);
    }
    let bit = Area::new(340.0, 306.0, 7.0, 50.0);
    page.shade_across(&Path::rect(bit), bit, &steel);
    for turn in 0..6 {
        let y = 310.0 + 8.0 * turn as f32;
        page.stroke(&Path::through(&[(340.0, y), (347.0, y + 4.0)]), Ink(60, 62, 66), 1.2);
    }
    page.fill(&Path::polygon(&[(340.0, 356.0), (347.0, 356.0), (343.5, 364.0)]), Ink(96, 98, 102));
}

/// A clear shield on an orange arm, in front of chuck and bit.
fn guard(page: &mut Canvas) {
    let shield = Area::new(290.0, 226.0, 106.0, 132.0);
    page.veiled(32, |page| {
        let tint = [Ink(206, 226, 238), Ink(242, 250, 252), Ink(190, 214, 228)];
        page.shade_across(&Path::round(shield, 10.0), shield, &tint);
    });
    page.veiled(40, |page| {
        page.fill(&Path::polygon(&[(306.0, 232.0), (322.0, 232.0), (308.0, 350.0), (298.0, 350.0)]), Ink::WHITE);
    });
    let orange = Ink(226, 106, 20);
    page.stroke(&Path::round(shield, 10.0), orange, 5.0);
    let bar = Area::new(282.0, 214.0, 124.0, 18.0);
    page.shade_down(&Path::round(bar, 5.0), bar, &[orange.shade(1.15), orange.shade(0.8)]);
    for screw in [294.0, 394.0] {
        page.fill(&Path::circle(screw, 223.0, 4.0), Ink(90, 92, 96));
    }
    page.text_centred(343.0, 227.5, Type::bold(10.0).ink(Ink::WHITE), "GUARD");
}

fn stop_button(page: &mut Canvas) {
    let case = Area::new(298.0, 138.0, 72.0, 60.0);
    page.shade_down(&Path::round(case, 6.0), case, &[Ink(248, 214, 40), Ink(214, 176, 20)]);
    let (cx, cy) = case.centre();
    page.fill(&Path::circle(cx + 2.0, cy + 3.0, 23.0), Ink(120, 96, 10));
    page.fill(&Path::circle(cx, cy, 23.0), Ink(176, 16, 22));
    page.fill(&Path::circle(cx - 2.0, cy - 3.0, 18.0), Ink(218, 36, 40));
    page.text_centred(cx - 2.0, cy + 1.5, Type::bold(12.0).ink(Ink::WHITE), "STOP");
}
