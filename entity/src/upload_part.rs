//! One stored stretch of an upload.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::UploadId;

/// One stored stretch of an upload: an object of its own until the file is put together.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload_part")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub upload_id: UploadId,
    /// Key of the object, written down before the object is stored.
    pub object_key: String,
    /// Where in the file it begins.
    pub start: i64,
    /// Bytes in it; empty until it counts.
    pub byte_size: Option<i64>,
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
