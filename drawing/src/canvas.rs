//! A page to draw on: paths, gradients and text, written as the operators of a PDF content stream.
//!
//! One surface serves both kinds of drawing. Documents are these pages put into a file; photographs are these pages
//! rendered to pixels and then looked at through [`super::camera`]. Coordinates are points, x to the right and y
//! downwards from the top left corner.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::letters::{Face, literal, text_width, wrap};

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink(pub u8, pub u8, pub u8);

impl Ink {
    pub const BLACK: Self = Self(24, 24, 26);
    pub const WHITE: Self = Self(250, 250, 248);
    /// The green of safe-condition signs.
    pub const SAFE: Self = Self(0, 130, 78);
    /// The red of fire equipment signs.
    pub const FIRE: Self = Self(196, 24, 32);

    fn operands(self) -> String {
        let unit = |channel: u8| f32::from(channel) / 255.0;
        format!("{:.3} {:.3} {:.3}", unit(self.0), unit(self.1), unit(self.2))
    }

    pub(super) fn array(self) -> String {
        format!("[{}]", self.operands())
    }

    /// The same colour, darker (below 1) or lighter (above 1).
    pub fn shade(self, factor: f32) -> Self {
        let scale = |channel: u8| (f32::from(channel) * factor).clamp(0.0, 255.0) as u8;
        Self(scale(self.0), scale(self.1), scale(self.2))
    }
}

/// How text looks: its face, its size in points and its colour.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    pub face: Face,
    pub size: f32,
    pub ink: Ink,
}

impl Type {
    pub const fn plain(size: f32) -> Self {
        Self { face: Face::Plain, size, ink: Ink::BLACK }
    }

    pub const fn bold(size: f32) -> Self {
        Self { face: Face::Bold, size, ink: Ink::BLACK }
    }

    pub const fn script(size: f32) -> Self {
        Self { face: Face::Script, size, ink: Ink(30, 40, 110) }
    }

    pub const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    pub fn width(&self, text: &str) -> f32 {
        text_width(text, self.face, self.size)
    }
}

/// A rectangle: left, top, width, height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub x: f32,
    pub y: f32,
    pub w: f32,
    pub h: f32,
}

impl Area {
    pub const fn new(x: f32, y: f32, w: f32, h: f32) -> Self {
        Self { x, y, w, h }
    }

    pub fn inset(self, by: f32) -> Self {
        Self::new(self.x + by, self.y + by, self.w - 2.0 * by, self.h - 2.0 * by)
    }

    pub fn centre(self) -> (f32, f32) {
        (self.x + self.w / 2.0, self.y + self.h / 2.0)
    }
}

/// An outline, as path operators.
#[derive(Clone, Debug, Default)]
pub struct Path(String);

/// Control points at this share of the radius make four curves a circle.
const ROUND: f32 = 0.5523;

impl Path {
    pub fn rect(area: Area) -> Self {
        Self(format!("{:.2} {:.2} {:.2} {:.2} re ", area.x, area.y, area.w, area.h))
    }

    pub fn round(area: Area, radius: f32) -> Self {
        let Area { x, y, w, h } = area;
        let (r, k) = (radius, radius * (1.0 - ROUND));
        Self::default()
            .to(x + r, y)
            .line(x + w - r, y)
            .curve((x + w - k, y), (x + w, y + k), (x + w, y + r))
            .line(x + w, y + h - r)
            .curve((x + w, y + h - k), (x + w - k, y + h), (x + w - r, y + h))
            .line(x + r, y + h)
            .curve((x + k, y + h), (x, y + h - k), (x, y + h - r))
            .line(x, y + r)
            .curve((x, y + k), (x + k, y), (x + r, y))
            .close()
    }

    pub fn oval(area: Area) -> Self {
        let (cx, cy) = area.centre();
        let (rx, ry) = (area.w / 2.0, area.h / 2.0);
        let (kx, ky) = (rx * ROUND, ry * ROUND);
        Self::default()
            .to(cx + rx, cy)
            .curve((cx + rx, cy + ky), (cx + kx, cy + ry), (cx, cy + ry))
            .curve((cx - kx, cy + ry), (cx - rx, cy + ky), (cx - rx, cy))
            .curve((cx - rx, cy - ky), (cx - kx, cy - ry), (cx, cy - ry))
            .curve((cx + kx, cy - ry), (cx + rx, cy - ky), (cx + rx, cy))
            .close()
    }

    pub fn circle(cx: f32, cy: f32, radius: f32) -> Self {
        Self::oval(Area::new(cx - radius, cy - radius, 2.0 * radius, 2.0 * radius))
    }

    /// Straight lines through the points, left open.
    pub fn through(points: &[(f32, f32)]) -> Self {
        let mut points = points.iter();
        let mut path = Self::default();
        if let Some((x, y)) = points.next() {
            path = path.to(*x, *y);
        }
        points.fold(path, |path, (x, y)| path.line(*x, *y))
    }

    pub fn polygon(points: &[(f32, f32)]) -> Self {
        Self::through(points).close()
    }

    #[must_use]
    pub fn to(self, x: f32, y: f32) -> Self {
        Self(format!("{}{x:.2} {y:.2} m ", self.0))
    }

    #[must_use]
    pub fn line(self, x: f32, y: f32) -> Self {
        Self(format!("{}{x:.2} {y:.2} l ", self.0))
    }

    #[must_use]
    pub fn curve(self, first: (f32, f32), second: (f32, f32), end: (f32, f32)) -> Self {
        let ((ax, ay), (bx, by), (x, y)) = (first, second, end);
        Self(format!("{}{ax:.2} {ay:.2} {bx:.2} {by:.2} {x:.2} {y:.2} c ", self.0))
    }

