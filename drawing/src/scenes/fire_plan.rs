//! The evacuation plan of a floor: rooms on both sides of a corridor, the ways out, the equipment and a legend.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::{Setting, room};
use crate::canvas::{Area, Canvas, Ink, Path, Type};

const WALL: Ink = Ink(38, 40, 46);
const ROOM_NAMES: [&str; 12] = [
    "Workshop",
    "Classroom",
    "Office",
    "Kitchen",
    "Store",
    "Quiet room",
    "Reception",
    "Studio",
    "Meeting room",
    "Staff room",
    "Tool store",
    "Art room",
];

/// One room of the plan and where its door opens on the corridor.
struct Room {
    area: Area,
    name: &'static str,
    door: f32,
    /// Rooms above the corridor have their door in their lower wall.
    above: bool,
}

struct Plan {
    outline: Area,
    corridor: Area,
    rooms: Vec<Room>,
}

pub fn draw(setting: &Setting<'_>, rng: &mut ChaCha8Rng) -> Canvas {
    let mut page = room::wall(rng);
    let frame = Ink([206, 96, 44][rng.random_range(0..3)], 98, 70);
    let metal = if rng.random_bool(0.6) { Ink(186, 190, 194) } else { frame };
    let sheet = room::frame(&mut page, Area::new(72.0, 42.0, 656.0, 500.0), metal, 15.0);
    page.fill(&Path::rect(sheet), Ink(249, 249, 245));
    heading(&mut page, sheet, setting, rng);
    let plan = lay_out(Area::new(sheet.x + 22.0, sheet.y + 92.0, 424.0, 258.0), rng);
    draw_plan(&mut page, &plan, rng);
    legend(&mut page, Area::new(sheet.x + 464.0, sheet.y + 84.0, 146.0, 270.0));
    orders(&mut page, Area::new(sheet.x + 18.0, sheet.y + 366.0, sheet.w - 36.0, 92.0), setting);
    room::glare(&mut page, sheet, rng.random_range(0.1..0.6));
    page
}

fn heading(page: &mut Canvas, sheet: Area, setting: &Setting<'_>, rng: &mut ChaCha8Rng) {
    let band = Area::new(sheet.x, sheet.y, sheet.w, 46.0);
    page.fill(&Path::rect(band), Ink::SAFE);
    page.text(band.x + 18.0, band.y + 32.0, Type::bold(27.0).ink(Ink::WHITE), "FIRE EVACUATION PLAN");
    running_figure(page, (band.x + band.w - 36.0, band.y + 23.0), 15.0);
    let floor = ["Ground floor", "First floor", "Unit 2", "Main building"][rng.random_range(0..4)];
    page.text_fitted(sheet.x + sheet.w / 2.0, sheet.y + 66.0, sheet.w - 36.0, Type::bold(15.0), setting.premises);
    let place = format!("{floor}  -  plan not to scale");
    page.text_centred(sheet.x + sheet.w / 2.0, sheet.y + 81.0, Type::plain(10.0), &place);
}

/// The figure of exit signs: a head, a body leaning forward, arms and legs, before a door.
fn running_figure(page: &mut Canvas, (x, y): (f32, f32), size: f32) {
    let at = |dx: f32, dy: f32| (x + dx * size, y + dy * size);
    let limb = |page: &mut Canvas, points: &[(f32, f32)]| {
        page.stroke(&Path::through(points), Ink::WHITE, size * 0.24);
    };
    let (hx, hy) = at(0.15, -0.85);
    page.fill(&Path::circle(hx, hy, size * 0.2), Ink::WHITE);
    limb(page, &[at(0.05, -0.5), at(-0.15, 0.1)]);
    limb(page, &[at(-0.15, 0.1), at(0.3, 0.35), at(0.2, 0.85)]);
    limb(page, &[at(-0.15, 0.1), at(-0.35, 0.5), at(-0.8, 0.6)]);
    limb(page, &[at(0.05, -0.45), at(0.4, -0.15), at(0.65, -0.3)]);
    limb(page, &[at(0.0, -0.45), at(-0.4, -0.4), at(-0.5, -0.05)]);
}

