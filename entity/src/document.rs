//! A document that a provider sent in.

use chrono::{DateTime, NaiveDate, Utc};
use domain::quality;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AccountId, AuthorityId, DocumentId, FileId, ProviderId};

/// A document that a provider sent in.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DocumentId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub provider_id: ProviderId,
    pub file_id: FileId,
    /// Title.
    pub title: String,
    /// Date of issue.
    pub issued_on: NaiveDate,
    /// First day it covers: next year's certificate may be there already.
    pub starts_on: NaiveDate,
    /// Last day it covers.
    pub expires_on: Option<NaiveDate>,
    /// Amount of cover in pence.
    pub cover_pence: Option<i64>,
    /// State.
    pub state: Coded<quality::DocumentState>,
    /// The document it replaces.
    pub replaces_id: Option<DocumentId>,
    pub reviewed_by_id: Option<AccountId>,
    /// When.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub review_reason: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