    #[must_use]
    pub fn close(self) -> Self {
        Self(self.0 + "h ")
    }
}

/// A linear gradient between two points, through evenly spaced colours.
#[derive(Clone, Debug)]
pub struct Gradient {
    pub from: (f32, f32),
    pub to: (f32, f32),
    pub inks: Vec<Ink>,
}

/// One page under the pencil.
#[derive(Debug)]
pub struct Canvas {
    pub width: f32,
    pub height: f32,
    pub(super) operators: String,
    pub(super) gradients: Vec<Gradient>,
    pub(super) opacities: BTreeSet<u8>,
}

impl Canvas {
    pub fn new(width: f32, height: f32) -> Self {
        Self { width, height, operators: String::new(), gradients: Vec::new(), opacities: BTreeSet::new() }
    }

    pub fn area(&self) -> Area {
        Area::new(0.0, 0.0, self.width, self.height)
    }

    fn put(&mut self, operators: std::fmt::Arguments<'_>) {
        self.operators.write_fmt(operators).expect("writing to a String cannot fail");
    }

    pub fn fill(&mut self, path: &Path, ink: Ink) {
        self.put(format_args!("{} rg {}f\n", ink.operands(), path.0));
    }

    pub fn stroke(&mut self, path: &Path, ink: Ink, width: f32) {
        self.put(format_args!("{} RG {width:.2} w 1 J 1 j {}S\n", ink.operands(), path.0));
    }

    /// A dashed outline; `dash` is the length of marks and gaps in points.
    pub fn dashed(&mut self, path: &Path, ink: Ink, width: f32, dash: f32) {
        self.put(format_args!("[{dash:.1}] 0 d\n"));
        self.stroke(path, ink, width);
        self.put(format_args!("[] 0 d\n"));
    }

    /// Fills the path with a gradient.
    pub fn shade(&mut self, path: &Path, gradient: Gradient) {
        let name = self.gradients.len();
        self.gradients.push(gradient);
        self.put(format_args!("q {}W n /S{name} sh Q\n", path.0));
    }

    /// A gradient from left to right across `area`, as on a cylinder.
    pub fn shade_across(&mut self, path: &Path, area: Area, inks: &[Ink]) {
        let gradient = Gradient { from: (area.x, area.y), to: (area.x + area.w, area.y), inks: inks.to_vec() };
        self.shade(path, gradient);
    }

    /// A gradient from top to bottom of `area`.
    pub fn shade_down(&mut self, path: &Path, area: Area, inks: &[Ink]) {
        let gradient = Gradient { from: (area.x, area.y), to: (area.x, area.y + area.h), inks: inks.to_vec() };
        self.shade(path, gradient);
    }

    /// A soft shadow under `area`, from a lamp above and to the left.
    pub fn shadow(&mut self, area: Area, depth: f32) {
        self.veiled(6, |page| {
            for step in 0..8 {
                let grow = depth * (step as f32 - 3.0) / 4.0;
                let shadow = Area::new(area.x + depth * 0.5, area.y + depth * 0.8, area.w, area.h).inset(-grow);
                page.fill(&Path::round(shadow, depth), Ink::BLACK);
            }
        });
    }

    /// Draws what the closure draws at `percent` opacity.
    pub fn veiled(&mut self, percent: u8, draw: impl FnOnce(&mut Self)) {
        self.opacities.insert(percent);
        self.put(format_args!("q /A{percent} gs\n"));
        draw(self);
        self.put(format_args!("Q\n"));
    }

    /// Draws what the closure draws turned by `degrees` clockwise about `(x, y)`, which becomes the origin.
    pub fn turned(&mut self, x: f32, y: f32, degrees: f32, draw: impl FnOnce(&mut Self)) {
        let (sin, cos) = degrees.to_radians().sin_cos();
        self.put(format_args!("q {cos:.4} {sin:.4} {:.4} {cos:.4} {x:.2} {y:.2} cm\n", -sin));
        draw(self);
        self.put(format_args!("Q\n"));
    }

    /// One line of text with its baseline starting at `(x, y)`.
    pub fn text(&mut self, x: f32, y: f32, style: Type, text: &str) {
        let Type { face, size, ink } = style;
        let (font, ink, text) = (face.resource(), ink.operands(), literal(text));
        self.put(format_args!("BT {ink} rg /{font} {size:.2} Tf 1 0 0 -1 {x:.2} {y:.2} Tm {text} Tj ET\n"));
    }

    pub fn text_centred(&mut self, x: f32, y: f32, style: Type, text: &str) {
        self.text(x - style.width(text) / 2.0, y, style, text);
    }

    pub fn text_right(&mut self, x: f32, y: f32, style: Type, text: &str) {
        self.text(x - style.width(text), y, style, text);
    }

    /// One centred line, set smaller where it would be wider than `width`.
    pub fn text_fitted(&mut self, x: f32, y: f32, width: f32, style: Type, text: &str) {
        let fit = (width / style.width(text).max(1.0)).min(1.0);
        self.text_centred(x, y, Type { size: style.size * fit, ..style }, text);
    }

    /// Wrapped text from the baseline `y`; gives the baseline of the line that would follow.
    pub fn paragraph(&mut self, x: f32, y: f32, width: f32, style: Type, text: &str) -> f32 {
        let mut baseline = y;
        for line in wrap(text, style.face, style.size, width) {
            self.text(x, baseline, style, &line);
            baseline += style.size * 1.4;
        }
        baseline
    }
}