/// Divides the floor: a corridor in the middle, rooms of uneven widths above and below it.
fn lay_out(outline: Area, rng: &mut ChaCha8Rng) -> Plan {
    let corridor_y = outline.y + outline.h * rng.random_range(0.42..0.50);
    let corridor = Area::new(outline.x, corridor_y, outline.w, 36.0);
    let mut names = ROOM_NAMES;
    names.shuffle(rng);
    let mut names = names.into_iter();
    let mut rooms = Vec::new();
    let foot = corridor.y + corridor.h;
    for (y, h, above) in [(outline.y, corridor.y - outline.y, true), (foot, outline.y + outline.h - foot, false)] {
        let shares: Vec<f32> = (0..rng.random_range(3..=4)).map(|_| rng.random_range(0.7..1.5)).collect();
        let total: f32 = shares.iter().sum();
        let mut x = outline.x;
        for (share, name) in shares.iter().zip(names.by_ref()) {
            let area = Area::new(x, y, outline.w * share / total, h);
            let door = rng.random_range(0.2..0.6) * (area.w - 30.0) + 4.0;
            rooms.push(Room { area, name, door, above });
            x += area.w;
        }
    }
    Plan { outline, corridor, rooms }
}

fn draw_plan(page: &mut Canvas, plan: &Plan, rng: &mut ChaCha8Rng) {
    page.fill(&Path::rect(plan.corridor), Ink(226, 241, 231));
    for room in &plan.rooms {
        let tint = [Ink(252, 250, 240), Ink(240, 244, 250), Ink(250, 250, 250)][rng.random_range(0..3)];
        page.fill(&Path::rect(room.area), tint);
        furniture(page, room);
        page.stroke(&Path::rect(room.area), WALL, 2.4);
    }
    page.stroke(&Path::rect(plan.outline), WALL, 5.0);
    let middle = plan.corridor.y + plan.corridor.h / 2.0;
    for room in &plan.rooms {
        door(page, room);
        way_out(page, room, plan.outline.x + plan.outline.w / 2.0, middle);
    }
    exits(page, plan);
    equipment(page, plan, rng);
    let here = &plan.rooms[rng.random_range(0..plan.rooms.len())];
    you_are_here(page, (here.area.x + here.door + 10.0, middle));
}

/// The door leaf and its swing, in a gap of the wall.
fn door(page: &mut Canvas, room: &Room) {
    let hinge = room.area.x + room.door;
    let wall = if room.above { room.area.y + room.area.h } else { room.area.y };
    let swing = if room.above { -20.0 } else { 20.0 };
    page.stroke(&Path::through(&[(hinge, wall), (hinge + 20.0, wall)]), Ink(250, 250, 246), 4.0);
    page.stroke(&Path::through(&[(hinge, wall), (hinge, wall + swing)]), WALL, 1.4);
    let arc = Path::default().to(hinge, wall + swing).curve(
        (hinge + 11.0, wall + swing),
        (hinge + 20.0, wall + swing * 0.55),
        (hinge + 20.0, wall),
    );
    page.stroke(&arc, Ink(120, 124, 130), 0.7);
}

fn furniture(page: &mut Canvas, room: &Room) {
    let Area { x, y, w, h } = room.area;
    let line = Ink(168, 172, 178);
    let back = if room.above { y + 8.0 } else { y + h - 22.0 };
    match room.name {
        "Workshop" | "Tool store" => {
            page.stroke(&Path::rect(Area::new(x + 8.0, back, w - 16.0, 14.0)), line, 1.0);
            page.stroke(&Path::circle(x + w * 0.7, y + h * 0.5, 8.0), line, 1.0);
            page.stroke(&Path::rect(Area::new(x + w * 0.25, y + h * 0.42, 26.0, 14.0)), line, 1.0);
        }
        "Classroom" | "Studio" | "Art room" => {
            for seat in 0..6 {
                let (column, line_no) = ((seat % 3) as f32, (seat / 3) as f32);
                let desk = Area::new(x + w * (0.16 + 0.26 * column), y + h * (0.22 + 0.42 * line_no), 18.0, 9.0);
                page.stroke(&Path::rect(desk), line, 0.9);
                page.stroke(&Path::circle(desk.x + 9.0, desk.y + 14.0, 3.0), line, 0.8);
            }
        }
        "Kitchen" => {
            page.stroke(&Path::rect(Area::new(x + 6.0, back, w - 12.0, 14.0)), line, 1.0);
            for ring in 0..4 {
                page.stroke(&Path::circle(x + 16.0 + 9.0 * ring as f32, back + 7.0, 3.0), line, 0.8);
            }
        }
        _ => {
            page.stroke(&Path::round(Area::new(x + w * 0.3, y + h * 0.5, w * 0.4, 16.0), 4.0), line, 1.0);
            page.stroke(&Path::circle(x + w * 0.5, y + h * 0.5 + 24.0, 5.0), line, 0.9);
        }
    }
    let label = if room.above { y + h * 0.40 } else { y + h * 0.46 };
    page.text_fitted(x + w / 2.0, label, w - 10.0, Type::bold(9.5), room.name);
}

