//! A fire extinguisher on its bracket: the cylinder, its instructions, the sign above and the service tag.

use chrono::Months;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{Setting, room};
use crate::canvas::{Area, Canvas, Ink, Path, Type};

/// What is inside: its name, the colour of its band and what it is for.
struct Content {
    name: &'static str,
    band: Ink,
    uses: &'static str,
    /// Classes of fire.
    classes: &'static [&'static str],
}

const CONTENTS: [Content; 4] = [
    Content {
        name: "FOAM",
        band: Ink(240, 226, 176),
        uses: "wood, paper, textiles, flammable liquids",
        classes: &["A", "B"],
    },
    Content {
        name: "CO2",
        band: Ink(28, 28, 30),
        uses: "live electrical equipment, flammable liquids",
        classes: &["B"],
    },
    Content { name: "WATER", band: Ink(196, 30, 36), uses: "wood, paper, textiles", classes: &["A"] },
    Content {
        name: "DRY POWDER",
        band: Ink(40, 92, 180),
        uses: "liquids, gases, live electrical equipment",
        classes: &["A", "B", "C"],
    },
];

const BODY: Area = Area::new(312.0, 214.0, 132.0, 322.0);

pub fn draw(setting: &Setting<'_>, rng: &mut ChaCha8Rng) -> Canvas {
    let mut page = room::wall(rng);
    room::floor(&mut page, 566.0);
    let content = &CONTENTS[rng.random_range(0..CONTENTS.len())];
    sign_above(&mut page, content);
    cylinder(&mut page);
    label(&mut page, content);
    head(&mut page, rng);
    hose(&mut page);
    tag(&mut page, setting, rng);
    page
}

fn sign_above(page: &mut Canvas, content: &Content) {
    let inside = room::sign(page, Area::new(532.0, 92.0, 190.0, 150.0), Ink::FIRE);
    let (cx, _) = inside.centre();
    page.text_centred(cx, inside.y + 26.0, Type::bold(21.0).ink(Ink::WHITE), "Fire");
    page.text_centred(cx, inside.y + 50.0, Type::bold(21.0).ink(Ink::WHITE), "extinguisher");
    let strip = Area::new(inside.x, inside.y + 64.0, inside.w, 26.0);
    page.fill(&Path::rect(strip), Ink::WHITE);
    page.text_centred(cx, strip.y + 19.0, Type::bold(16.0), content.name);
    page.paragraph(inside.x + 6.0, strip.y + 44.0, inside.w - 10.0, Type::plain(10.5).ink(Ink::WHITE), content.uses);
}

fn cylinder(page: &mut Canvas) {
    let red = Ink(200, 22, 30);
    let inks = [red.shade(0.45), red.shade(0.9), red.shade(1.22), red, red.shade(0.8), red.shade(0.36)];
    page.shadow(Area::new(BODY.x + 14.0, BODY.y + 8.0, BODY.w, BODY.h - 10.0), 12.0);
    let shoulder = Path::default()
        .to(BODY.x, BODY.y + 46.0)
        .curve((BODY.x, BODY.y + 12.0), (BODY.x + 30.0, BODY.y + 4.0), (BODY.x + 46.0, BODY.y - 8.0))
        .line(BODY.x + BODY.w - 46.0, BODY.y - 8.0)
        .curve(
            (BODY.x + BODY.w - 30.0, BODY.y + 4.0),
            (BODY.x + BODY.w, BODY.y + 12.0),
            (BODY.x + BODY.w, BODY.y + 46.0),
        )
        .line(BODY.x + BODY.w, BODY.y + BODY.h - 16.0)
        .curve((BODY.x + BODY.w, BODY.y + BODY.h), (BODY.x, BODY.y + BODY.h), (BODY.x, BODY.y + BODY.h - 16.0))
        .close();
    page.shade_across(&shoulder, BODY, &inks);
    let skirt = Area::new(BODY.x + 3.0, BODY.y + BODY.h - 16.0, BODY.w - 6.0, 22.0);
    page.shade_across(
        &Path::round(skirt, 5.0),
        skirt,
        &[Ink(16, 16, 18), Ink(84, 84, 88), Ink(30, 30, 32), Ink(10, 10, 12)],
    );
    // The long reflection of a window.
    page.veiled(26, |page| {
        page.fill(&Path::round(Area::new(BODY.x + 38.0, BODY.y + 54.0, 9.0, 236.0), 4.5), Ink::WHITE);
    });
}

