//! What a saved query says, from one save to the next.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, AuthorityId, SavedQueryId, SavedQueryVersionId};

/// What a saved query says, from one save to the next.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_query_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SavedQueryVersionId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub saved_query_id: SavedQueryId,
    /// Which save, from 1.
    pub number: i32,
    /// The query, in GraphQL.
    pub text: String,
    /// Its variables: an object of JSON, as text.
    pub variables: Option<String>,
    /// What it is for, or what changed.
    pub note: Option<String>,
    /// Who saved it.
    pub account_id: AccountId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