/// A dashed green way from a door into the corridor and on towards the nearer end.
fn way_out(page: &mut Canvas, room: &Room, centre: f32, middle: f32) {
    let x = room.area.x + room.door + 10.0;
    let inside = if room.above { room.area.y + room.area.h - 34.0 } else { room.area.y + 34.0 };
    page.dashed(&Path::through(&[(x, inside), (x, middle)]), Ink::SAFE, 2.0, 4.0);
    let run = if x < centre { -34.0 } else { 34.0 };
    page.stroke(&Path::through(&[(x, middle), (x + run, middle)]), Ink::SAFE, 3.2);
    let tip = x + run * 1.32;
    page.fill(&Path::polygon(&[(tip, middle), (x + run, middle - 7.0), (x + run, middle + 7.0)]), Ink::SAFE);
}

/// Both ends of the corridor are ways out, each with its green sign outside the wall.
fn exits(page: &mut Canvas, plan: &Plan) {
    let Area { x, y, w, h } = plan.corridor;
    for (wall, sign) in [(x, x - 16.0), (x + w, x + w - 20.0)] {
        page.stroke(&Path::through(&[(wall, y + 5.0), (wall, y + h - 5.0)]), Ink(250, 250, 246), 7.0);
        let plate = Area::new(sign, y - 15.0, 36.0, 13.0);
        page.fill(&Path::round(plate, 2.0), Ink::SAFE);
        page.text_centred(plate.x + 18.0, plate.y + 10.2, Type::bold(9.5).ink(Ink::WHITE), "EXIT");
    }
}

fn equipment(page: &mut Canvas, plan: &Plan, rng: &mut ChaCha8Rng) {
    for (index, room) in plan.rooms.iter().enumerate() {
        let beside = room.area.x + (room.door + 34.0).min(room.area.w - 9.0);
        let (inside, outside) = if room.above {
            (room.area.y + room.area.h - 10.0, plan.corridor.y + 8.0)
        } else {
            (room.area.y + 10.0, plan.corridor.y + plan.corridor.h - 8.0)
        };
        match index % 3 {
            0 => extinguisher_mark(page, (beside, inside)),
            1 => call_point_mark(page, (beside, outside)),
            _ => {}
        }
    }
    let store = &plan.rooms[rng.random_range(0..plan.rooms.len())];
    first_aid_mark(page, (store.area.x + store.area.w - 12.0, store.area.y + store.area.h / 2.0));
}

fn extinguisher_mark(page: &mut Canvas, (x, y): (f32, f32)) {
    page.fill(&Path::round(Area::new(x - 6.5, y - 6.5, 13.0, 13.0), 1.5), Ink::FIRE);
    page.fill(&Path::round(Area::new(x - 2.5, y - 2.5, 5.0, 7.5), 1.5), Ink::WHITE);
    page.stroke(&Path::through(&[(x, y - 3.0), (x, y - 4.6), (x + 4.0, y - 3.0)]), Ink::WHITE, 1.0);
}

fn call_point_mark(page: &mut Canvas, (x, y): (f32, f32)) {
    page.fill(&Path::rect(Area::new(x - 5.5, y - 5.5, 11.0, 11.0)), Ink::FIRE);
    page.fill(&Path::circle(x, y, 3.2), Ink::WHITE);
    page.fill(&Path::circle(x, y, 1.6), Ink::FIRE);
}

