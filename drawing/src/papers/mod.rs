//! The documents that providers send: insurance, policies, training records, certificates, inspection reports.
//!
//! Each is a PDF of one to three pages that says what its record says: the provider, the dates, the amount. The wording
//! is ours and short.

mod sheet;
mod wording;

use chrono::NaiveDate;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::canvas::{Area, Canvas, Ink, Path, Type};
use super::{long_date, pdf};
use sheet::Sheet;

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paper {
    /// A schedule of insurance: what is covered, up to how much, until when. Two pages.
    Insurance,
    /// A policy with numbered sections. Three pages.
    Policy,
    /// Who attended which training and until when it counts. Two pages.
    TrainingRecord,
    /// One landscape page: a registration or a qualification.
    Certificate,
    /// An inspection with its findings by place: wiring, asbestos, risks. Two pages.
    Inspection,
}

/// What a document says.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub title: &'a str,
    pub provider: &'a str,
    pub address: &'a str,
    pub reference: &'a str,
    pub issued: NaiveDate,
    pub expires: Option<NaiveDate>,
    /// Pence; named where the document is an insurance.
    pub cover: Option<i64>,
}

impl Facts<'_> {
    fn period(&self) -> String {
        match self.expires {
            Some(expires) => format!("{} to {}", long_date(self.issued), long_date(expires)),
            None => format!("from {}", long_date(self.issued)),
        }
    }
}

/// A document as a PDF file, and how many pages it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub pdf: Vec<u8>,
    pub pages: usize,
}

/// Writes the document. The seed decides what the facts leave open.
pub fn paper(form: Paper, facts: &Facts<'_>, seed: u64) -> Document {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let pages = match form {
        Paper::Insurance => insurance(facts, &mut rng),
        Paper::Policy => policy(facts),
        Paper::TrainingRecord => training_record(facts, &mut rng),
        Paper::Certificate => vec![certificate(facts, &mut rng)],
        Paper::Inspection => inspection(facts, &mut rng),
    };
    Document { pdf: pdf::file(facts.title, &pages), pages: pages.len() }
}

