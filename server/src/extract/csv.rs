//! CSV as spreadsheets open it: UTF-8 with its mark, lines as in RFC 4180, dates as in ISO 8601, and no text that a
//! spreadsheet would run or change.

use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use super::{Spool, Writer};
use crate::graph::scalars;
use crate::graph::tree::{Cell, Heading};

/// Tells Excel that the text is UTF-8.
const MARK: &str = "\u{feff}";

pub struct Csv(csv::Writer<Spool>);

impl Csv {
    pub fn begin(mut spool: Spool, headings: &[Heading]) -> io::Result<Self> {
        spool.write_all(MARK.as_bytes())?;
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(spool);
        writer.write_record(headings.iter().map(|heading| &heading.name))?;
        Ok(Self(writer))
    }
}

impl Writer for Csv {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        for cell in cells {
            self.0.write_field(text(cell))?;
        }
        Ok(self.0.write_record(None::<&[u8]>)?)
    }

    fn end(self: Box<Self>) -> io::Result<Spool> {
        self.0.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Missing => String::new(),
        Cell::Text(text) => as_text(text),
        Cell::Whole(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Boolean(yes) => yes.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Instant(at) => scalars::instant(*at),
        Cell::Money(pence) => scalars::pounds(*pence),
        Cell::Json(value) => as_text(&value.to_string()),
    }
}

/// Text that a spreadsheet would take for a formula, or for a number that is not the text, behind an apostrophe: it then
/// shows all of it, and runs none of it.
fn as_text(text: &str) -> String {
    if is_formula(text) || is_changed(text) { format!("'{text}") } else { text.to_owned() }
}

fn is_formula(text: &str) -> bool {
    text.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// A number with a zero before it, of more digits than a spreadsheet keeps, or with an exponent.
fn is_changed(text: &str) -> bool {
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    let (digits, zero) = (text.bytes().filter(u8::is_ascii_digit).count(), text.starts_with('0'));
    is_number && ((zero && digits > 1 && !text.starts_with("0.")) || digits > 15 || text.contains(['e', 'E']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_or_change_stands_behind_an_apostrophe() {
        let kept_as_text = [
            "=1+1",
            "+44 1632 960123",
            "-5",
            "@SUM(A1)",
            "\tx",
            "  =x",
            "＝1",
            "00123",
            "1234567890123456",
            "12E4",
            "1e5",
        ];
        for text in kept_as_text {
            assert_eq!(as_text(text), format!("'{text}"));
        }
        for text in ["", "Workshop", "A1", "137842", "0", "0.5", "2026-09-01", "01632 960123", "infinity", "a=b"] {
            assert_eq!(as_text(text), text);
        }
        assert_eq!(text(&Cell::Whole(-5)), "-5");
        assert_eq!(text(&Cell::Money(-1250)), "-12.50");
    }
}
