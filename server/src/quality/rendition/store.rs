//! Rows of Rendition, within a scope.

use entity::ids::{Key, RenditionId};
use entity::rendition::{Column, Entity};

use crate::graph::tree::{Direction, Kind, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Rendition", RenditionId::PREFIX, "A form that a file is served in. Who sees the file sees it.")
        .column("kind", Column::Kind, "w320, w1600, or for a document page-3-w320, page-3-w1600.")
        .column("mediaType", Column::MediaType, "Type of its bytes.")
        .column("byteSize", Column::ByteSize, "Size in bytes.")
        .column("width", Column::Width, "Width in pixels.")
        .column("height", Column::Height, "Height in pixels.")
        .derived("url", Kind::Link(None), "Link to it, for ten minutes.", |table| table.col(Column::FileId))
        .ordered_by("kind", Direction::Ascending)
        .seen_by(|scope, table| super::super::file::store::through(scope, table.col(Column::FileId)))
}
