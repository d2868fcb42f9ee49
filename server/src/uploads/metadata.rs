//! `Upload-Metadata`: what a client says about an upload. It is kept as it came and never trusted.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use entity::ids::{FileId, Key};
use uuid::Uuid;

/// Longer is not metadata.
const MAX_LENGTH: usize = 4096;
/// Longer is no media type.
const MAX_TYPE: usize = 100;

/// What is read of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The file that the bytes are for, declared beforehand: `file`, holding `file:<uuid>`.
    pub file_id: Option<FileId>,
    /// `filetype`, as tus clients send it.
    pub media_type: Option<String>,
}

/// Why it was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadMetadata {
    /// Over the limit.
    #[error("Upload-Metadata is longer than 4096 characters.")]
    TooLong,
    /// Not a list of keys and values.
    #[error("Upload-Metadata must be keys, each with a Base64 value or none, separated by commas.")]
    Malformed,
    /// A key that stands there twice.
    #[error("Upload-Metadata names a key twice.")]
    Twice,
    /// No id of a file.
    #[error("The value of `file` in Upload-Metadata must be the id of a file, `file:` and a UUID.")]
    NotAFile,
}

/// Reads the header: pairs separated by commas, each a key, or a key, a space and a Base64 value.
pub fn parse(header: &str) -> Result<Metadata, BadMetadata> {
    if header.len() > MAX_LENGTH {
        return Err(BadMetadata::TooLong);
    }
    let mut metadata = Metadata::default();
    let mut seen = Vec::new();
    for pair in header.split(',') {
        let (key, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadMetadata::Malformed);
        }
        if seen.contains(&key) {
            return Err(BadMetadata::Twice);
        }
        seen.push(key);
        let value = STANDARD.decode(value.trim()).map_err(|_| BadMetadata::Malformed)?;
        match key {
            "file" => metadata.file_id = Some(file_id(&value).ok_or(BadMetadata::NotAFile)?),
            "filetype" => metadata.media_type = media_type(value),
            _ => {}
        }
    }
    Ok(metadata)
}

fn file_id(value: &[u8]) -> Option<FileId> {
    let id = std::str::from_utf8(value).ok()?.strip_prefix(FileId::PREFIX)?.strip_prefix(':')?;
    Uuid::try_parse(id).ok().map(FileId)
}

fn media_type(value: Vec<u8>) -> Option<String> {
    String::from_utf8(value)
        .ok()
        .filter(|text| text.len() <= MAX_TYPE && text.bytes().all(|byte| byte.is_ascii_graphic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(key: &str, value: &str) -> String {
        format!("{key} {}", STANDARD.encode(value))
    }

    #[test]
    fn keys_and_values_are_read_and_the_rest_ignored() {
        let header = [pair("filename", "ph😀.jpg"), "empty".to_owned(), pair("filetype", "image/jpeg")].join(",");
        let metadata = parse(&header).expect("metadata");
        assert_eq!(metadata, Metadata { file_id: None, media_type: Some("image/jpeg".to_owned()) });
        let id = "0190a000-0000-7000-8000-000000000001";
        let metadata = parse(&pair("file", &format!("file:{id}"))).expect("metadata");
        assert_eq!(metadata.file_id, Some(FileId(id.parse().expect("an id"))));
    }

    #[test]
    fn what_is_no_metadata_is_refused() {
        assert_eq!(parse("a !!!"), Err(BadMetadata::Malformed));
        assert_eq!(parse(""), Err(BadMetadata::Malformed));
        assert_eq!(parse("a,,b"), Err(BadMetadata::Malformed));
        assert_eq!(parse("clé YQ=="), Err(BadMetadata::Malformed));
        assert_eq!(parse("a,a YQ=="), Err(BadMetadata::Twice));
        assert_eq!(parse(&format!("a {}", "YQ==".repeat(2000))), Err(BadMetadata::TooLong));
        for value in ["file:", "file:1", "placement:0190a000-0000-7000-8000-000000000001", "../etc/passwd"] {
            assert_eq!(parse(&pair("file", value)), Err(BadMetadata::NotAFile), "{value}");
        }
    }

    #[test]
    fn a_hostile_media_type_is_forgotten() {
        for value in ["image/jpeg\r\nx: y", "", &"a".repeat(101)] {
            let metadata = parse(&pair("filetype", value)).expect("metadata");
            assert!(metadata.media_type.is_none_or(|kept| kept.is_empty()), "{value}");
        }
    }
}
