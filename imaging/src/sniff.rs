//! What a file is, by its first bytes. Neither its name nor what its sender says is asked.

use domain::file::{FileRefusal, MediaType};

/// Brands of the ISO container that phones put HEIC photos in.
const HEIC_BRANDS: [&[u8]; 7] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"];

/// So many of a file's first bytes decide.
pub const ENOUGH: usize = 12;

/// The type of a file that is taken, or why it is not.
pub fn sniff(bytes: &[u8]) -> Result<MediaType, FileRefusal> {
    if bytes.is_empty() {
        Err(FileRefusal::Empty)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Ok(MediaType::Jpeg)
    } else if bytes.starts_with(crate::png::SIGNATURE) {
        Ok(MediaType::Png)
    } else if bytes.starts_with(b"%PDF-") {
        Ok(MediaType::Pdf)
    } else if bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| HEIC_BRANDS.contains(&brand)) {
        Err(FileRefusal::Heic)
    } else {
        Err(FileRefusal::TypeNotTaken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide() {
        assert_eq!(sniff(b"\xff\xd8\xff\xe0"), Ok(MediaType::Jpeg));
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n...."), Ok(MediaType::Png));
        assert_eq!(sniff(b"%PDF-1.7\n"), Ok(MediaType::Pdf));
        assert_eq!(sniff(b""), Err(FileRefusal::Empty));
        assert_eq!(sniff(b"\0\0\0\x18ftypheic\0\0\0\0"), Err(FileRefusal::Heic));
        assert_eq!(sniff(b"\0\0\0\x18ftypisom\0\0\0\0"), Err(FileRefusal::TypeNotTaken));
        for other in
            [&b"<svg onload=alert(1)>"[..], b"<!--%PDF-1.4", b" %PDF-1.4", b"PK\x03\x04", b"GIF89a", b"\xff\xd8"]
        {
            assert_eq!(sniff(other), Err(FileRefusal::TypeNotTaken));
        }
    }
}
