//! What a file is and whether it is whole: the child's first task.

use domain::file::{FileRefusal, MediaType};
use serde::{Deserialize, Serialize};

use crate::{pdf, picture, sniff};

/// What was found in a file that may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What it is.
    pub media_type: MediaType,
    /// Width of a picture as it is seen, in pixels.
    pub width: Option<u32>,
    /// Height of a picture as it is seen, in pixels.
    pub height: Option<u32>,
    /// Pages of a document.
    pub pages: Option<u32>,
}

/// Opens a file as far as need be to know that it can be opened.
pub fn inspect(bytes: &[u8]) -> Result<Found, FileRefusal> {
    let media_type = sniff::sniff(bytes)?;
    let found = Found { media_type, width: None, height: None, pages: None };
    if media_type == MediaType::Pdf {
        let pages = u32::try_from(pdf::inspect(bytes)?).map_err(|_| FileRefusal::TooHeavy)?;
        return Ok(Found { pages: Some(pages), ..found });
    }
    let (width, height) = picture::decode(media_type, bytes)?.seen_size();
    Ok(Found { width: Some(width), height: Some(height), ..found })
}
