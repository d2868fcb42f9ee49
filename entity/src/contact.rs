//! A named person at a provider, school or partnership, in one role, from one date to another (S2, D17).

use chrono::{DateTime, NaiveDate, Utc};
use domain::organisation;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AuthorityId, ContactId, PartnershipId, ProviderId, SchoolId};

/// A named person at a provider, school or partnership, in one role, from one date to another (S2, D17).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub provider_id: Option<ProviderId>,
    pub school_id: Option<SchoolId>,
    pub partnership_id: Option<PartnershipId>,
    /// What the person does.
    pub role: Coded<organisation::ContactRole>,
    /// Name.
    pub name: String,
    /// Job title.
    pub position: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Telephone.
    pub telephone: Option<String>,
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
