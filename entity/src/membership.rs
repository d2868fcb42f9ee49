//! A role that an account holds for an organisation, from one date to another.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AccountId, AuthorityId, MembershipId, PartnershipId, ProviderId};

/// A role that an account holds for an organisation, from one date to another.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MembershipId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub account_id: AccountId,
    /// The role.
    pub role: Coded<access::Role>,
    /// For a coordinator.
    pub partnership_id: Option<PartnershipId>,
    /// For a provider's people.
    pub provider_id: Option<ProviderId>,
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
