//! Files that mean harm, or are merely broken, in front of the real child process.

use std::io::Write;

use domain::file::{FileRefusal, MediaType};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use imaging::{Found, Source};
use server::objects::whole;

use crate::support::bytes::workshop;
use crate::support::samples::{pdf, phone_jpeg, transparent_png};

/// So many zero bytes, squeezed.
fn squeezed_zeros(count: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1 << 20];
    let mut left = count;
    while left > 0 {
        let now = left.min(zeros.len());
        encoder.write_all(&zeros[..now]).unwrap();
        left -= now;
    }
    encoder.finish().unwrap()
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], kind, data, &sum.sum().to_be_bytes()].concat()
}

/// A PNG with this size in its head, and these chunks before its pixels.
fn png(width: u32, height: u32, extra: &[u8], pixels: &[u8]) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let chunks = [chunk(b"IHDR", &head), extra.to_vec(), chunk(b"IDAT", pixels), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
}

fn with_active(entry: &str) -> Vec<u8> {
    let text = String::from_utf8(pdf(1)).unwrap();
    text.replace("/Type /Catalog", &format!("/Type /Catalog {entry}")).into_bytes()
}

async fn verdict(bytes: Vec<u8>) -> Result<MediaType, FileRefusal> {
    let found: Result<Found, FileRefusal> = workshop().inspect(Source::Chunks(whole(bytes))).await.unwrap();
    found.map(|found| found.media_type)
}

#[tokio::test]
async fn bombs_do_not_go_off() {
    assert_eq!(verdict(png(20_000, 20_000, b"", &squeezed_zeros(1 << 20))).await, Err(FileRefusal::TooManyPixels));
    assert_eq!(verdict(png(0x7fff_ffff, 0x7fff_ffff, b"", b"")).await, Err(FileRefusal::TooManyPixels));
    let mut wide_jpeg = phone_jpeg(16, 16);
    let size = wide_jpeg.windows(4).position(|bytes| bytes == [0xff, 0xc0, 0, 17]).unwrap() + 5;
    wide_jpeg[size..size + 4].fill(0xff);
    assert_eq!(verdict(wide_jpeg).await, Err(FileRefusal::TooManyPixels));
    // Notes beside the pixels that unpack to 8 MB: taken or not, the server is none the worse.
    for kind in [b"zTXt", b"iCCP"] {
        let note = chunk(kind, &[&b"c\0\0"[..], &squeezed_zeros(8 << 20)].concat());
        let _ = verdict(png(8, 8, &note, &squeezed_zeros(25 * 8))).await;
    }
}

#[tokio::test]
async fn what_is_broken_is_told_apart_from_what_is_not_taken() {
    let (jpeg, png, pdf) = (phone_jpeg(64, 48), transparent_png(64, 48), pdf(2));
    for (bytes, media_type) in [(&jpeg, MediaType::Jpeg), (&png, MediaType::Png), (&pdf, MediaType::Pdf)] {
        assert_eq!(verdict(bytes.clone()).await, Ok(media_type));
        assert_eq!(verdict(bytes[..bytes.len() - 20].to_vec()).await, Err(FileRefusal::CutShort), "{media_type}");
        let followed = [&bytes[..], b"<script>alert(1)</script>"].concat();
        assert_eq!(verdict(followed).await, Ok(media_type), "what follows is never served");
    }
    let mut bent = png.clone();
    bent[45] ^= 1;
    assert_eq!(verdict(bent).await, Err(FileRefusal::Damaged));
    assert_eq!(verdict(Vec::new()).await, Err(FileRefusal::Empty));
    assert_eq!(verdict(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()).await, Err(FileRefusal::Heic));
    for other in [&b"<svg onload='alert(1)'/>"[..], b"<!--%PDF-1.4\n--><script>", b"PK\x03\x04", b"GIF89a/*", b"MZ"] {
        assert_eq!(verdict(other.to_vec()).await, Err(FileRefusal::TypeNotTaken));
    }
}

#[tokio::test]
async fn documents_that_act_are_refused() {
    for entry in [
        "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
        "/OpenAction << /S /Launch /F (cmd.exe) >>",
        "/Open#41ction << /S /J#61vaScript /JS (1) >>",
    ] {
        assert_eq!(verdict(with_active(entry)).await, Err(FileRefusal::ActiveContent), "{entry}");
    }
    let text = String::from_utf8(pdf(1)).unwrap();
    let locked = text.replace("/Root 1 0 R", "/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 >>");
    assert_eq!(verdict(locked.into_bytes()).await, Err(FileRefusal::Encrypted));
}
