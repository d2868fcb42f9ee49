//! Decoding pictures, within limits.

use std::io::Cursor;

use domain::file::{FileRefusal, MediaType};
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::error::{ImageError, LimitError, LimitErrorKind};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, Limits};

/// 64 million: more than the cameras of phones give, short of what a lane's memory holds.
const MAX_PIXELS: u64 = 64_000_000;
const MAX_SIDE: u32 = 30_000;
/// Bytes that a decoder may take for one picture: 16-bit RGBA for the most pixels.
const MAX_DECODED: u64 = MAX_PIXELS * 8;

/// A decoded picture, as it lies in the file, and how it is to be turned.
pub struct Picture {
    pub pixels: DynamicImage,
    pub orientation: Orientation,
}

/// Decodes the whole picture.
pub fn decode(media_type: MediaType, bytes: &[u8]) -> Result<Picture, FileRefusal> {
    let whole = match media_type {
        MediaType::Jpeg => crate::jpeg::is_whole(bytes),
        MediaType::Png => crate::png::is_whole(bytes),
        MediaType::Pdf => return Err(FileRefusal::TypeNotTaken),
    };
    if !whole {
        return Err(FileRefusal::CutShort);
    }
    let decoded = if media_type == MediaType::Jpeg {
        JpegDecoder::new(Cursor::new(bytes)).and_then(read)
    } else {
        PngDecoder::with_limits(Cursor::new(bytes), limits()).and_then(read)
    };
    decoded.map_err(|error| refusal(&error))
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED);
    limits
}

fn read(mut decoder: impl ImageDecoder) -> Result<Picture, ImageError> {
    decoder.set_limits(limits())?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(ImageError::Limits(LimitError::from_kind(LimitErrorKind::DimensionError)));
    }
    // An unreadable orientation is none: the photo counts more than a broken note about it.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok(Picture { pixels: DynamicImage::from_decoder(decoder)?, orientation })
}

fn refusal(error: &ImageError) -> FileRefusal {
    match error {
        ImageError::Limits(limit) if limit.kind() == LimitErrorKind::DimensionError => FileRefusal::TooManyPixels,
        ImageError::Limits(_) => FileRefusal::TooHeavy,
        _ => FileRefusal::Damaged,
    }
}

impl Picture {
    /// Width and height as the picture is seen, in pixels.
    pub fn seen_size(&self) -> (u32, u32) {
        let (width, height) = (self.pixels.width(), self.pixels.height());
        if is_sideways(self.orientation) { (height, width) } else { (width, height) }
    }
}

/// Whether width and height change places.
pub fn is_sideways(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    )
}
