//! A framed certificate: a course passed, a registration or an award.

use chrono::Months;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{Setting, room};
use crate::canvas::{Area, Canvas, Ink, Path, Type};

/// What is certified: heading, a line of text, who certifies.
const AWARDS: [(&str, &str, &str); 4] = [
    ("Emergency First Aid at Work", "has completed the course and passed its assessment", "Fenshire Training Example"),
    ("Health and Safety, Level 2", "has completed the course and passed its assessment", "Fenshire Training Example"),
    ("Fire Marshal", "may lead the evacuation of a building", "Ledmarsh Fire Training Example"),
    ("Safe Workshop Award", "keeps machines, guards and records in good order", "Fenshire Crafts Guild Example"),
];

/// Who holds it, by role: names of people are not photographed.
const HOLDERS: [&str; 4] = ["The lead tutor", "The workshop manager", "The site supervisor", "The deputy manager"];

pub fn draw(setting: &Setting<'_>, rng: &mut ChaCha8Rng) -> Canvas {
    let mut page = room::wall(rng);
    let wood = [Ink(104, 66, 36), Ink(38, 36, 36), Ink(164, 128, 58)][rng.random_range(0..3)];
    let outer = Area::new(126.0, 66.0, 548.0, 436.0);
    let mount = room::frame(&mut page, outer, wood, 22.0);
    page.fill(&Path::rect(mount), Ink(244, 242, 236));
    let sheet = mount.inset(22.0);
    page.shade_down(&Path::rect(sheet), sheet, &[Ink(254, 252, 244), Ink(248, 243, 228)]);
    border(&mut page, sheet.inset(10.0));
    wording(&mut page, sheet, setting, rng);
    room::glare(&mut page, mount, rng.random_range(0.15..0.7));
    page
}

fn border(page: &mut Canvas, area: Area) {
    let ink = Ink(24, 78, 110);
    page.stroke(&Path::rect(area), ink, 3.0);
    page.stroke(&Path::rect(area.inset(6.0)), ink, 0.8);
    let count = (area.w / 14.0) as usize;
    for index in 0..count {
        let x = area.x + 10.0 + index as f32 * (area.w - 20.0) / (count - 1) as f32;
        for y in [area.y + 10.5, area.y + area.h - 10.5] {
            page.stroke(&Path::circle(x, y, 3.0), ink.shade(1.5), 0.7);
        }
    }
}

fn wording(page: &mut Canvas, sheet: Area, setting: &Setting<'_>, rng: &mut ChaCha8Rng) {
    let (title, text, by) = AWARDS[rng.random_range(0..AWARDS.len())];
    let cx = sheet.x + sheet.w / 2.0;
    let blue = Ink(24, 78, 110);
    page.text_centred(cx, sheet.y + 66.0, Type { ink: blue, ..Type::script(44.0) }, "Certificate");
    page.text_centred(cx, sheet.y + 100.0, Type::plain(12.0), "This is to certify that");
    page.text_fitted(
        cx,
        sheet.y + 134.0,
        sheet.w - 70.0,
        Type::bold(24.0),
        HOLDERS[rng.random_range(0..HOLDERS.len())],
    );
    page.stroke(
        &Path::through(&[(sheet.x + 60.0, sheet.y + 142.0), (sheet.x + sheet.w - 60.0, sheet.y + 142.0)]),
        blue,
        0.8,
    );
    page.text_fitted(cx, sheet.y + 166.0, sheet.w - 80.0, Type::plain(12.0), text);
    page.text_fitted(cx, sheet.y + 202.0, sheet.w - 70.0, Type::bold(22.0).ink(blue), title);
    let issued = setting.today - Months::new(rng.random_range(3..26));
    let dates = format!(
        "Issued {}     Valid until {}",
        issued.format("%-d %B %Y"),
        (issued + Months::new(36)).format("%-d %B %Y")
    );
    page.text_centred(cx, sheet.y + 228.0, Type::plain(11.5), &dates);
    seal(page, (sheet.x + 92.0, sheet.y + 286.0));
    let (left, y) = (sheet.x + sheet.w - 200.0, sheet.y + 290.0);
    page.text(
        left + 14.0,
        y - 6.0,
        Type::script(22.0),
        ["T. Wexcombe", "A. Ferrisby", "D. Holt-Pym"][rng.random_range(0..3)],
    );
    page.stroke(&Path::through(&[(left, y), (left + 150.0, y)]), Ink::BLACK, 0.8);
    page.text(left, y + 14.0, Type::plain(9.0), by);
}

fn seal(page: &mut Canvas, (x, y): (f32, f32)) {
    let gold = Ink(206, 160, 44);
    page.fill(
        &Path::polygon(&[(x - 18.0, y + 12.0), (x - 4.0, y + 12.0), (x - 12.0, y + 48.0), (x - 24.0, y + 44.0)]),
        Ink(150, 24, 30),
    );
    page.fill(
        &Path::polygon(&[(x + 4.0, y + 12.0), (x + 18.0, y + 12.0), (x + 24.0, y + 44.0), (x + 12.0, y + 48.0)]),
        Ink(176, 30, 36),
    );
    let rays: Vec<_> = (0..48)
        .map(|step| {
            let (sin, cos) = (step as f32 * 7.5).to_radians().sin_cos();
            let reach = if step % 2 == 0 { 31.0 } else { 27.0 };
            (x + reach * cos, y + reach * sin)
        })
        .collect();
    page.fill(&Path::polygon(&rays), gold);
    let disc = Area::new(x - 24.0, y - 24.0, 48.0, 48.0);
    page.shade_across(&Path::circle(x, y, 24.0), disc, &[gold.shade(1.2), gold.shade(0.9)]);
    page.stroke(&Path::circle(x, y, 20.0), gold.shade(0.6), 1.0);
    page.text_centred(x, y + 4.0, Type::bold(7.6).ink(gold.shade(0.45)), "AWARDED");
}
