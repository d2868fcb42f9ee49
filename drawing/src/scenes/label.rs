//! The label of an electrical safety test on the plug of a machine, photographed from near on a bench.

use chrono::Months;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{Setting, room};
use crate::canvas::{Area, Canvas, Ink, Path, Type};

pub fn draw(setting: &Setting<'_>, rng: &mut ChaCha8Rng) -> Canvas {
    let mut page = Canvas::new(room::WIDTH, room::HEIGHT);
    bench(&mut page, rng);
    let dark = rng.random_bool(0.4);
    let lean = rng.random_range(-9.0..9.0);
    page.turned(400.0, 300.0, lean, |page| {
        cable(page, dark);
        plug(page, dark);
        label(page, setting, rng);
    });
    page
}

fn bench(page: &mut Canvas, rng: &mut ChaCha8Rng) {
    let wood = [Ink(186, 146, 98), Ink(160, 120, 80), Ink(196, 164, 120)][rng.random_range(0..3)];
    let all = page.area();
    page.shade_down(&Path::rect(all), all, &[wood.shade(1.08), wood, wood.shade(0.86)]);
    for plank in 1..4 {
        let y = 150.0 * plank as f32;
        page.stroke(&Path::through(&[(0.0, y), (room::WIDTH, y + 4.0)]), wood.shade(0.5), 3.0);
    }
    page.veiled(35, |page| {
        for _ in 0..70 {
            let (x, y) = (rng.random_range(-80.0..760.0), rng.random_range(0.0..600.0));
            let (long, bend) = (rng.random_range(60.0..260.0), rng.random_range(-5.0..5.0));
            let grain =
                Path::default().to(x, y).curve((x + long * 0.3, y + bend), (x + long * 0.7, y - bend), (x + long, y));
            page.stroke(&grain, wood.shade(0.78), rng.random_range(0.5..1.8));
        }
    });
}

fn shell(dark: bool) -> Ink {
    if dark { Ink(44, 45, 48) } else { Ink(236, 235, 230) }
}

fn cable(page: &mut Canvas, dark: bool) {
    let path = Path::default().to(0.0, 150.0).curve((0.0, 240.0), (-90.0, 260.0), (-140.0, 420.0));
    page.veiled(22, |page| page.stroke(&path, Ink::BLACK, 44.0));
    let ink = if dark { Ink(28, 28, 30) } else { Ink(206, 204, 198) };
    page.stroke(&path, ink.shade(0.8), 32.0);
    page.stroke(&path, ink.shade(1.15), 12.0);
}

/// The back of a three-pin plug seen from above, pins pointing away.
fn plug(page: &mut Canvas, dark: bool) {
    let ink = shell(dark);
    for (x, w, h) in [(-16.0, 32.0, 84.0), (-112.0, 44.0, 66.0), (68.0, 44.0, 66.0)] {
        let pin = Area::new(x, -150.0 - h, w, h + 20.0);
        page.shadow(pin, 5.0);
        page.shade_across(&Path::round(pin, 4.0), pin, &[Ink(150, 132, 84), Ink(236, 222, 170), Ink(132, 116, 72)]);
    }
    let outline = Path::default()
        .to(-190.0, -150.0)
        .line(190.0, -150.0)
        .curve((206.0, -150.0), (212.0, -136.0), (210.0, -120.0))
        .line(186.0, 96.0)
        .curve((180.0, 140.0), (120.0, 176.0), (52.0, 182.0))
        .line(-52.0, 182.0)
        .curve((-120.0, 176.0), (-180.0, 140.0), (-186.0, 96.0))
        .line(-210.0, -120.0)
        .curve((-212.0, -136.0), (-206.0, -150.0), (-190.0, -150.0))
        .close();
    page.shadow(Area::new(-196.0, -146.0, 392.0, 300.0), 20.0);
    let body = Area::new(-210.0, -150.0, 420.0, 332.0);
    page.shade_across(&outline, body, &[ink.shade(1.06), ink, ink.shade(0.84)]);
    page.stroke(&outline, ink.shade(0.6), 1.6);
    for ridge in 0..5 {
        let y = 112.0 + 12.0 * ridge as f32;
        let half = 96.0 - 11.0 * ridge as f32;
        page.stroke(&Path::through(&[(-half, y), (half, y)]), ink.shade(0.72), 3.0);
    }
    page.fill(&Path::circle(0.0, 84.0, 11.0), ink.shade(0.7));
    page.stroke(&Path::through(&[(-8.0, 80.0), (8.0, 88.0)]), ink.shade(0.35), 3.0);
}

fn label(page: &mut Canvas, setting: &Setting<'_>, rng: &mut ChaCha8Rng) {
    let card = Area::new(-150.0, -122.0, 300.0, 182.0);
    let tested = setting.today - Months::new(rng.random_range(1..10));
    page.fill(&Path::round(card, 10.0), Ink(252, 252, 250));
    let band = Area::new(card.x, card.y, card.w, 52.0);
    page.fill(&Path::round(band, 10.0), Ink(18, 140, 70));
    page.text(band.x + 18.0, band.y + 37.0, Type::bold(32.0).ink(Ink::WHITE), "PASSED");
    let tick = Path::through(&[
        (band.x + band.w - 64.0, band.y + 28.0),
        (band.x + band.w - 50.0, band.y + 41.0),
        (band.x + band.w - 24.0, band.y + 11.0),
    ]);
    page.stroke(&tick, Ink::WHITE, 7.0);
    page.text(card.x + 16.0, card.y + 70.0, Type::bold(11.5), "TESTED FOR ELECTRICAL SAFETY");
    let hand = Type::script(20.0);
    let rows = [
        ("Appliance ID", format!("WM-{:04}", rng.random_range(12..2400))),
        ("Test date", tested.format("%d / %m / %Y").to_string()),
        ("Retest due", (tested + Months::new(12)).format("%d / %m / %Y").to_string()),
        ("Tested by", ["R. Tamsin", "K. Oddwell", "M. Brackley"][rng.random_range(0..3)].to_owned()),
    ];
    for (index, (name, value)) in rows.into_iter().enumerate() {
        let y = card.y + 95.0 + 25.0 * index as f32;
        page.text(card.x + 16.0, y, Type::plain(13.0), name);
        page.stroke(
            &Path::through(&[(card.x + 112.0, y + 4.0), (card.x + card.w - 16.0, y + 4.0)]),
            Ink(140, 142, 146),
            0.7,
        );
        page.text(card.x + 118.0, y, hand, &value);
    }
    page.stroke(&Path::round(card, 10.0), Ink(18, 140, 70), 2.6);
}
