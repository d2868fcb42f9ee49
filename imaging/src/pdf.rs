//! What a PDF holds that a document should not: programs, commands to start one, a password.

use domain::file::FileRefusal;
use lopdf::{Dictionary, Document, LoadOptions, Object};

/// The most that one object stream may unpack to; a real one is far smaller.
const MAX_OBJECT_STREAM: usize = 64 << 20;
const END_MARK: &[u8] = b"%%EOF";
const END_WITHIN: usize = 4096;
/// Names that start something when a document is opened, printed or clicked on, in whatever place they stand.
const ACTIVE: [&[u8]; 4] = [b"JavaScript", b"JS", b"Launch", b"RichMedia"];

/// How many pages the document has, or why it is refused. Names are compared after unescaping: `/J#61vaScript` is
/// `/JavaScript`.
pub fn inspect(bytes: &[u8]) -> Result<usize, FileRefusal> {
    if !is_whole(bytes) {
        return Err(FileRefusal::CutShort);
    }
    let options = LoadOptions { max_decompressed_size: Some(MAX_OBJECT_STREAM), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| refusal(&error))?;
    // An encrypted document with an empty password is opened silently; nobody else's reader need be so kind.
    if document.trailer.has(b"Encrypt") || document.was_encrypted() {
        return Err(FileRefusal::Encrypted);
    }
    let is_active = document.objects.values().any(is_active) || has_active_entry(&document.trailer);
    if is_active {
        return Err(FileRefusal::ActiveContent);
    }
    match document.get_pages().len() {
        0 => Err(FileRefusal::NoPages),
        pages => Ok(pages),
    }
}

/// Whether the mark of the end stands near the end; a little may follow it. Readers are lenient and open the first half
/// of a document without complaint.
fn is_whole(bytes: &[u8]) -> bool {
    let end = &bytes[bytes.len().saturating_sub(END_WITHIN)..];
    end.windows(END_MARK.len()).any(|window| window == END_MARK)
}

fn refusal(error: &lopdf::Error) -> FileRefusal {
    match error {
        lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword | lopdf::Error::UnsupportedSecurityHandler(_) => {
            FileRefusal::Encrypted
        }
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => FileRefusal::TooHeavy,
        _ => FileRefusal::Damaged,
    }
}

/// Whether an object, or anything in it, is or names active content. References are not followed: what they lead to
/// is in the document's list of objects and looked at there.
fn is_active(object: &Object) -> bool {
    match object {
        Object::Name(name) => ACTIVE.contains(&name.as_slice()),
        Object::Array(items) => items.iter().any(is_active),
        Object::Dictionary(entries) => has_active_entry(entries),
        Object::Stream(stream) => has_active_entry(&stream.dict),
        _ => false,
    }
}

fn has_active_entry(entries: &Dictionary) -> bool {
    entries.iter().any(|(name, value)| ACTIVE.contains(&name.as_slice()) || is_active(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document of one page with `extra` in its catalogue.
    fn pdf(extra: &str) -> Vec<u8> {
        let objects = [
            format!("<< /Type /Catalog /Pages 2 0 R {extra} >>"),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>".to_owned(),
        ];
        let mut text = String::from("%PDF-1.7\n");
        let mut table = String::from("xref\n0 4\n0000000000 65535 f \n");
        for (number, object) in objects.iter().enumerate() {
            table.push_str(&format!("{:010} 00000 n \n", text.len()));
            text.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
        }
        let start = text.len();
        text.push_str(&format!("{table}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"));
        text.into_bytes()
    }

    #[test]
    fn a_plain_document_says_how_many_pages() {
        assert_eq!(inspect(&pdf("")), Ok(1));
        assert_eq!(inspect(&pdf("/Lang (en-GB) /Note (about /JavaScript)")), Ok(1));
    }

    #[test]
    fn programs_are_found_wherever_and_however_they_are_written() {
        for extra in [
            "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
            "/OpenAction << /S /Launch /F (cmd.exe) >>",
            "/Open#41ction << /S /J#61vaScript >>",
            "/AA << /O [ << /S /#4caunch >> ] >>",
            "/Names << /JavaScript << >> >>",
        ] {
            assert_eq!(inspect(&pdf(extra)), Err(FileRefusal::ActiveContent), "{extra}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_damaged() {
        assert_eq!(inspect(b"%PDF-1.7\nnothing here\n%%EOF"), Err(FileRefusal::Damaged));
        let whole = pdf("");
        for cut in [whole.len() / 3, whole.len() - 10] {
            assert_eq!(inspect(&whole[..cut]), Err(FileRefusal::CutShort), "cut at {cut}");
        }
    }
}