/// Pence as pounds with thousands separators: 500000000 is "£5,000,000".
fn pounds(pence: i64) -> String {
    let digits = (pence / 100).to_string();
    let mut out = String::from("\u{a3}");
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn insurance(facts: &Facts<'_>, rng: &mut ChaCha8Rng) -> Vec<Canvas> {
    let insurer = wording::INSURERS[rng.random_range(0..wording::INSURERS.len())];
    let mut sheet = Sheet::new(insurer, Ink(22, 60, 110));
    sheet.title(facts.title);
    sheet.pair("The insured", facts.provider);
    sheet.pair("Address", facts.address);
    sheet.pair("Policy number", facts.reference);
    sheet.pair("Period of insurance", &facts.period());
    if let Some(cover) = facts.cover {
        sheet.pair("Limit of indemnity", &format!("{} for any one occurrence", pounds(cover)));
    }
    sheet.pair("Business", "Education and training of young people away from school");
    sheet.gap();
    sheet.text("This certifies that the policy named above is in force for the period shown. Both dates are included.");
    sheet.signature(
        wording::SIGNATURES[rng.random_range(0..wording::SIGNATURES.len())],
        "for the insurer",
        facts.issued,
    );
    sheet.next_page();
    sheet.sections("Schedule and conditions", &wording::INSURANCE_CONDITIONS);
    sheet.finish()
}

fn policy(facts: &Facts<'_>) -> Vec<Canvas> {
    let mut sheet = Sheet::new(facts.provider, Ink(0, 98, 84));
    sheet.title(facts.title);
    sheet.pair("Approved", &long_date(facts.issued));
    if let Some(expires) = facts.expires {
        sheet.pair("Next review", &long_date(expires));
    }
    sheet.pair("Version", facts.reference);
    sheet.pair("Address", facts.address);
    sheet.gap();
    sheet.sections("Part one: what we promise", &wording::POLICY_PROMISES);
    sheet.next_page();
    sheet.sections("Part two: what we do", &wording::POLICY_PRACTICE);
    sheet.next_page();
    sheet.sections("Part three: who is responsible", &wording::POLICY_PEOPLE);
    sheet.finish()
}

fn training_record(facts: &Facts<'_>, rng: &mut ChaCha8Rng) -> Vec<Canvas> {
    let mut sheet = Sheet::new(facts.provider, Ink(96, 54, 120));
    sheet.title(facts.title);
    sheet.pair("Record", facts.reference);
    sheet.pair("Drawn up", &long_date(facts.issued));
    sheet.gap();
    sheet.row(["Staff (initials, role)", "Training", "Passed", "Valid until"], true);
    for _ in 0..rng.random_range(30..40) {
        let person = wording::STAFF[rng.random_range(0..wording::STAFF.len())];
        let (course, months) = wording::COURSES[rng.random_range(0..wording::COURSES.len())];
        let passed = facts.issued - chrono::Days::new(rng.random_range(5..330));
        let until = passed + chrono::Months::new(months);
        sheet.row(
            [person, course, &passed.format("%d.%m.%Y").to_string(), &until.format("%d.%m.%Y").to_string()],
            false,
        );
    }
    sheet.finish()
}

fn inspection(facts: &Facts<'_>, rng: &mut ChaCha8Rng) -> Vec<Canvas> {
    let mut sheet = Sheet::new("Ferrisby Surveys Example", Ink(120, 70, 16));
    sheet.title(facts.title);
    sheet.pair("Premises of", facts.provider);
    sheet.pair("Address", facts.address);
    sheet.pair("Report number", facts.reference);
    sheet.pair("Inspected", &long_date(facts.issued));
    if let Some(expires) = facts.expires {
        sheet.pair("Next inspection due", &long_date(expires));
    }
    sheet.gap();
    sheet.row(["Place", "What was inspected", "Result", "Action"], true);
    for place in wording::PLACES {
        for what in ["Condition and labelling", "Access and use", "Records of earlier findings"] {
            let (result, action) = wording::RESULTS[rng.random_range(0..wording::RESULTS.len())];
            sheet.row([place, what, result, action], false);
        }
    }
    sheet.signature(wording::SIGNATURES[rng.random_range(0..wording::SIGNATURES.len())], "inspector", facts.issued);
    sheet.finish()
}

fn certificate(facts: &Facts<'_>, rng: &mut ChaCha8Rng) -> Canvas {
    let mut page = Canvas::new(842.0, 595.0);
    let ink = [Ink(24, 78, 110), Ink(96, 30, 60), Ink(20, 92, 60)][rng.random_range(0..3)];
    let outer = page.area().inset(30.0);
    page.stroke(&Path::rect(outer), ink, 5.0);
    page.stroke(&Path::rect(outer.inset(9.0)), ink, 1.0);
    page.fill(&Path::rect(Area::new(outer.x + 60.0, outer.y + 180.0, outer.w - 120.0, 1.2)), ink);
    let cx = page.width / 2.0;
    page.text_centred(cx, 128.0, Type::script(52.0).ink(ink), "Certificate");
    page.text_fitted(cx, 190.0, 660.0, Type::bold(26.0), facts.title);
    page.text_centred(cx, 252.0, Type::plain(15.0), "issued to");
    page.text_fitted(cx, 300.0, 680.0, Type::bold(32.0).ink(ink), facts.provider);
    page.text_fitted(cx, 330.0, 640.0, Type::plain(13.0), facts.address);
    let lines = [
        format!("Reference {}", facts.reference),
        format!("Issued {}", long_date(facts.issued)),
        facts.expires.map_or_else(|| "No date of expiry".to_owned(), |date| format!("Valid until {}", long_date(date))),
    ];
    for (index, line) in lines.iter().enumerate() {
        page.text_centred(cx, 384.0 + 26.0 * index as f32, Type::plain(15.0), line);
    }
    let name = wording::SIGNATURES[rng.random_range(0..wording::SIGNATURES.len())];
    page.text_centred(cx + 220.0, 500.0, Type::script(28.0), name);
    page.stroke(&Path::through(&[(cx + 110.0, 508.0), (cx + 330.0, 508.0)]), Ink::BLACK, 0.8);
    page.text_centred(cx + 220.0, 524.0, Type::plain(10.0), "Registrar (invented)");
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts<'a>() -> Facts<'a> {
        Facts {
            title: "Public liability insurance",
            provider: "Ledmarsh Motor Workshop",
            address: "4 Tannery Row, Ledmarsh",
            reference: "PL-20417",
            issued: NaiveDate::from_ymd_opt(2026, 1, 5).unwrap(),
            expires: NaiveDate::from_ymd_opt(2027, 1, 4),
            cover: Some(500_000_000),
        }
    }

    #[test]
    fn every_form_opens_and_has_its_pages() {
        let forms = [
            (Paper::Insurance, 2),
            (Paper::Policy, 3),
            (Paper::TrainingRecord, 2),
            (Paper::Certificate, 1),
            (Paper::Inspection, 2),
        ];
        for (form, pages) in forms {
            let paper = paper(form, &facts(), 7);
            let document = lopdf::Document::load_mem(&paper.pdf).unwrap();
            assert_eq!((document.get_pages().len(), paper.pages), (pages, pages), "{form:?}");
        }
    }

    #[test]
    fn an_insurance_says_who_how_much_and_until_when() {
        let document = lopdf::Document::load_mem(&paper(Paper::Insurance, &facts(), 7).pdf).unwrap();
        let text = document.extract_text(&[1]).unwrap();
        for expected in ["Ledmarsh Motor Workshop", "PL-20417", "5 January 2026 to 4 January 2027", "5,000,000"] {
            assert!(text.contains(expected), "{expected} is missing in {text}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        assert_eq!(paper(Paper::TrainingRecord, &facts(), 3), paper(Paper::TrainingRecord, &facts(), 3));
        assert_ne!(paper(Paper::TrainingRecord, &facts(), 3), paper(Paper::TrainingRecord, &facts(), 4));
    }

    #[test]
    fn pounds_are_grouped() {
        assert_eq!(pounds(1_000_000_000), "\u{a3}10,000,000");
        assert_eq!(pounds(12_300), "\u{a3}123");
    }
}
