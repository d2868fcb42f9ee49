//! A place where a provider works with pupils.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AuthorityId, ProviderId, SiteId};

/// A place where a provider works with pupils.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "site")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SiteId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub provider_id: ProviderId,
    /// Name.
    pub name: String,
    /// Address in one line.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// Unique property reference number.
    pub uprn: Option<i64>,
    /// First day in use.
    pub starts_on: NaiveDate,
    /// First day no longer in use.
    pub ends_on: Option<NaiveDate>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
