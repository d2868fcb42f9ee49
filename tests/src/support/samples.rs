//! Real JPEG, PNG and PDF bytes, made on the spot.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

/// A picture whose top left quarter is red, on grey that varies, so that turning and squeezing show.
fn drawn(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 2 && y < height / 2 {
            Rgb([200, 20, 20])
        } else {
            let shade = ((x * 7 + y * 13) % 97) as u8;
            Rgb([120 + shade / 4, 120 + shade / 4, 120])
        }
    })
}

/// A JPEG as a phone makes it: lying on its side, with a note that it does, and with the place in it.
pub fn phone_jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut plain = Vec::new();
    JpegEncoder::new_with_quality(&mut plain, 90).encode_image(&DynamicImage::from(drawn(width, height))).unwrap();
    let exif = exif();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
}

/// Orientation 6 (turn right to see it upright), a camera, and a place.
fn exif() -> Vec<u8> {
    let short =
        |tag: u16, value: u16| [&tag.to_le_bytes()[..], &[3, 0, 1, 0, 0, 0], &value.to_le_bytes(), &[0, 0]].concat();
    let pointer = |tag: u16, at: u32| [&tag.to_le_bytes()[..], &[4, 0, 1, 0, 0, 0], &at.to_le_bytes()].concat();
    let text = |tag: u16, at: u32, length: u32| {
        [&tag.to_le_bytes()[..], &[2, 0], &length.to_le_bytes(), &at.to_le_bytes()].concat()
    };
    let camera = b"EXAMPLECAM\0\0";
    let (entries, gps_at) = (3, 8 + 2 + 3 * 12 + 4 + 12);
    let main = [text(0x010f, 8 + 2 + 3 * 12 + 4, 12), short(0x0112, 6), pointer(0x8825, gps_at)].concat();
    let latitude = [51_u32, 1, 30, 1, 26, 1].map(u32::to_le_bytes).concat();
    let gps_entry = [&2_u16.to_le_bytes()[..], &[5, 0, 3, 0, 0, 0], &(gps_at + 2 + 12 + 4).to_le_bytes()].concat();
    let gps = [&1_u16.to_le_bytes()[..], &gps_entry, &[0; 4], &latitude].concat();
    let header = b"Exif\0\0II*\0\x08\0\0\0";
    [&header[..], &u16::to_le_bytes(entries), &main, &[0; 4], camera, &gps].concat()
}

/// A PNG that is half transparent.
pub fn transparent_png(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbaImage::from_fn(width, height, |x, _| Rgba([10, 20, 200, if x < width / 2 { 0 } else { 255 }]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A PDF of so many pages, A4, each with a black bar whose height tells the page.
pub fn pdf(pages: usize) -> Vec<u8> {
    let kids: String = (0..pages).map(|page| format!("{} 0 R ", 3 + page * 2)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {pages} >>"),
    ];
    for page in 0..pages {
        let content = format!("0 0 0 rg 50 50 495 {} re f", 20 * (page + 1));
        let contents = 4 + page * 2;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {contents} 0 R /Resources << >> >>"
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    let mut text = String::from("%PDF-1.7\n");
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", text.len()));
        text.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    let (start, size) = (text.len(), objects.len() + 1);
    text.push_str(&format!("{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
    text.into_bytes()
}
