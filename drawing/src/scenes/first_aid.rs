//! A first-aid box on a wall, the card of its checks and an eye-wash station beside it.

use chrono::Months;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{Setting, room};
use crate::canvas::{Area, Canvas, Ink, Path, Type};

pub fn draw(setting: &Setting<'_>, rng: &mut ChaCha8Rng) -> Canvas {
    let mut page = room::wall(rng);
    let left = rng.random_range(60.0..110.0);
    sign_above(&mut page, left);
    cabinet(&mut page, Area::new(left, 178.0, 316.0, 258.0));
    checks(&mut page, Area::new(left + 360.0, 92.0, 132.0, 196.0), setting, rng);
    eye_wash(&mut page, Area::new(left + 372.0, 322.0, 214.0, 168.0));
    shelf(&mut page, 508.0);
    page
}

fn sign_above(page: &mut Canvas, left: f32) {
    let inside = room::sign(page, Area::new(left + 60.0, 52.0, 196.0, 84.0), Ink::SAFE);
    room::cross(page, (inside.x + 30.0, inside.y + 32.0), 22.0, Ink::WHITE);
    page.text(inside.x + 66.0, inside.y + 30.0, Type::bold(20.0).ink(Ink::WHITE), "First aid");
    page.text(inside.x + 66.0, inside.y + 52.0, Type::plain(13.0).ink(Ink::WHITE), "and eye wash");
}

fn cabinet(page: &mut Canvas, body: Area) {
    let green = Ink(0, 122, 72);
    page.shadow(body, 13.0);
    page.shade_across(&Path::round(body, 16.0), body, &[green.shade(1.18), green, green.shade(0.86)]);
    let lid = body.inset(11.0);
    page.stroke(&Path::round(lid, 10.0), green.shade(0.66), 2.4);
    page.stroke(&Path::round(lid.inset(2.6), 9.0), green.shade(1.3), 1.2);
    let (cx, cy) = lid.centre();
    page.fill(&Path::round(Area::new(cx - 58.0, cy - 74.0, 116.0, 116.0), 8.0), Ink::WHITE);
    room::cross(page, (cx, cy - 16.0), 44.0, green);
    page.text_centred(cx, cy + 82.0, Type::bold(32.0).ink(Ink::WHITE), "FIRST AID");
    page.text_centred(cx, cy + 104.0, Type::plain(10.0).ink(Ink::WHITE), "Workplace kit, medium, BS 8599-1");
    for hinge in [body.y + 50.0, body.y + body.h - 80.0] {
        let area = Area::new(body.x - 6.0, hinge, 14.0, 32.0);
        page.shade_across(&Path::round(area, 3.0), area, &[Ink(230, 230, 228), Ink(150, 152, 154)]);
    }
    let latch = Area::new(body.x + body.w - 16.0, cy - 22.0, 24.0, 44.0);
    page.shade_across(&Path::round(latch, 5.0), latch, &[Ink(240, 240, 238), Ink(170, 172, 174)]);
    page.veiled(14, |page| {
        page.fill(
            &Path::polygon(&[
                (body.x + 50.0, body.y + 4.0),
                (body.x + 110.0, body.y + 4.0),
                (body.x + 60.0, body.y + body.h - 4.0),
                (body.x + 22.0, body.y + body.h - 4.0),
            ]),
            Ink::WHITE,
        );
    });
}

fn checks(page: &mut Canvas, card: Area, setting: &Setting<'_>, rng: &mut ChaCha8Rng) {
    page.shadow(card, 3.0);
    page.fill(&Path::rect(card), Ink(250, 249, 242));
    page.fill(&Path::rect(Area::new(card.x + card.w / 2.0 - 24.0, card.y - 8.0, 48.0, 18.0)), Ink(232, 224, 176));
    page.text_centred(card.x + card.w / 2.0, card.y + 28.0, Type::bold(11.0), "CONTENTS CHECKED");
    page.text_fitted(card.x + card.w / 2.0, card.y + 40.0, card.w - 12.0, Type::plain(7.0), setting.premises);
    let initials = ["R.T.", "M.O.", "K.B.", "J.A."];
    let rows: Vec<_> = (0..7)
        .map(|back| {
            let date = setting.today - Months::new(6 - back) - chrono::Days::new(rng.random_range(0..9));
            (date.format("%d %b %y").to_string(), initials[rng.random_range(0..initials.len())].to_owned())
        })
        .collect();
    room::ruled(page, Area::new(card.x + 10.0, card.y + 46.0, card.w - 20.0, 0.0), 19.0, Type::plain(10.5), &rows);
}

fn eye_wash(page: &mut Canvas, board: Area) {
    let inside = room::sign(page, board, Ink::SAFE);
    page.text_centred(
        inside.x + inside.w / 2.0,
        inside.y + 18.0,
        Type::bold(15.0).ink(Ink::WHITE),
        "EMERGENCY EYE WASH",
    );
    for bottle in [inside.x + 34.0, inside.x + 104.0] {
        let body = Area::new(bottle, inside.y + 56.0, 50.0, 86.0);
        page.shadow(body, 4.0);
        let white = [Ink(196, 204, 208), Ink(250, 252, 252), Ink(232, 238, 240), Ink(176, 184, 190)];
        page.shade_across(&Path::round(body, 9.0), body, &white);
        let neck = Area::new(bottle + 14.0, inside.y + 34.0, 22.0, 24.0);
        page.shade_across(&Path::round(neck, 3.0), neck, &[Ink(0, 96, 58), Ink(40, 168, 110), Ink(0, 88, 52)]);
        page.fill(&Path::rect(Area::new(bottle, inside.y + 80.0, 50.0, 40.0)), Ink(214, 236, 224));
        page.text_centred(bottle + 25.0, inside.y + 96.0, Type::bold(10.0).ink(Ink::SAFE), "STERILE");
        page.text_centred(bottle + 25.0, inside.y + 110.0, Type::plain(9.0), "500 ml");
    }
}

fn shelf(page: &mut Canvas, y: f32) {
    let board = Area::new(0.0, y, room::WIDTH, 26.0);
    let wood = Ink(176, 136, 92);
    page.shade_down(&Path::rect(board), board, &[wood.shade(1.16), wood, wood.shade(0.72)]);
    for (x, w, h, ink) in [(70.0, 90.0, 54.0, Ink(60, 110, 160)), (176.0, 70.0, 40.0, Ink(200, 190, 170))] {
        let item = Area::new(x, y - h, w, h);
        page.shade_across(&Path::round(item, 4.0), item, &[ink.shade(1.1), ink, ink.shade(0.7)]);
    }
    page.text(80.0, y - 24.0, Type::bold(12.0).ink(Ink::WHITE), "GLOVES M");
    page.veiled(22, |page| page.fill(&Path::rect(Area::new(0.0, y + 26.0, room::WIDTH, 14.0)), Ink::BLACK));
}
