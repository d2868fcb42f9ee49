//! A school's membership of a partnership, from one date to another (D9).

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AuthorityId, PartnershipId, SchoolId, SchoolMembershipId};

/// A school's membership of a partnership, from one date to another (D9).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "school_membership")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SchoolMembershipId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub school_id: SchoolId,
    pub partnership_id: PartnershipId,
    /// First day.
    pub starts_on: NaiveDate,
    /// First day on which it no longer holds.
    pub ends_on: Option<NaiveDate>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
