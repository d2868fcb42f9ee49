//! A letter-headed document that flows over A4 pages: titles, pairs, paragraphs, table rows, a signature.

use chrono::NaiveDate;

use crate::canvas::{Area, Canvas, Ink, Path, Type};
use crate::letters::wrap;
use crate::long_date;

const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 60.0;
const COLUMNS: [f32; 4] = [0.0, 150.0, 305.0, 385.0];

pub struct Sheet {
    letterhead: String,
    ink: Ink,
    pages: Vec<Canvas>,
    page: Canvas,
    y: f32,
}

impl Sheet {
    pub fn new(letterhead: &str, ink: Ink) -> Self {
        let page = Canvas::new(WIDTH, HEIGHT);
        let mut sheet = Self { letterhead: letterhead.to_owned(), ink, pages: Vec::new(), page, y: 0.0 };
        sheet.head();
        sheet
    }

    fn head(&mut self) {
        self.page.fill(&Path::rect(Area::new(0.0, 0.0, WIDTH, 62.0)), self.ink);
        let style = Type::bold(17.0).ink(Ink::WHITE);
        self.page.text_fitted(WIDTH / 2.0, 38.0, WIDTH - 2.0 * MARGIN, style, &self.letterhead);
        self.y = 108.0;
    }

    pub fn next_page(&mut self) {
        let full = std::mem::replace(&mut self.page, Canvas::new(WIDTH, HEIGHT));
        self.pages.push(full);
        self.head();
    }

    /// Turns the page unless `height` points are left on it.
    fn need(&mut self, height: f32) {
        if self.y + height > HEIGHT - 70.0 {
            self.next_page();
        }
    }

    pub fn title(&mut self, text: &str) {
        for line in wrap(text, Type::bold(22.0).face, 22.0, WIDTH - 2.0 * MARGIN) {
            self.page.text(MARGIN, self.y, Type::bold(22.0), &line);
            self.y += 28.0;
        }
        self.page.stroke(&Path::through(&[(MARGIN, self.y - 14.0), (WIDTH - MARGIN, self.y - 14.0)]), self.ink, 1.4);
        self.y += 12.0;
    }

    /// A name and its value in two columns.
    pub fn pair(&mut self, name: &str, value: &str) {
        self.need(24.0);
        self.page.text(MARGIN, self.y, Type::bold(11.0), name);
        let after = self.page.paragraph(MARGIN + 140.0, self.y, WIDTH - 2.0 * MARGIN - 140.0, Type::plain(11.0), value);
        self.y = after + 6.0;
    }

    pub fn gap(&mut self) {
        self.y += 16.0;
    }

    pub fn text(&mut self, text: &str) {
        self.need(44.0);
        self.y = self.page.paragraph(MARGIN, self.y, WIDTH - 2.0 * MARGIN, Type::plain(11.0), text) + 8.0;
    }

    /// A heading and numbered sections under it.
    pub fn sections(&mut self, heading: &str, sections: &[(&str, &str)]) {
        self.need(60.0);
        self.page.text(MARGIN, self.y, Type::bold(15.0).ink(self.ink), heading);
        self.y += 26.0;
        for (index, (title, text)) in sections.iter().enumerate() {
            self.need(80.0);
            self.page.text(MARGIN, self.y, Type::bold(11.5), &format!("{}  {title}", index + 1));
            self.y += 17.0;
            self.text(text);
            self.y += 4.0;
        }
    }

    /// One row of a four-column table.
    pub fn row(&mut self, cells: [&str; 4], heading: bool) {
        self.need(18.0);
        if heading {
            let band = Area::new(MARGIN - 6.0, self.y - 13.0, WIDTH - 2.0 * MARGIN + 12.0, 19.0);
            self.page.fill(&Path::rect(band), self.ink.shade(1.0));
        }
        let style = if heading { Type::bold(9.5).ink(Ink::WHITE) } else { Type::plain(9.5) };
        for (cell, column) in cells.into_iter().zip(COLUMNS) {
            self.page.text(MARGIN + column, self.y, style, cell);
        }
        let rule = [(MARGIN - 6.0, self.y + 6.0), (WIDTH - MARGIN + 6.0, self.y + 6.0)];
        self.page.stroke(&Path::through(&rule), Ink(196, 198, 202), 0.5);
        self.y += 19.0;
    }

    pub fn signature(&mut self, name: &str, role: &str, date: NaiveDate) {
        self.need(90.0);
        self.y += 46.0;
        self.page.text(MARGIN + 8.0, self.y, Type::script(26.0), name);
        self.page.stroke(&Path::through(&[(MARGIN, self.y + 8.0), (MARGIN + 210.0, self.y + 8.0)]), Ink::BLACK, 0.7);
        self.page.text(MARGIN, self.y + 22.0, Type::plain(9.0), &format!("{name}, {role}, {}", long_date(date)));
        self.y += 44.0;
    }

    /// All pages, each with its number at the foot.
    pub fn finish(mut self) -> Vec<Canvas> {
        self.pages.push(self.page);
        let count = self.pages.len();
        for (index, page) in self.pages.iter_mut().enumerate() {
            let foot = format!("Page {} of {count}     Invented, for demonstration only", index + 1);
            page.text_centred(WIDTH / 2.0, HEIGHT - 34.0, Type::plain(8.5), &foot);
        }
        self.pages
    }
}
