//! A form made from an accepted file, to be served instead of the original.

use chrono::{DateTime, Utc};
use domain::file::MediaType;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{FileId, RenditionId};

/// A form made from an accepted file: oriented, without metadata, at one width.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rendition")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RenditionId,
    pub file_id: FileId,
    /// Which form, as `domain::file::Variant` writes it: `w320`, `page-2-w1600`.
    pub kind: String,
    /// Key of the object, written down before the object is stored.
    pub object_key: String,
    pub media_type: Coded<MediaType>,
    /// Bytes in it; empty until it is stored.
    pub byte_size: Option<i64>,
    pub width: i32,
    pub height: i32,
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