fn label(page: &mut Canvas, content: &Content) {
    let band = Area::new(BODY.x, BODY.y + 66.0, BODY.w, 30.0);
    let ink = content.band;
    page.shade_across(&Path::rect(band), band, &[ink.shade(0.5), ink, ink.shade(1.1), ink, ink.shade(0.4)]);
    let text = if u32::from(ink.0) + u32::from(ink.1) + u32::from(ink.2) > 420 { Ink::BLACK } else { Ink::WHITE };
    page.text_centred(band.x + band.w / 2.0, band.y + 21.0, Type::bold(17.0).ink(text), content.name);
    let card = Area::new(BODY.x + 16.0, BODY.y + 104.0, BODY.w - 32.0, 152.0);
    page.shade_across(
        &Path::rect(card),
        card,
        &[Ink(196, 194, 188), Ink(250, 249, 244), Ink(244, 243, 238), Ink(182, 180, 176)],
    );
    let steps = ["1  Pull out the pin", "2  Aim at the base", "3  Squeeze lever", "4  Sweep across"];
    for (index, step) in steps.into_iter().enumerate() {
        let y = card.y + 16.0 + 28.0 * index as f32;
        page.text(card.x + 8.0, y, Type::bold(8.6), step);
        pictogram(page, (card.x + card.w - 24.0, y + 12.0), index);
    }
    page.text_centred(card.x + card.w / 2.0, card.y + card.h - 26.0, Type::plain(7.4), "Test 27 bar   6 litres");
    let y = card.y + card.h - 13.0;
    let start = card.x + card.w / 2.0 - 9.0 * (content.classes.len() - 1) as f32;
    for (index, class) in content.classes.iter().enumerate() {
        let left = start + 18.0 * index as f32;
        page.stroke(&Path::rect(Area::new(left - 7.0, y - 7.0, 14.0, 14.0)), Ink::BLACK, 0.9);
        page.text_centred(left, y + 3.5, Type::bold(9.0), class);
    }
}

/// A small drawing of the step: pin, jet, lever or sweep.
fn pictogram(page: &mut Canvas, (x, y): (f32, f32), step: usize) {
    let line = |page: &mut Canvas, points: &[(f32, f32)]| page.stroke(&Path::through(points), Ink::FIRE, 1.4);
    match step {
        0 => page.stroke(&Path::circle(x, y - 4.0, 4.0), Ink::FIRE, 1.4),
        1 => line(page, &[(x - 8.0, y - 6.0), (x + 8.0, y), (x + 2.0, y + 1.0)]),
        2 => line(page, &[(x - 8.0, y - 6.0), (x + 6.0, y - 3.0), (x - 8.0, y + 1.0)]),
        _ => line(page, &[(x - 8.0, y), (x - 3.0, y - 6.0), (x + 2.0, y), (x + 7.0, y - 6.0)]),
    }
}

