//! A stored file: what was announced, what arrived, and whether it may be served.

use chrono::{DateTime, Utc};
use domain::file::{FileRefusal, FileState, MediaType};
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AccountId, AuthorityId, FileId};

/// A stored file. The bytes are an object under a random key; everything known about them is here.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FileId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    /// Who may send its bytes.
    pub owner_account_id: AccountId,
    pub state: Coded<FileState>,
    /// Why it was refused.
    pub refusal: Option<Coded<FileRefusal>>,
    /// Key of the object, written down before the object is stored.
    pub object_key: Option<String>,
    /// SHA-256 of what arrived, in hexadecimal. It stays when the bytes are purged.
    pub sha256: Option<String>,
    /// SHA-256 that was announced, in hexadecimal.
    pub declared_sha256: Option<String>,
    /// Bytes that arrived.
    pub byte_size: Option<i64>,
    /// Bytes that were announced.
    pub declared_size: Option<i64>,
    /// What the bytes are.
    pub media_type: Option<Coded<MediaType>>,
    /// What they were announced to be; nothing relies on it.
    pub declared_media_type: Option<String>,
    /// Width of a picture as it is seen, in pixels.
    pub width: Option<i32>,
    /// Height of a picture as it is seen, in pixels.
    pub height: Option<i32>,
    /// Pages of a document.
    pub pages: Option<i32>,
    /// When it is removed unless something claims it; empty once claimed.
    pub unclaimed_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Counts changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
