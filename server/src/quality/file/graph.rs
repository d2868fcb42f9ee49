//! Files, as mutations name them.

use async_graphql::{InputObject, OneofObject};
use domain::quality::announcement::{Announced, Announcement, Fault};
use entity::ids::FileId;

use crate::graph::ids::IdOf;
use crate::graph::scalars::BigInt;

/// A file that will be sent: its bytes go to `/uploads` by tus, for the file that the answer shows.
#[derive(Debug, InputObject)]
pub struct FileAnnouncementInput {
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// Size in bytes, 64 MiB at most.
    pub byte_size: BigInt,
    /// What it is: image/jpeg, image/png or application/pdf.
    pub media_type: String,
}

/// The file of a document: one that will be sent, or one that was.
#[derive(Debug, OneofObject)]
pub enum DocumentFileInput {
    /// A file that will be sent.
    Announce(FileAnnouncementInput),
    /// A file that the viewer sent, or is sending, and that nothing else uses.
    FileId(IdOf<FileId>),
}

impl FileAnnouncementInput {
    /// The file that may be sent.
    ///
    /// # Errors
    /// What is wrong with the announcement.
    pub fn check(&self) -> Result<Announced, Fault> {
        let Self { sha256, byte_size, media_type } = self;
        Announcement { sha256, byte_size: byte_size.0, media_type }.check()
    }
}
