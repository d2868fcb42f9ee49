//! One stored part of an upload.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::UploadId;

/// One stored part of an upload: an object of its own until the file is put together. It ends where the next that counts
/// begins, or where the upload stands; what its object has behind that was stored in vain.
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
    /// Bytes in it when it came to count, empty until then. More may have been added since.
    pub byte_size: Option<i64>,
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
