//! The letters of the standard PDF faces: how text is encoded in a content stream and how wide it will be.
//!
//! Every PDF reader carries the standard faces, so nothing is embedded; to centre or wrap a line we only need the
//! advance widths, in thousandths of the type size.

/// The faces that the drawings use, all of them standard PDF faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    Plain,
    Bold,
    /// Signatures and the ornamental lines of certificates.
    Script,
    Mono,
}

impl Face {
    pub const ALL: [Self; 4] = [Self::Plain, Self::Bold, Self::Script, Self::Mono];

    /// The name under which pages list the face.
    pub fn resource(self) -> &'static str {
        match self {
            Self::Plain => "F1",
            Self::Bold => "F2",
            Self::Script => "F3",
            Self::Mono => "F4",
        }
    }

    /// The PostScript name of the standard face.
    pub fn base_font(self) -> &'static str {
        match self {
            Self::Plain => "Helvetica",
            Self::Bold => "Helvetica-Bold",
            Self::Script => "Times-Italic",
            Self::Mono => "Courier",
        }
    }

    fn advance(self, byte: u8) -> u16 {
        let table = match self {
            Self::Mono => return 600,
            Self::Bold => &BOLD,
            Self::Plain | Self::Script => &PLAIN,
        };
        let plain = base_letter(byte);
        let width = table[usize::from(plain.saturating_sub(b' ')).min(table.len() - 1)];
        if self == Self::Script { width * 17 / 20 } else { width }
    }
}

/// The width of `text` set in `face` at `size` points, in points.
pub fn text_width(text: &str, face: Face, size: f32) -> f32 {
    let units: u32 = encode(text).iter().map(|byte| u32::from(face.advance(*byte))).sum();
    units as f32 * size / 1000.0
}

/// Text as bytes of WinAnsiEncoding; what the encoding lacks becomes a question mark.
pub fn encode(text: &str) -> Vec<u8> {
    text.chars()
        .map(|letter| match letter {
            '\u{2013}' => 0x96,
            '\u{2014}' => 0x97,
            '\u{2018}' => 0x91,
            '\u{2019}' => 0x92,
            '\u{2022}' => 0x95,
            '\u{20ac}' => 0x80,
            ' '..='~' | '\u{a0}'..='\u{ff}' => letter as u8,
            _ => b'?',
        })
        .collect()
}

/// Text as a PDF literal string, parentheses included.
pub fn literal(text: &str) -> String {
    let mut out = String::from("(");
    for byte in encode(text) {
        match byte {
            b'(' | b')' | b'\\' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out.push(')');
    out
}

/// Breaks `text` into lines no wider than `width` points. A single longer word keeps a line of its own.
pub fn wrap(text: &str, face: Face, size: f32, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if !line.is_empty() && text_width(&longer, face, size) > width {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
        } else {
            line = longer;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// An accented letter is as wide as its base.
fn base_letter(byte: u8) -> u8 {
    match byte {
        0xc0..=0xc6 => b'A',
        0xc7 => b'C',
        0xc8..=0xcb => b'E',
        0xcc..=0xcf | 0xec..=0xef => b'I',
        0xd1 => b'N',
        0xd2..=0xd8 => b'O',
        0xd9..=0xdc => b'U',
        0xe0..=0xe6 => b'a',
        0xe7 => b'c',
        0xe8..=0xeb => b'e',
        0xf1 => b'n',
        0xf2..=0xf8 => b'o',
        0xf9..=0xfc => b'u',
        0x91 | 0x92 => b'\'',
        0xa3 | 0x80 | 0x96 => b'0',
        other => other,
    }
}

/// Advance widths of Helvetica for the characters from space to tilde.
const PLAIN: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

/// Advance widths of Helvetica Bold for the characters from space to tilde.
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
    556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_face() {
        assert!((text_width("Fire", Face::Plain, 10.0) - 17.22).abs() < 0.01);
        assert!((text_width("\u{e9}", Face::Plain, 10.0) - text_width("e", Face::Plain, 10.0)).abs() < f32::EPSILON);
        assert!((text_width("ab", Face::Mono, 10.0) - 12.0).abs() < f32::EPSILON);
    }

    #[test]
    fn lines_stay_within_their_width() {
        let text = "Every member of staff knows where the nearest call point is and how to leave the building.";
        let lines = wrap(text, Face::Plain, 11.0, 160.0);
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| text_width(line, Face::Plain, 11.0) <= 160.0));
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn literals_escape_what_the_syntax_owns() {
        assert_eq!(literal("a (b) \\ \u{a3}"), "(a \\(b\\) \\\\ \\243)");
        assert_eq!(encode("\u{142}"), b"?");
    }
}
