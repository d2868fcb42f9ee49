//! An upload: the bytes of a file on their way in.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, FileId, UploadId};

/// An upload. Its row is all that a replica needs to go on where another stopped.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UploadId,
    pub file_id: FileId,
    /// Who began it; nobody else may go on.
    pub account_id: AccountId,
    /// Bytes that will come, announced at the start.
    pub length: i64,
    /// Bytes that are stored for good; moved only after they are.
    pub received: i64,
    /// `Upload-Metadata` as it came.
    #[sea_orm(column_type = "Text", nullable)]
    pub metadata: Option<String>,
    /// The request that is writing, or was the last to. A newer one takes over by writing its own mark here.
    pub writer: Option<Uuid>,
    /// After this instant it may be removed.
    pub expires_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