fn head(page: &mut Canvas, rng: &mut ChaCha8Rng) {
    let (cx, top) = (BODY.x + BODY.w / 2.0, BODY.y - 8.0);
    let neck = Area::new(cx - 17.0, top - 22.0, 34.0, 24.0);
    page.shade_across(&Path::rect(neck), neck, &[Ink(120, 112, 84), Ink(232, 220, 170), Ink(140, 130, 96)]);
    let lever = Path::polygon(&[
        (cx - 22.0, top - 24.0),
        (cx + 66.0, top - 44.0),
        (cx + 68.0, top - 34.0),
        (cx - 18.0, top - 12.0),
    ]);
    page.fill(&lever, Ink(26, 26, 28));
    let handle = Path::polygon(&[
        (cx - 20.0, top - 8.0),
        (cx + 72.0, top - 14.0),
        (cx + 72.0, top - 4.0),
        (cx - 12.0, top + 2.0),
    ]);
    page.fill(&handle, Ink(40, 40, 44));
    page.stroke(&Path::circle(cx + 26.0, top - 22.0, 9.0), Ink(196, 160, 40), 2.4);
    // The gauge: its needle stands in the green.
    let (gx, gy) = (cx - 26.0, top - 18.0);
    page.fill(&Path::circle(gx, gy, 17.0), Ink(196, 198, 200));
    page.fill(&Path::circle(gx, gy, 14.0), Ink::WHITE);
    for (from, ink) in [(150.0_f32, Ink::FIRE), (235.0, Ink::SAFE), (310.0, Ink::FIRE)] {
        let arc: Vec<_> = (0..7)
            .map(|step| {
                let (sin, cos) = (from + 11.0 * step as f32).to_radians().sin_cos();
                (gx + 10.5 * cos, gy + 10.5 * sin)
            })
            .collect();
        page.stroke(&Path::through(&arc), ink, 3.0);
    }
    let (sin, cos) = rng.random_range(245.0_f32..290.0).to_radians().sin_cos();
    page.stroke(&Path::through(&[(gx, gy), (gx + 9.0 * cos, gy + 9.0 * sin)]), Ink::BLACK, 1.3);
}

fn hose(page: &mut Canvas) {
    let (cx, top) = (BODY.x + BODY.w / 2.0, BODY.y - 16.0);
    let path = Path::default()
        .to(cx - 34.0, top)
        .curve((cx - 120.0, top - 6.0), (BODY.x - 44.0, top + 60.0), (BODY.x - 20.0, BODY.y + 130.0))
        .line(BODY.x - 14.0, BODY.y + 216.0);
    page.stroke(&path, Ink(20, 20, 22), 13.0);
    page.stroke(&path, Ink(70, 70, 74), 3.0);
    let nozzle = Path::polygon(&[
        (BODY.x - 23.0, BODY.y + 200.0),
        (BODY.x - 5.0, BODY.y + 200.0),
        (BODY.x - 2.0, BODY.y + 272.0),
        (BODY.x - 24.0, BODY.y + 272.0),
    ]);
    page.fill(&nozzle, Ink(28, 28, 30));
    let strap = Area::new(BODY.x - 6.0, BODY.y + 278.0, BODY.w + 12.0, 12.0);
    page.shade_across(&Path::rect(strap), strap, &[Ink(60, 60, 62), Ink(150, 152, 154), Ink(48, 48, 50)]);
}

/// The card of services, hanging from the neck by a string.
fn tag(page: &mut Canvas, setting: &Setting<'_>, rng: &mut ChaCha8Rng) {
    let cx = BODY.x + BODY.w / 2.0;
    page.stroke(&Path::through(&[(cx + 22.0, 194.0), (cx + 96.0, 282.0)]), Ink(220, 218, 210), 1.6);
    let last = setting.today - Months::new(rng.random_range(1..11));
    let lean = rng.random_range(-7.0..4.0);
    page.turned(cx + 96.0, 276.0, lean, |page| {
        let card = Area::new(-42.0, 0.0, 112.0, 160.0);
        page.shadow(card, 3.0);
        page.fill(&Path::round(card, 8.0), Ink(246, 240, 214));
        page.stroke(&Path::round(card, 8.0), Ink(150, 140, 104), 0.8);
        page.fill(&Path::circle(0.0, 10.0, 4.0), Ink(120, 116, 104));
        page.text_centred(14.0, 32.0, Type::bold(10.5).ink(Ink::FIRE), "SERVICE RECORD");
        let rows: Vec<_> = (0..4)
            .map(|back| {
                let date = last - Months::new(12 * back);
                (if back == 0 { "Basic" } else { "Annual" }.to_owned(), date.format("%d.%m.%y").to_string())
            })
            .collect();
        room::ruled(page, Area::new(-34.0, 40.0, 96.0, 0.0), 19.0, Type::plain(10.0), &rows);
        let next = last + Months::new(12);
        page.text(-32.0, 134.0, Type::bold(9.0), "Next service due");
        page.text(-32.0, 148.0, Type::bold(11.0).ink(Ink(36, 52, 120)), &next.format("%B %Y").to_string());
    });
}
