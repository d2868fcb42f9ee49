//! The EXIF segment of a phone's photograph: camera, orientation, time and place.
//!
//! Served pictures must carry none of this, so tests need pictures that do. Layout: JEITA CP-3451 (TIFF structure,
//! big-endian, three directories: image, capture, position), in one APP1 segment behind the start-of-image marker.

use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};

/// What a phone writes into its pictures.
#[derive(Clone, Debug)]
pub struct Exif {
    pub make: String,
    pub model: String,
    /// 1 to 8; 6 means that the picture is to be turned a quarter clockwise.
    pub orientation: u16,
    pub taken: DateTime<Utc>,
    /// Latitude and longitude in degrees, north and east positive.
    pub position: (f64, f64),
}

/// One value of a directory, with its type's code and count.
enum Value {
    Text(String),
    Short(u16),
    Rationals(Vec<(u32, u32)>),
    Offset(u32),
}

const HEADER: u32 = 8;

impl Exif {
    /// Puts the segment into a JPEG without one. Fails if the bytes do not start as a JPEG.
    pub fn insert_into(&self, jpeg: &[u8]) -> Result<Vec<u8>> {
        ensure!(jpeg.starts_with(&[0xff, 0xd8]), "not a JPEG");
        let body = [b"Exif\0\0".as_slice(), &self.tiff()].concat();
        let length = u16::try_from(body.len() + 2)?;
        Ok([&jpeg[..2], &[0xff, 0xe1], &length.to_be_bytes(), &body, &jpeg[2..]].concat())
    }

    fn tiff(&self) -> Vec<u8> {
        let taken = self.taken.format("%Y:%m:%d %H:%M:%S").to_string();
        let image = |capture: u32, position: u32| {
            vec![
                (0x010f, Value::Text(self.make.clone())),
                (0x0110, Value::Text(self.model.clone())),
                (0x0112, Value::Short(self.orientation)),
                (0x0132, Value::Text(taken.clone())),
                (0x8769, Value::Offset(capture)),
                (0x8825, Value::Offset(position)),
            ]
        };
        let capture = vec![(0x829a, Value::Rationals(vec![(1, 60)])), (0x9003, Value::Text(taken.clone()))];
        let (latitude, longitude) = self.position;
        let position = vec![
            (1, Value::Text(if latitude < 0.0 { "S" } else { "N" }.to_owned())),
            (2, Value::Rationals(sexagesimal(latitude))),
            (3, Value::Text(if longitude < 0.0 { "W" } else { "E" }.to_owned())),
            (4, Value::Rationals(sexagesimal(longitude))),
        ];
        // A directory's size does not depend on the offsets in it, so a first pass with zeros measures it.
        let capture_at = HEADER + directory(HEADER, &image(0, 0)).len() as u32;
        let capture = directory(capture_at, &capture);
        let position_at = capture_at + capture.len() as u32;
        let header = [b"MM".as_slice(), &42u16.to_be_bytes(), &HEADER.to_be_bytes()].concat();
        [header, directory(HEADER, &image(capture_at, position_at)), capture, directory(position_at, &position)]
            .concat()
    }
}

/// One directory that starts at `start`, followed by the values that do not fit into their entries.
fn directory(start: u32, entries: &[(u16, Value)]) -> Vec<u8> {
    let mut table = (entries.len() as u16).to_be_bytes().to_vec();
    let mut heap = Vec::new();
    let heap_at = start + 2 + 12 * entries.len() as u32 + 4;
    for (tag, value) in entries {
        let (kind, count, mut bytes): (u16, u32, Vec<u8>) = match value {
            Value::Text(text) => (2, text.len() as u32 + 1, [text.as_bytes(), b"\0"].concat()),
            Value::Short(number) => (3, 1, number.to_be_bytes().to_vec()),
            Value::Offset(offset) => (4, 1, offset.to_be_bytes().to_vec()),
            Value::Rationals(list) => {
                let bytes = list.iter().flat_map(|(over, under)| [over.to_be_bytes(), under.to_be_bytes()]);
                (5, list.len() as u32, bytes.flatten().collect())
            }
        };
        table.extend(tag.to_be_bytes());
        table.extend(kind.to_be_bytes());
        table.extend(count.to_be_bytes());
        if bytes.len() > 4 {
            table.extend((heap_at + heap.len() as u32).to_be_bytes());
            bytes.resize(bytes.len().next_multiple_of(2), 0);
            heap.extend(bytes);
        } else {
            bytes.resize(4, 0);
            table.extend(bytes);
        }
    }
    table.extend(0u32.to_be_bytes());
    [table, heap].concat()
}

/// Degrees as degrees, minutes and hundredths of seconds.
fn sexagesimal(degrees: f64) -> Vec<(u32, u32)> {
    let hundredths = (degrees.abs() * 360_000.0).round() as u32;
    vec![(hundredths / 360_000, 1), (hundredths / 6_000 % 60, 1), (hundredths % 6_000, 100)]
}