fn first_aid_mark(page: &mut Canvas, (x, y): (f32, f32)) {
    page.fill(&Path::round(Area::new(x - 6.5, y - 6.5, 13.0, 13.0), 1.5), Ink::SAFE);
    room::cross(page, (x, y), 4.6, Ink::WHITE);
}

fn you_are_here(page: &mut Canvas, (x, y): (f32, f32)) {
    page.fill(&Path::circle(x, y, 7.5), Ink::WHITE);
    page.fill(&Path::circle(x, y, 6.0), Ink(20, 84, 190));
    page.fill(&Path::circle(x, y, 2.2), Ink::WHITE);
    let flag = Area::new(x - 36.0, y + 11.0, 72.0, 13.0);
    page.fill(&Path::round(flag, 3.0), Ink(20, 84, 190));
    page.text_centred(x, flag.y + 9.6, Type::bold(8.4).ink(Ink::WHITE), "YOU ARE HERE");
}

fn legend(page: &mut Canvas, area: Area) {
    page.stroke(&Path::rect(area), WALL, 1.2);
    page.text(area.x + 10.0, area.y + 20.0, Type::bold(13.0), "KEY");
    let rows: [(&str, fn(&mut Canvas, (f32, f32))); 6] = [
        ("You are here", |page, (x, y)| {
            page.fill(&Path::circle(x, y, 6.5), Ink(20, 84, 190));
            page.fill(&Path::circle(x, y, 2.2), Ink::WHITE);
        }),
        ("Way out", |page, (x, y)| {
            page.stroke(&Path::through(&[(x - 9.0, y), (x + 3.0, y)]), Ink::SAFE, 3.2);
            page.fill(&Path::polygon(&[(x + 11.0, y), (x + 2.0, y - 6.0), (x + 2.0, y + 6.0)]), Ink::SAFE);
        }),
        ("Fire extinguisher", extinguisher_mark),
        ("Fire alarm call point", call_point_mark),
        ("First-aid box", first_aid_mark),
        ("Assembly point", assembly_mark),
    ];
    for (index, (label, mark)) in rows.into_iter().enumerate() {
        let y = area.y + 44.0 + 39.0 * index as f32;
        mark(page, (area.x + 20.0, y));
        page.text(area.x + 38.0, y + 4.0, Type::plain(10.5), label);
    }
}

/// Four arrows pointing at each other's middle.
fn assembly_mark(page: &mut Canvas, (x, y): (f32, f32)) {
    page.fill(&Path::round(Area::new(x - 10.0, y - 10.0, 20.0, 20.0), 2.0), Ink::SAFE);
    page.fill(&Path::circle(x, y, 2.4), Ink::WHITE);
    for (dx, dy) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
        let (tx, ty) = (x + 3.0 * dx, y + 3.0 * dy);
        page.stroke(&Path::through(&[(tx, ty), (x + 8.0 * dx, y + 8.0 * dy)]), Ink::WHITE, 1.6);
        page.stroke(&Path::through(&[(tx + 3.0 * dx, ty), (tx, ty), (tx, ty + 3.0 * dy)]), Ink::WHITE, 1.4);
    }
}

fn orders(page: &mut Canvas, area: Area, setting: &Setting<'_>) {
    page.fill(&Path::rect(area), Ink(236, 246, 240));
    page.stroke(&Path::rect(area), Ink::SAFE, 1.4);
    let columns = [
        ("If you find a fire", "Break the nearest call point. Leave at once by the nearest way out."),
        ("If you hear the alarm", "Walk out, close doors behind you, do not stop for belongings."),
        ("Assembly point", "Front car park, by the gate. Stay there until your name has been called."),
    ];
    for (index, (title, text)) in columns.into_iter().enumerate() {
        let x = area.x + 12.0 + index as f32 * area.w / 3.0;
        page.text(x, area.y + 20.0, Type::bold(11.5).ink(Ink::SAFE), title);
        page.paragraph(x, area.y + 36.0, area.w / 3.0 - 22.0, Type::plain(9.6), text);
    }
    let drawn = setting.today - chrono::Months::new(7);
    let note = format!("Plan drawn {}   Review every 12 months", drawn.format("%B %Y"));
    page.text(area.x + 12.0, area.y + 84.0, Type::plain(8.0), &note);
}
