//! A question about the graph that somebody keeps under a name; its words are in its versions.

use chrono::{DateTime, Utc};
use domain::bench::saved_query;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AccountId, AuthorityId, PartnershipId, SavedQueryId};

/// A question about the graph that somebody keeps under a name; its words are in its versions.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_query")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SavedQueryId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    /// Whose it is.
    pub owner_account_id: AccountId,
    /// Where it is shared with a partnership: which.
    pub partnership_id: Option<PartnershipId>,
    /// Its name.
    pub name: String,
    /// Who reads it beside its owner.
    pub shared_with: Coded<saved_query::SharedWith>,
    /// Number of its newest version.
    pub latest: i32,
    /// When it was taken out of use.
    pub retired_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
